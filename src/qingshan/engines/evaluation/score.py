"""Score of one plant, with every reason. (单个对象评分)"""

import hashlib
import math
from collections.abc import Iterable
from typing import Any

import rfc8785

from qingshan.engines.evaluation.errors import UnknownFact
from qingshan.engines.evaluation.explain import NO, UNKNOWN, YES, compute, curve_share, explain, tier_share
from qingshan.engines.evaluation.result import (
    Benchmark,
    Evaluation,
    GroupResult,
    ItemResult,
    ItemState,
    Pending,
    ProductLine,
    Subject,
    VetoResult,
    VetoState,
    divide_half_even,
    points_of,
)
from qingshan.engines.evaluation.standard import SHARE, Check, Curve, Group, Item, Standard, Tier
from qingshan.kernel.citation import Citation
from qingshan.kernel.codes import industry_chain
from qingshan.kernel.quantity import conversion
from qingshan.kernel.trace import Trace


def evaluate(standard: Standard, subject: Subject) -> Evaluation:
    """Apply a standard to one plant. (评价)

    Args:
        standard: One version of a standard.
        subject: Facts in the units of the standard's inputs; a fact that is absent or ``None`` was not reported.

    Returns:
        Exact scores with the interval that missing inputs leave open, and a tree of reasons for each.

    Raises:
        UnknownFact: A fact that the standard does not ask for.
        UnitMismatch: A fact or benchmark is in a unit of another kind.
    """
    known = _facts(standard, subject)
    derived = tuple(known[quantity.key] for quantity in standard.derived)
    chain = industry_chain(subject.industry)
    groups = _redistribute(standard, [_group(group, known, subject, chain) for group in standard.groups])
    vetoes = tuple(_veto_results(standard, known))
    low, high = sum(group.low for group in groups), sum(group.high for group in groups)
    step = standard.rounding.step
    return Evaluation(
        subject=subject.name,
        industry=subject.industry,
        standard_id=standard.id,
        standard_version=standard.version,
        standard_sha256=standard.sha256,
        inputs_sha256=_inputs_hash(subject),
        low=low,
        high=high,
        full=standard.full_points * SHARE,
        total=points_of(low, step),
        total_high=points_of(high, step),
        groups=groups,
        vetoes=vetoes,
        pending=_pending(standard, groups, vetoes),
        level=_level(standard, low),
        level_high=_level(standard, high),
        derived=derived,
        unverified=_unverified(groups, vetoes),
    )


def _facts(standard: Standard, subject: Subject) -> dict[str, Trace]:
    inputs = {item.key: item for item in standard.inputs}
    unknown = sorted(set(subject.facts) - set(inputs))
    if unknown:
        raise UnknownFact(f"{standard.id} does not ask for: {', '.join(unknown)}.")
    known: dict[str, Trace] = {}
    for key, wanted in inputs.items():
        given = subject.facts.get(key)
        unit = "truth" if wanted.kind == "truth" else wanted.unit
        if given is None or given.value is None:
            state = "missing" if given is None or given.state == "known" else given.state
            known[key] = Trace(key, wanted.label, None, unit, state, inputs=given.inputs if given else (), evidence=given.evidence if given else ())
        elif wanted.kind == "number" and given.unit != wanted.unit:
            factor = conversion(given.unit, wanted.unit)
            known[key] = Trace(key, wanted.label, float(given.value) * factor, unit, formula=f"× {factor:g}", inputs=(given,))
        else:
            value = bool(given.value) if wanted.kind == "truth" else float(given.value)
            known[key] = Trace(key, wanted.label, value, unit, "known", given.formula, given.inputs, given.source, given.evidence)
    for parameter in standard.parameters:
        known[parameter.key] = Trace(parameter.key, parameter.label, parameter.value, parameter.unit, source=parameter.source)
    for quantity in standard.derived:
        known[quantity.key] = explain(quantity.formula, known, key=quantity.key, label=quantity.label, unit=quantity.unit, source=quantity.source)
    return known


class _Scored:
    """An item before its group's points are shared out."""

    __slots__ = ("applies", "base", "benchmark", "item", "lead", "lines", "share", "state", "trace", "unit")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.applies = YES
        self.state: ItemState = "scored"
        self.share = math.nan
        self.base: float | None = None
        self.lead: float | None = None
        self.unit = ""
        self.benchmark: Citation | None = None
        self.lines: tuple[tuple[ProductLine, int | None], ...] = ()
        self.trace: Trace


def _group(group: Group, known: dict[str, Trace], subject: Subject, chain: tuple[str, ...]) -> tuple[Group, list[_Scored]]:
    return group, [_item(item, known, subject, chain) for item in group.items]


