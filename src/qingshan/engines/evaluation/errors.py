"""What can go wrong when a standard is read or applied."""

from qingshan.kernel.errors import QingshanError
from qingshan.kernel.text import Text


class FormulaError(QingshanError):
    """A formula cannot be read or does not fit its units; ``column`` counts characters from 1."""

    def __init__(self, column: int, rule: Text, remedy: Text, found: str = "") -> None:
        self.column, self.rule, self.remedy, self.found = column, rule, remedy, found
        super().__init__(f"column {column}: {rule.en}; {remedy.en}")


class UnknownFact(QingshanError):
    """A fact was given that the standard does not ask for."""


class WrongColumns(QingshanError):
    """A population does not have the columns that the standard needs."""
