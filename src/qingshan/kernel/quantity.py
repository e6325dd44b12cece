"""Numbers with units. A unit is parsed once by pint from the project's own table; sums never carry pint objects."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pint

from qingshan.kernel.errors import UnitMismatch, UnknownUnit

_NOMINAL = re.compile(r"\{([^{}]*)\}")
_SUPERSCRIPTS = str.maketrans({"²": "2", "³": "3", "·": "*", "／": "/"})
_ALLOWED = re.compile(r"^[\w一-鿿*/().{}\- ]*$")


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit means: a factor to base units and the exponents of its dimensions.

    Nominal tags in braces are dimensions of their own, so ``kg{COD}`` and ``kg{NOx}`` never add up (UCUM annotation style).
    """

    factor: float
    dimensions: tuple[tuple[str, float], ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether the unit has no dimension at all (a number or a share)."""
        return not self.dimensions

    def times(self, other: "Unit", sign: int = 1) -> "Unit":
        """Product (``sign`` 1) or quotient (``sign`` −1) of two units."""
        exponents = dict(self.dimensions)
        for name, power in other.dimensions:
            exponents[name] = exponents.get(name, 0.0) + sign * power
        kept = tuple(sorted((name, power) for name, power in exponents.items() if power))
        return Unit(self.factor * other.factor**sign, kept)


BARE = Unit(1.0)


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry:  # type: ignore[type-arg]
    return pint.UnitRegistry(str(Path(__file__).with_name("units.txt")), on_redefinition="ignore")


@lru_cache(maxsize=4096)
def parse_unit(symbol: str) -> Unit:
    """Read a unit such as ``tce/万元``, ``kg{COD}/t``, ``m³``, ``%``.

    Raises:
        UnknownUnit: The symbol is not made of units of the project's table.

    >>> parse_unit("万kWh").factor / parse_unit("kWh").factor
    10000.0
    >>> parse_unit("%").factor
    0.01
    >>> parse_unit("kg{COD}").dimensions == parse_unit("kg{NOx}").dimensions
    False
    """
    text = symbol.strip().translate(_SUPERSCRIPTS)
    if text in ("", "1", "-", "–"):
        return BARE
    if text == "%":
        return Unit(0.01)
    if not _ALLOWED.match(text) or "**" in text or len(text) > 64:
        raise UnknownUnit(f"“{symbol}” is not a unit.")
    nominal: dict[str, float] = {}
    numerator, _, denominator = text.partition("/")
    for part, sign in ((numerator, 1.0), (denominator, -1.0)):
        for tag in _NOMINAL.findall(part):
            nominal["{" + tag + "}"] = nominal.get("{" + tag + "}", 0.0) + sign
    bare_text = _NOMINAL.sub("", text)
    try:
        quantity = _registry().Quantity(1.0, bare_text).to_base_units()
    except Exception as error:  # pint raises many kinds, among them tokenizer errors
        raise UnknownUnit(f"“{symbol}” is not a unit; see the unit table in docs/reference/units.md.") from error
    dimensionality: Any = quantity.dimensionality
    exponents = {str(name): float(power) for name, power in dimensionality.items()}
    exponents.update(nominal)
    magnitude: Any = quantity.magnitude
    return Unit(float(magnitude), tuple(sorted((n, p) for n, p in exponents.items() if p)))


def conversion(source: str, target: str) -> float:
    """Factor that turns a number in ``source`` into a number in ``target``.

    Raises:
        UnitMismatch: The two units measure different things.

    >>> conversion("万kWh", "kWh")
    10000.0
    """
    from_unit, to_unit = parse_unit(source), parse_unit(target)
    if from_unit.dimensions != to_unit.dimensions:
        raise UnitMismatch(f"{source or '1'} cannot be turned into {target or '1'}: they measure different things.")
    ratio = from_unit.factor / to_unit.factor
    return float(f"{ratio:.12g}")  # 1e4 instead of 9999.999999999998


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit; how a physical figure crosses a package border. (量)"""

    value: float
    unit: str

    def to(self, unit: str) -> "Quantity":
        """The same quantity in another unit of the same kind.

        >>> Quantity(2.5, "万kWh").to("kWh")
        Quantity(value=25000.0, unit='kWh')
        """
        return self if unit == self.unit else Quantity(self.value * conversion(self.unit, unit), unit)
