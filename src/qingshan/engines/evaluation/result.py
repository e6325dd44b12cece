"""What an evaluation says: score, why, what is missing, and how far to the mark."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from qingshan.engines.evaluation.standard import POINT, SCALE
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace

ItemState = Literal["scored", "missing", "no_benchmark", "not_applicable", "not_picked", "unpublished"]
VetoState = Literal["met", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Baseline and lead value for one quantity of one plant. (对标值)"""

    base: float
    lead: float
    unit: str
    source: Citation
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One product measured against its own limit standard; lines weigh by their energy. (产品对标)"""

    label: Text
    value: float | None
    base: float
    lead: float
    unit: str
    weight: float  # [tce], energy of the product
    source: Citation
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of one plant in one year. (评价对象)"""

    name: str
    industry: str  # GB/T 4754
    facts: Mapping[str, Trace]
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)
    product_lines: Mapping[str, tuple[ProductLine, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One indicator's score and reasons. Scores are integers of 10⁻¹⁰ point after redistribution."""

    id: str
    label: Text
    type: Text
    state: ItemState
    points: int  # printed full points [10⁻⁴]
    share: int | None  # [10⁻⁶]
    low: int  # score if everything unknown is worst
    high: int  # … and if it is best
    full: int  # full points after redistribution
    trace: Trace
    base: float | None
    lead: float | None
    unit: str
    benchmark: Citation | None
    lines: tuple[tuple[ProductLine, int | None], ...]  # product lines with their shares
    source: Citation
    note: Text | None = None

    @property
    def score(self) -> Decimal:
        """Points earned, at least."""
        return points_of(self.low)

    @property
    def full_score(self) -> Decimal:
        """Points possible, after redistribution."""
        return points_of(self.full)

    @property
    def gain(self) -> Decimal:
        """Points that can still be earned."""
        return points_of(self.full - self.low)


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A level-1 indicator's score."""

    id: str
    label: Text
    points: int
    low: int
    high: int
    full: int
    items: tuple[ItemResult, ...]

    @property
    def score(self) -> Decimal:
        """Points earned, at least."""
        return points_of(self.low)

    @property
    def high_score(self) -> Decimal:
        """Points if everything unknown turns out best."""
        return points_of(self.high)

    @property
    def full_score(self) -> Decimal:
        """Points possible."""
        return points_of(self.full)


@dataclass(frozen=True, slots=True)
class VetoResult:
    """A basic requirement: met, failed, or not yet known."""

    id: str
    label: Text
    state: VetoState
    curable: bool
    trace: Trace
    source: Citation
    section: Text | None = None


@dataclass(frozen=True, slots=True)
class RequirementResult:
    """A prerequisite or a ground for direct recognition. (前置条件、直接认定)"""

    id: str
    label: Text
    state: VetoState
    trace: Trace
    source: Citation


@dataclass(frozen=True, slots=True)
class LevelResult:
    """Whether a level is reached, and by what. (等级判定)"""

    id: str
    label: Text
    at: int | None  # [10⁻⁴ point]
    state: VetoState
    by: Literal["score", "direct", ""]
    requires: tuple[RequirementResult, ...]
    direct: tuple[RequirementResult, ...]
    source: Citation


@dataclass(frozen=True, slots=True)
class Pending:
    """An input that was not reported, and what reporting it could bring at most. (补正)"""

    key: str
    label: Text
    unit: str
    items: tuple[str, ...]
    vetoes: tuple[str, ...]
    max_gain: Decimal


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The whole answer for one plant, one year, one version of a standard. (评价结果)"""

    subject: str
    industry: str
    standard_id: str
    standard_version: str
    standard_sha256: str
    inputs_sha256: str
    low: int  # exact total [10⁻¹⁰ point]
    high: int
    full: int
    total: Decimal  # rounded by the standard's rule
    total_high: Decimal
    groups: tuple[GroupResult, ...]
    vetoes: tuple[VetoResult, ...]
    pending: tuple[Pending, ...]
    level: str  # id of the level that holds whatever is missing, "" for none
    level_high: str
    derived: tuple[Trace, ...]
    unverified: tuple[Citation, ...]
    levels: tuple[LevelResult, ...] = ()

    @property
    def veto_state(self) -> VetoState:
        """Failed if any requirement failed, else unknown if any is unknown, else met."""
        states = {veto.state for veto in self.vetoes}
        return "failed" if "failed" in states else "unknown" if "unknown" in states else "met"

    @property
    def items(self) -> tuple[ItemResult, ...]:
        """All indicators."""
        return tuple(item for group in self.groups for item in group.items)

    @property
    def is_final(self) -> bool:
        """Whether nothing that is missing can change the score."""
        return self.low == self.high and self.veto_state != "unknown"


def points_of(score: int, step: int = 1) -> Decimal:
    """An exact score as decimal points, rounded half-even to ``step`` × 10⁻⁴ point.

    >>> points_of(675_170_000_000, 100)
    Decimal('67.52')
    """
    exact = Decimal(score) / SCALE
    quantum = Decimal(step) / POINT
    return (exact / quantum).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * quantum


def divide_half_even(numerator: int, denominator: int) -> int:
    """Integer quotient, halves to the even neighbour; both arguments ≥ 0, denominator > 0.

    >>> [divide_half_even(n, 2) for n in (1, 3, 5)]
    [0, 2, 2]
    """
    quotient, rest = divmod(numerator, denominator)
    return quotient + (2 * rest > denominator or (2 * rest == denominator and quotient % 2 == 1))
