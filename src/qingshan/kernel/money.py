"""Money of the state: whole fen, exact."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from qingshan.kernel.errors import QingshanError


class InexactMoney(QingshanError):
    """An amount has parts of a fen, or is a binary float."""


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in Chinese yuan, kept as whole fen. (金额)"""

    fen: int

    @classmethod
    def cny(cls, amount: Decimal | int | str) -> "Money":
        """An exact amount in yuan.

        Raises:
            InexactMoney: More than two decimals; round by a named rule first.

        >>> Money.cny("12.30") + Money.cny(1)
        Money(fen=1330)
        """
        if isinstance(amount, float):
            raise InexactMoney("Money is never made from a binary float; give a string or a Decimal.")
        fen = Decimal(amount) * 100
        if fen != fen.to_integral_value():
            raise InexactMoney(f"{amount} yuan has parts of a fen; round it by a named rule first.")
        return cls(int(fen))

    @classmethod
    def rounded(cls, amount: Decimal, *, down: bool = False) -> "Money":
        """An amount in yuan, rounded half-even to the fen, or down where a rule says so."""
        return cls(int((amount * 100).quantize(Decimal(1), rounding=ROUND_DOWN if down else ROUND_HALF_EVEN)))

    def __add__(self, other: "Money") -> "Money":
        return Money(self.fen + other.fen)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.fen - other.fen)

    def __str__(self) -> str:
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100:,}.{abs(self.fen) % 100:02d}"
