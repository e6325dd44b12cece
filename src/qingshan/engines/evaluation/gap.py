"""The shortest way to a mark: which few indicators bring the missing points. (短板与最短路径)"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from qingshan.engines.evaluation.result import Evaluation, ItemResult, points_of
from qingshan.engines.evaluation.standard import SCALE, SHARE
from qingshan.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and the points it brings."""

    item: str
    label: Text
    kind: Literal["report", "improve"]
    gain: Decimal
    from_value: float | None
    to_value: float | None  # value that earns the gain, where it can be said
    unit: str


def shortest_way(evaluation: Evaluation, mark: Decimal | float | int) -> tuple[Step, ...]:
    """Fewest indicators that lift the sure score to ``mark`` points; the last one only as far as needed.

    Counts indicators, not money. Among bundles of equal size the one with the largest sure gains is shown, and an
    indicator that only has to be reported comes before one that has to be improved. Empty if the mark is reached, or
    if not even the full score reaches it.
    """
    short = int(Decimal(str(mark)) * SCALE) - evaluation.low
    open_items = [item for item in evaluation.items if item.full > item.low and item.state != "no_benchmark"]
    if short <= 0 or sum(item.full - item.low for item in open_items) < short:
        return ()
    chosen: list[ItemResult] = []
    for item in sorted(open_items, key=lambda item: (item.low - item.full, item.state != "missing")):
        if sum(taken.full - taken.low for taken in chosen) >= short:
            break
        chosen.append(item)
    steps = []
    for item in sorted(chosen, key=lambda item: (item.state != "missing", item.low - item.full)):
        gain = min(item.full - item.low, short)
        short -= gain
        if gain > 0:
            steps.append(_step(item, gain))
    return tuple(steps)


def _step(item: ItemResult, gain: int) -> Step:
    missing = item.state == "missing"
    value = item.trace.value if isinstance(item.trace.value, float) else None
    return Step(item.id, item.label, "report" if missing else "improve", points_of(gain, 1), value, _value_for(item, gain), item.unit)


def _value_for(item: ItemResult, gain: int) -> float | None:
    """Value on the line between baseline and lead value that earns ``gain`` more."""
    if item.base is None or item.lead is None or not item.full:
        return None
    share = min((item.low + gain) / item.full, 1.0)
    return item.base + (item.lead - item.base) * share if share * SHARE >= 1 else item.base
