"""How a figure came about: a tree from the figure down to what was measured or filed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text

State = Literal["known", "missing", "not_applicable", "no_benchmark", "division_by_zero", "unknown"]


@dataclass(frozen=True, slots=True)
class Trace:
    """One figure and what it was made from. (溯源)

    A leaf is an input with its evidence; an inner node is a formula over its ``inputs``.
    """

    key: str
    label: Text
    value: float | bool | None
    unit: str = ""
    state: State = "known"
    formula: str = ""
    inputs: tuple["Trace", ...] = ()
    source: Citation | None = None
    evidence: tuple[str, ...] = ()  # record ids ("monthly_use:812") or names of documents

    def walk(self) -> Iterator["Trace"]:
        """This node and all below it."""
        yield self
        for node in self.inputs:
            yield from node.walk()

    def unverified(self) -> tuple[Citation, ...]:
        """Citations below this figure that nobody has compared with the official text, each once."""
        found = {node.source: None for node in self.walk() if node.source is not None and not node.source.verified}
        return tuple(found)

    def missing(self) -> tuple["Trace", ...]:
        """Leaves that were not reported."""
        return tuple(node for node in self.walk() if node.state == "missing" and not node.inputs)
