"""Months to a year, readings to months. A missing month stays missing; it is never zero."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import median

from qingshan.kernel.period import Month
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace

JUMP = 1000.0  # a month a thousand times above or below the others is a unit mistake, not production


def yearly_sum(key: str, label: Text, unit: str, months: Mapping[Month, float], year: int, evidence: Mapping[Month, str] | None = None) -> Trace:
    """Sum of twelve months; not known while one of them is missing. (年度合计)

    Args:
        key: What is summed.
        label: Its name.
        unit: Unit of every month.
        months: Month → amount; months of other years are left out. [unit]
        year: Calendar year.
        evidence: Month → id of the record.

    Returns:
        A node with twelve leaves. [unit]

    >>> yearly_sum("power", Text("电", "power"), "kWh", {Month(2025, m): 2.0 for m in range(1, 13)}, 2025).value
    24.0
    """
    leaves = []
    for number in range(1, 13):
        month = Month(year, number)
        amount = months.get(month)
        record = (evidence[month],) if evidence and month in evidence else ()
        leaves.append(Trace(f"{key}@{month}", Text(str(month), str(month)), amount, unit, "missing" if amount is None else "known", evidence=record))
    known = [leaf.value for leaf in leaves if leaf.value is not None]
    complete = len(known) == 12
    return Trace(key, label, sum(known) if complete else None, unit, "known" if complete else "missing", "Σ 1…12", tuple(leaves))


def suspicious_months(months: Mapping[Month, float]) -> tuple[tuple[Month, float], ...]:
    """Months that differ from the median of the others by a factor of 1000 or more, with that factor.

    A factor near 10⁴ means kWh was written for 万kWh, or the other way round.

    >>> suspicious_months({Month(2025, m): (1e6 if m == 3 else 100.0) for m in range(1, 7)})
    ((Month(year=2025, month=3), 10000.0),)
    """
    found = []
    for month, amount in months.items():
        others = [other for key, other in months.items() if key != month and other > 0]
        if len(others) >= 2 and amount > 0:
            factor = amount / median(others)
            if factor >= JUMP or factor <= 1 / JUMP:
                found.append((month, factor))
    return tuple(found)


def months_from_readings(readings: Iterable[tuple[datetime, float]], *, label_at_end: bool = False) -> dict[Month, float]:
    """Add interval amounts up by calendar month.

    Args:
        readings: (time, amount of the interval) in any order. [any unit]
        label_at_end: Whether the time names the end of the interval, as quarter-hour meters do; 00:00 on the first then
            belongs to the month before.

    >>> end = datetime(2018, 2, 1)
    >>> months_from_readings([(end, 3.0)], label_at_end=True)
    {Month(year=2018, month=1): 3.0}
    """
    back = timedelta(microseconds=1) if label_at_end else timedelta(0)
    by_month: dict[Month, list[float]] = {}
    for at, amount in readings:
        inside = at - back
        by_month.setdefault(Month(inside.year, inside.month), []).append(amount)
    return {month: sum(sorted(amounts)) for month, amounts in sorted(by_month.items())}  # sorted: order of arrival changes nothing


def months_without(months: Mapping[Month, float], year: int) -> Sequence[Month]:
    """Months of a year for which nothing was reported."""
    return [Month(year, number) for number in range(1, 13) if Month(year, number) not in months]
