"""A standard as typed values: what ``library`` builds from YAML and the engine applies. Frozen, so a draft cannot leak into law in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from qingshan.engines.evaluation.formula import Node
from qingshan.kernel.citation import Citation
from qingshan.kernel.period import Period
from qingshan.kernel.text import Text

POINT = 10_000  # item points are integers of 10⁻⁴ point
SHARE = 1_000_000  # a share of the full points is an integer of 10⁻⁶
SCALE = POINT * SHARE  # so a score is an exact integer of 10⁻¹⁰ point


@dataclass(frozen=True, slots=True)
class Formula:
    """A checked formula and the text it was read from."""

    text: str
    node: Node


@dataclass(frozen=True, slots=True)
class Input:
    """A fact that a plant reports or meters yield. (填报项)"""

    key: str
    label: Text
    kind: Literal["number", "truth"]
    unit: str = ""
    evidence: tuple[Text, ...] = ()
    form: str = ""  # statistical form with which it must agree, e.g. "B205-1"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the standard itself. (参数)"""

    key: str
    label: Text
    unit: str
    value: float
    source: Citation


@dataclass(frozen=True, slots=True)
class Derived:
    """A quantity computed from inputs, parameters and earlier derived quantities. (计算量)"""

    key: str
    label: Text
    unit: str
    formula: Formula
    source: Citation


@dataclass(frozen=True, slots=True)
class Reference:
    """Baseline value and lead value. (基准值与引领值)"""

    base: float
    lead: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Linear between baseline and lead value; ``at_base`` is the share earned exactly at the baseline value. (线性评分)

    References are fixed, by industry (GB/T 4754, narrowest first), or ``external``: given with the plant, from limit
    standards or a benchmark table.
    """

    value: Formula
    unit: str
    better: Literal["lower", "higher"]
    fixed: Reference | None = None
    by_industry: tuple[tuple[str, Reference], ...] = ()
    external: str = ""
    at_base: int = 0  # [10⁻⁶]

    def reference(self, industry_chain: tuple[str, ...]) -> Reference | None:
        """The reference printed in the standard for an industry, narrowest class first."""
        if self.fixed is not None:
            return self.fixed
        table = dict(self.by_industry)
        return next((table[code] for code in (*industry_chain, "default") if code in table), None)


@dataclass(frozen=True, slots=True)
class Tier:
    """Steps: the share of the best step that is reached. (分档评分)"""

    value: Formula
    unit: str
    better: Literal["lower", "higher"]
    steps: tuple[tuple[float, int], ...]  # (threshold, share [10⁻⁶]), from the easiest to the hardest


@dataclass(frozen=True, slots=True)
class Check:
    """All points or none. (是否项)"""

    when: Formula


@dataclass(frozen=True, slots=True)
class Item:
    """A scored indicator of the lowest level. (指标)"""

    id: str
    label: Text
    points: int  # [10⁻⁴ point]
    rule: Curve | Tier | Check
    type: Text
    source: Citation
    applies_when: Formula | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A level-1 indicator; its points are the sum of its items'. (一级指标)"""

    id: str
    label: Text
    items: tuple[Item, ...]

    @property
    def points(self) -> int:
        """Full points. [10⁻⁴ point]"""
        return sum(item.points for item in self.items)


@dataclass(frozen=True, slots=True)
class Veto:
    """A basic requirement; failing it ends the matter, not knowing it only suspends it. (基本要求,一票否决)"""

    id: str
    label: Text
    must: Formula
    source: Citation
    curable: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """A title that a score earns. (等级)"""

    id: str
    label: Text
    at: int  # [10⁻⁴ point]
    source: Citation


@dataclass(frozen=True, slots=True)
class Rounding:
    """How the total is rounded and compared. (修约与比较, GB/T 8170)"""

    step: int = 100  # [10⁻⁴ point]; 0.01 point
    compare: Literal["rounded", "exact"] = "exact"


@dataclass(frozen=True, slots=True)
class Standard:
    """One version of an evaluation standard. (评价标准)"""

    id: str
    version: str
    title: Text
    kind: str
    status: Literal["draft", "consultation", "in_force", "superseded", "withdrawn", "illustrative"]
    effective: Period
    open_ended: bool
    sources: Mapping[str, Citation]
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    derived: tuple[Derived, ...]
    vetoes: tuple[Veto, ...]
    groups: tuple[Group, ...]
    levels: tuple[Level, ...]
    rounding: Rounding
    sha256: str
    notes: tuple[Text, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All scored indicators, in order."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def full_points(self) -> int:
        """Full score. [10⁻⁴ point]"""
        return sum(group.points for group in self.groups)