def _item(item: Item, known: dict[str, Trace], subject: Subject, chain: tuple[str, ...]) -> _Scored:
    scored = _Scored(item)
    rule = item.rule
    if isinstance(rule, Check):
        scored.trace = explain(rule.when, known, key=item.id, label=item.label, unit="truth", source=item.source)
        truth = compute(rule.when.node, known)
        scored.share = {NO: 0.0, UNKNOWN: math.nan, YES: float(SHARE)}[int(truth)]
    else:
        scored.unit = rule.unit
        scored.trace = explain(rule.value, known, key=item.id, label=item.label, unit=rule.unit, source=item.source)
        value = float(compute(rule.value.node, known))
        scored.share = tier_share(rule, value) if isinstance(rule, Tier) else _curve(scored, rule, value, subject, chain)
    if math.isnan(scored.share) and scored.state == "scored":
        scored.state = "missing"
    if item.applies_when is not None:
        scored.applies = int(compute(item.applies_when.node, known))
        if scored.applies == NO:
            scored.state = "not_applicable"
    return scored


def _curve(scored: _Scored, rule: Curve, value: float, subject: Subject, chain: tuple[str, ...]) -> float:
    lines = subject.product_lines.get(rule.external, ()) if rule.external else ()
    if lines:
        return _product_share(scored, rule, lines)
    benchmark = subject.benchmarks.get(rule.external) if rule.external else None
    if benchmark is not None:
        scored.base, scored.lead = _in_unit(benchmark, rule.unit)
        scored.benchmark = benchmark.source
    else:
        reference = rule.reference(chain)
        if reference is None:
            scored.state = "no_benchmark"
            return math.nan
        scored.base, scored.lead, scored.benchmark = reference.base, reference.lead, scored.item.source
    return curve_share(value, scored.base, scored.lead, rule.at_base)


def _in_unit(benchmark: Benchmark, unit: str) -> tuple[float, float]:
    if benchmark.unit == unit:
        return benchmark.base, benchmark.lead
    factor = conversion(benchmark.unit, unit)
    return benchmark.base * factor, benchmark.lead * factor


def _product_share(scored: _Scored, rule: Curve, lines: tuple[ProductLine, ...]) -> float:
    """Mean of the products' shares, weighted by their energy; each product has its own limit standard (4.4.2)."""
    shares = [curve_share(math.nan if line.value is None else line.value, line.base, line.lead, rule.at_base) for line in lines]
    scored.lines = tuple((line, None if math.isnan(share) else int(share)) for line, share in zip(lines, shares, strict=True))
    if len(lines) == 1:
        scored.base, scored.lead, scored.unit, scored.benchmark = lines[0].base, lines[0].lead, lines[0].unit, lines[0].source
    traces = tuple(
        line.trace or Trace("product", line.label, line.value, line.unit, "missing" if line.value is None else "known", source=line.source)
        for line in lines
    )
    if len(traces) == 1:
        scored.trace = traces[0]
    else:
        scored.trace = Trace(
            scored.item.id, scored.item.label, None, "", formula="Σ share·energy / Σ energy", inputs=traces, source=scored.item.source
        )
    weighted = total = 0.0
    for share, line in zip(shares, lines, strict=True):
        weighted += share * line.weight
        total += line.weight
    if total <= 0 or math.isnan(weighted):
        return math.nan
    return float(round(weighted / total))


def _redistribute(standard: Standard, scored: list[tuple[Group, list[_Scored]]]) -> tuple[GroupResult, ...]:
    """Share out the points of items that do not apply: inside their level-1 indicator, else among the others."""
    applicable = [sum(entry.item.points for entry in entries if entry.applies != NO) for _, entries in scored]
    standing = sum(group.points for (group, _), points in zip(scored, applicable, strict=True) if points)
    results = []
    for (group, entries), points in zip(scored, applicable, strict=True):
        items = tuple(_item_result(entry, group, points, standing, standard.full_points) for entry in entries)
        low = _scaled(sum(_low(entry) for entry in entries), group.points, points, standard.full_points, standing)
        high = _scaled(sum(_high(entry) for entry in entries), group.points, points, standard.full_points, standing)
        full = _scaled(points * SHARE, group.points, points, standard.full_points, standing)
        results.append(GroupResult(group.id, group.label, group.points, low, high, full, items))
    return tuple(results)


def _low(entry: _Scored) -> int:
    if entry.applies == NO or math.isnan(entry.share) or entry.applies == UNKNOWN:
        return 0
    return int(entry.share) * entry.item.points


