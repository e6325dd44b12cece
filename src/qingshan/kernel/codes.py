"""Identifiers of the state: form and check digits. Names behind the codes stand in ``library/codes``."""

import re
from functools import lru_cache

from qingshan.kernel.errors import QingshanError

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_INDUSTRY = re.compile(r"^[A-T](\d{2}|\d{3}|\d{4})$")
_AREA = re.compile(r"^\d{6}(\d{3})?$")


class InvalidCode(QingshanError):
    """An identifier has the wrong form or a wrong check digit."""


@lru_cache(maxsize=65536)
def check_uscc(code: str) -> str:
    """Check a unified social credit code with both its check digits. (统一社会信用代码)

    Args:
        code: 18 characters; spaces around it are dropped, letters may be lower case.

    Returns:
        The code in upper case.

    Raises:
        InvalidCode: Length, a forbidden letter (I O S V Z), the outer check (position 18) or the inner
            organisation-code check (position 17) is wrong; the message says which and what was expected.

    Source: GB 32100-2015 (outer), GB 11714 (inner).

    >>> check_uscc("91421221068429284k")
    '91421221068429284K'
    """
    text = code.strip().upper()
    if len(text) != 18:
        raise InvalidCode(f"“{code}” has {len(text)} characters; a unified social credit code has 18.")
    wrong = next((char for char in text if char not in _ALPHABET), None)
    if wrong is not None:
        raise InvalidCode(f"“{code}” contains “{wrong}”; the letters I, O, S, V and Z do not occur in these codes.")
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(text, _WEIGHTS, strict=False))
    outer = _ALPHABET[(31 - total % 31) % 31]
    if text[17] != outer:
        raise InvalidCode(f"“{code}” ends in “{text[17]}”; its check digit must be “{outer}”.")
    inner = organisation_check_digit(text[8:16])
    if text[16] != inner:
        raise InvalidCode(f"“{code}” has “{text[16]}” in place 17; the organisation code inside needs “{inner}”.")
    return text


def organisation_check_digit(body: str) -> str:
    """Check character of the 8-character organisation code body. (GB 11714)

    >>> organisation_check_digit("06842928")
    '4'
    """
    total = sum(int(char, 36) * weight for char, weight in zip(body, _INNER_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def make_uscc(prefix: str, body: str) -> str:
    """Complete a code from its first 8 characters and an 8-character organisation body; for invented organisations.

    >>> check_uscc(make_uscc("91330206", "MADEMX01")) == make_uscc("91330206", "MADEMX01")
    True
    """
    text = prefix + body + organisation_check_digit(body)
    total = sum(_ALPHABET.index(char) * weight for char, weight in zip(text, _WEIGHTS, strict=True))
    return text + _ALPHABET[(31 - total % 31) % 31]


def industry_chain(code: str) -> tuple[str, ...]:
    """A GB/T 4754 code and its parents, narrowest first: small class, middle class, division.

    Raises:
        InvalidCode: Not a section letter followed by two to four digits.

    >>> industry_chain("C3011")
    ('C3011', 'C301', 'C30')
    """
    text = code.strip().upper()
    if not _INDUSTRY.match(text):
        raise InvalidCode(f"“{code}” is no GB/T 4754 code; write the section letter and two to four digits, e.g. C3011.")
    return tuple(text[:length] for length in range(len(text), 2, -1))


def check_area(code: str) -> str:
    """Form of an area code: six digits (county) or nine (street, town).

    >>> check_area("330206")
    '330206'
    """
    text = code.strip()
    if not _AREA.match(text):
        raise InvalidCode(f"“{code}” is no area code; write six digits (district) or nine (street or town).")
    return text
