"""Time as the law counts it: months and periods with an exclusive end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from qingshan.kernel.errors import QingshanError


class InvalidPeriod(QingshanError):
    """A period ends before it begins, or a month does not exist."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. (月)"""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 2200):
            raise InvalidPeriod(f"{self.year}-{self.month:02d} is not a month.")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read ``2025-03``.

        >>> Month.parse("2025-03").next()
        Month(year=2025, month=4)
        """
        year, dash, month = text.strip().partition("-")
        if not dash or not (year.isdecimal() and month.isdecimal()):
            raise InvalidPeriod(f"“{text}” is not a month; write it as 2025-03.")
        return cls(int(year), int(month))

    def next(self) -> "Month":
        """The month after this one."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def starts_on(self) -> date:
        """First day of the month."""
        return date(self.year, self.month, 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` up to, not including, ``end``. (期间)"""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidPeriod(f"A period must end after {self.start}; {self.end} was given.")

    @classmethod
    def of_year(cls, year: int) -> "Period":
        """A calendar year.

        >>> Period.of_year(2025)
        Period(start=datetime.date(2025, 1, 1), end=datetime.date(2026, 1, 1))
        """
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    def contains(self, day: date) -> bool:
        """Whether ``day`` lies in the period; its end does not."""
        return self.start <= day < self.end

    def overlaps(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return self.start < other.end and other.start < self.end

    def months(self) -> Iterator[Month]:
        """Every month that begins in the period."""
        month = Month(self.start.year, self.start.month)
        if month.starts_on < self.start:
            month = month.next()
        while month.starts_on < self.end:
            yield month
            month = month.next()


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 1 March, so that a term is never short.

    >>> years_after(date(2024, 2, 29), 5)
    datetime.date(2029, 3, 1)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
