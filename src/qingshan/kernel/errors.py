"""What every error of Qingshan has in common: it names the place, the value, the rule and the remedy."""

from collections.abc import Iterable
from dataclasses import dataclass

from qingshan.kernel.text import Text


class QingshanError(Exception):
    """Root of all errors that a person can do something about."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input. (问题)"""

    place: str  # "case.yaml:12:9 use[3].unit", "plant.xlsx 月度能源!D7"
    value: str  # what was found there, "" where nothing was
    rule: Text  # what it should have been
    remedy: Text  # what to do now
    severity: str = "error"  # "error" refuses the input, "warning" is only shown

    def line(self, language: str = "zh") -> str:
        """One line for a person.

        >>> Problem("a.yaml:3:1 year", "20x5", Text("应为年份", "a year is expected"), Text("改为 2025", "write 2025")).line()
        'a.yaml:3:1 year：“20x5”——应为年份；改为 2025'
        """
        rule, remedy = self.rule.in_language(language), self.remedy.in_language(language)
        if language.lower().startswith("en"):
            return f"{self.place}: {f'“{self.value}” – ' if self.value else ''}{rule}; {remedy}"
        return f"{self.place}：{f'“{self.value}”——' if self.value else ''}{rule}；{remedy}"


class InvalidInput(QingshanError):
    """An input was refused; all its problems are reported together and nothing was stored."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.line() for problem in self.problems))


class UnitMismatch(QingshanError):
    """An amount is not in the unit that is needed; nothing is converted silently."""


class UnknownUnit(QingshanError):
    """A unit is not in the project's unit table."""