def _high(entry: _Scored) -> int:
    if entry.applies == NO:
        return 0
    return (SHARE if math.isnan(entry.share) or entry.applies == UNKNOWN else int(entry.share)) * entry.item.points


def _scaled(score: int, group_points: int, applicable: int, full_points: int, standing: int) -> int:
    """One exact score after both redistributions; each division is half-even and is skipped where nothing moves."""
    if applicable == 0:
        return 0
    if applicable != group_points:
        score = divide_half_even(score * group_points, applicable)
    if standing != full_points:
        score = divide_half_even(score * full_points, standing)
    return score


def _item_result(entry: _Scored, group: Group, applicable: int, standing: int, full_points: int) -> ItemResult:
    item = entry.item
    applies = entry.applies != NO

    def scaled(score: int) -> int:
        return _scaled(score, group.points, applicable, full_points, standing) if applies else 0

    return ItemResult(
        id=item.id,
        label=item.label,
        type=item.type,
        state=entry.state,
        points=item.points,
        share=None if math.isnan(entry.share) or not applies else int(entry.share),
        low=scaled(_low(entry)),
        high=scaled(_high(entry)),
        full=scaled(item.points * SHARE),
        trace=entry.trace,
        base=entry.base,
        lead=entry.lead,
        unit=entry.unit,
        benchmark=entry.benchmark,
        lines=entry.lines,
        source=item.source,
        note=item.note,
    )


def _veto_results(standard: Standard, known: dict[str, Trace]) -> Iterable[VetoResult]:
    states: dict[int, VetoState] = {NO: "failed", UNKNOWN: "unknown", YES: "met"}
    for veto in standard.vetoes:
        trace = explain(veto.must, known, key=veto.id, label=veto.label, unit="truth", source=veto.source)
        yield VetoResult(veto.id, veto.label, states[int(compute(veto.must.node, known))], veto.curable, trace, veto.source)


def _level(standard: Standard, score: int) -> str:
    """Highest level whose mark the score reaches, by the standard's comparison rule."""
    step = standard.rounding.step
    compared = divide_half_even(score, step * SHARE) * step * SHARE if standard.rounding.compare == "rounded" else score
    reached = [level for level in standard.levels if compared >= level.at * SHARE]
    return reached[-1].id if reached else ""


def _pending(standard: Standard, groups: tuple[GroupResult, ...], vetoes: tuple[VetoResult, ...]) -> tuple[Pending, ...]:
    """Inputs that were not reported and matter, most valuable first."""
    keys = {item.key for item in standard.inputs}

    def lacking(trace: Trace) -> set[str]:
        return {node.key for node in trace.walk() if node.key in keys and node.value is None}

    by_item = {item.id: (lacking(item.trace), item.high - item.low) for group in groups for item in group.items if item.state == "missing"}
    by_veto = {veto.id: lacking(veto.trace) for veto in vetoes if veto.state == "unknown"}
    result = []
    for wanted in standard.inputs:
        items = tuple(item for item, (missing, _) in by_item.items() if wanted.key in missing)
        blocked = tuple(veto for veto, missing in by_veto.items() if wanted.key in missing)
        if items or blocked:
            gain = sum(by_item[item][1] for item in items)
            result.append(Pending(wanted.key, wanted.label, wanted.unit, items, blocked, points_of(gain, 100)))
    return tuple(sorted(result, key=lambda entry: (not entry.vetoes, -entry.max_gain)))


def _unverified(groups: tuple[GroupResult, ...], vetoes: tuple[VetoResult, ...]) -> tuple[Citation, ...]:
    found: dict[Citation, None] = {}
    for item in (item for group in groups for item in group.items):
        citations = [item.source, item.benchmark, *item.trace.unverified(), *(line.source for line, _ in item.lines)]
        found.update({citation: None for citation in citations if citation is not None and not citation.verified})
    for veto in vetoes:
        if not veto.source.verified:
            found[veto.source] = None
    return tuple(found)


def _inputs_hash(subject: Subject) -> str:
    """Hash of what was put in, so that a stored result names its inputs."""
    content: dict[str, Any] = {
        "industry": subject.industry,
        "facts": {key: [_canonical(trace.value), trace.unit] for key, trace in sorted(subject.facts.items())},
        "benchmarks": {key: [_canonical(value.base), _canonical(value.lead), value.unit] for key, value in sorted(subject.benchmarks.items())},
        "lines": {
            key: [[_canonical(line.value), _canonical(line.base), _canonical(line.lead), line.unit, _canonical(line.weight)] for line in lines]
            for key, lines in sorted(subject.product_lines.items())
        },
    }
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def _canonical(value: float | bool | None) -> str | bool | None:
    return value if value is None or isinstance(value, bool) else repr(float(value))
