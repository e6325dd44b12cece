"""A standard as typed values: what ``library`` builds from YAML and the engine applies. Frozen, so a draft cannot leak into law in force."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qingshan.engines.evaluation.formula import Node
from qingshan.kernel.citation import Citation
from qingshan.kernel.period import Period
from qingshan.kernel.text import Text

POINT = 10_000  # item points are integers of 10⁻⁴ point
SHARE = 1_000_000  # a share of the full points is an integer of 10⁻⁶
MOST_RATIO = 1_000 * SHARE  # a ratio without a cap is still bounded, so that sums stay exact
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
    of: str = ""  # for an earlier year's value: the input it belongs to; its key is then "key@-1"
    year: int = 0  # 0 the evaluated year, −1 the year before …


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure of a frozen population to which plants are compared: mean or percentile, of all or of the industry. (群体统计值)"""

    key: str
    label: Text
    unit: str
    of: str  # input or derived quantity
    over: Literal["all", "industry"]
    function: Literal["mean", "percentile"]
    percent: float
    least: int  # fewer plants than this give no figure
    source: Citation


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
class Ratio:
    """Actual value over the lead value, or the inverse where lower is better; may earn more than full points. (比值评分)

    Where lower is better and the value is zero or negative, the lead value counts as reached.
    """

    value: Formula
    unit: str
    better: Literal["lower", "higher"]
    lead: float
    cap: int  # most that is earned [10⁻⁶]; MOST_RATIO where the rule has no cap


@dataclass(frozen=True, slots=True)
class PerStep:
    """Full points up to ``start``, then a penalty for each step beyond it, until nothing is left. (逐档扣分)"""

    value: Formula
    unit: str
    better: Literal["lower", "higher"]
    start: float
    step: float
    penalty: int  # [10⁻⁶] for each step
    counting: Literal["complete", "started"]


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Points that exist but whose rule could not be found: never scored, always open. (细则未获得)"""


@dataclass(frozen=True, slots=True)
class BestOf:
    """Alternatives, e.g. a level or a growth: the best one counts. (择优)"""

    rules: tuple["SingleRule", ...]


SingleRule = Curve | Tier | Check | Ratio | PerStep
Rule = SingleRule | BestOf | Unpublished


@dataclass(frozen=True, slots=True)
class Item:
    """A scored indicator of the lowest level. (指标)"""

    id: str
    label: Text
    points: int  # [10⁻⁴ point]
    rule: Rule
    type: Text
    source: Citation
    applies_when: Formula | None = None
    note: Text | None = None
    choice: str = ""  # the “choose n” to which it belongs


@dataclass(frozen=True, slots=True)
class Choice:
    """Of its items, all of equal points, the best ``pick`` count. (必选与选择指标)"""

    id: str
    pick: int


@dataclass(frozen=True, slots=True)
class Group:
    """A level-1 indicator; its points are the sum of its items', of a choice only as many as are picked. (一级指标)"""

    id: str
    label: Text
    items: tuple[Item, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def points(self) -> int:
        """Full points. [10⁻⁴ point]"""
        return self.points_among({item.id for item in self.items})

    def points_among(self, applicable: set[str]) -> int:
        """Full points if only these items apply. [10⁻⁴ point]"""
        total = sum(item.points for item in self.items if not item.choice and item.id in applicable)
        for choice in self.choices:
            points = [item.points for item in self.items if item.choice == choice.id and item.id in applicable]
            total += sum(points[: choice.pick])
        return total


@dataclass(frozen=True, slots=True)
class Veto:
    """A basic requirement; failing it ends the matter, not knowing it only suspends it. (基本要求,一票否决)"""

    id: str
    label: Text
    must: Formula
    source: Citation
    curable: bool = True
    section: Text | None = None  # where a table has sections, e.g. 资源属性


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition of one level: a prerequisite, or what earns the level directly. (前置条件、直接认定)"""

    id: str
    label: Text
    must: Formula
    source: Citation


@dataclass(frozen=True, slots=True)
class Level:
    """A title: earned by a score or directly, if its prerequisites and all basic requirements hold. (等级)"""

    id: str
    label: Text
    at: int | None  # [10⁻⁴ point]; None: the mark is not known, or the level is only given directly
    source: Citation
    requires: tuple[Requirement, ...] = ()
    direct: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Grades by place among all: the best ``upto`` share earns the grade. (按名次定档)"""

    grades: tuple[tuple[str, Text, int], ...]  # (id, label, share of all up to which it reaches [10⁻⁶]), best first
    ties: Literal["include", "exclude"]  # whether those equal to the last one inside are inside
    over: Text
    source: Citation


@dataclass(frozen=True, slots=True)
class Transition:
    """How the old version and the new one live side by side. (过渡规则)"""

    rule: Literal["applicant_choice", "old_until", "new_from_next_review"]
    until: date


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
    statistics: tuple[Statistic, ...] = ()
    ranking: Ranking | None = None
    scaled_to: int | None = None  # [10⁻⁴ point]: an index; the sum of points is scaled to this
    supersedes: str = ""  # "id@version"
    transition: Transition | None = None
    tests: int = 0  # worked examples in the file

    @property
    def items(self) -> tuple[Item, ...]:
        """All scored indicators, in order."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def full_points(self) -> int:
        """Sum of all points before scaling. [10⁻⁴ point]"""
        return sum(group.points for group in self.groups)

    @property
    def scale(self) -> tuple[int, int]:
        """Numerator and denominator, in lowest terms, that turn the sum of points into the index."""
        if self.scaled_to is None or not self.full_points:
            return 1, 1
        shared = math.gcd(self.scaled_to, self.full_points)
        return self.scaled_to // shared, self.full_points // shared
