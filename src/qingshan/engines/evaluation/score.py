"""Score of one plant, with every reason. (单个对象评分)"""

import hashlib
import math
from collections.abc import Iterable
from typing import Any, Literal

import rfc8785

from qingshan.engines.evaluation.errors import UnknownFact
from qingshan.engines.evaluation.explain import (
    NO,
    UNKNOWN,
    YES,
    compute,
    curve_share,
    explain,
    per_step_share,
    ratio_share,
    tier_share,
)
from qingshan.engines.evaluation.result import (
    Benchmark,
    Evaluation,
    GroupResult,
    ItemResult,
    ItemState,
    LevelResult,
    Pending,
    ProductLine,
    RequirementResult,
    Subject,
    VetoResult,
    VetoState,
    divide_half_even,
    points_of,
)
from qingshan.engines.evaluation.standard import (
    SHARE,
    BestOf,
    Check,
    Curve,
    Group,
    Item,
    PerStep,
    Ratio,
    Requirement,
    SingleRule,
    Standard,
    Statistic,
    Tier,
    Unpublished,
)
from qingshan.engines.evaluation.statistics import Frozen
from qingshan.kernel.citation import Citation
from qingshan.kernel.codes import industry_chain
from qingshan.kernel.quantity import conversion
from qingshan.kernel.trace import Trace


def evaluate(standard: Standard, subject: Subject, frozen: Frozen | None = None) -> Evaluation:
    """Apply a standard to one plant. (评价)

    Args:
        standard: One version of a standard.
        subject: Facts in the units of the standard's inputs; a fact that is absent or ``None`` was not reported.
        frozen: Figures of the population to which the standard compares, if it does.

    Returns:
        Exact scores with the interval that missing inputs leave open, and a tree of reasons for each.

    Raises:
        UnknownFact: A fact that the standard does not ask for.
        UnitMismatch: A fact or benchmark is in a unit of another kind.
    """
    known = known_figures(standard, subject, frozen)
    derived = tuple(known[quantity.key] for quantity in standard.derived)
    chain = industry_chain(subject.industry)
    groups = _redistribute(standard, [_group(group, known, subject, chain) for group in standard.groups])
    vetoes = tuple(_veto_results(standard, known))
    low = scaled_total(sum(group.low for group in groups), standard)
    high = scaled_total(sum(group.high for group in groups), standard)
    step = standard.rounding.step
    levels = _levels(standard, known, low, high, vetoes)
    return Evaluation(
        subject=subject.name,
        industry=subject.industry,
        standard_id=standard.id,
        standard_version=standard.version,
        standard_sha256=standard.sha256,
        inputs_sha256=_inputs_hash(subject, frozen),
        low=low,
        high=high,
        full=scaled_total(standard.full_points * SHARE, standard),
        total=points_of(low, step),
        total_high=points_of(high, step),
        groups=groups,
        vetoes=vetoes,
        pending=_pending(standard, groups, vetoes),
        level=next((level.id for level in reversed(levels) if level.state == "met"), ""),
        level_high=next((level.id for level in reversed(levels) if level.state != "failed"), ""),
        derived=derived,
        unverified=_unverified(groups, vetoes, levels),
        levels=levels,
    )


def scaled_total(total: int, standard: Standard) -> int:
    """The index from the sum of points, halves to even; nothing happens where the standard has no index."""
    numerator, denominator = standard.scale
    return total if denominator == numerator else divide_half_even(total * numerator, denominator)


def known_figures(standard: Standard, subject: Subject, frozen: Frozen | None = None) -> dict[str, Trace]:
    """Every input, parameter, population figure and derived quantity of a plant, with its reasons, by key."""
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
    for statistic in standard.statistics:
        known[statistic.key] = _population_figure(statistic, subject, frozen)
    for quantity in standard.derived:
        known[quantity.key] = explain(quantity.formula, known, key=quantity.key, label=quantity.label, unit=quantity.unit, source=quantity.source)
    return known


def _population_figure(statistic: Statistic, subject: Subject, frozen: Frozen | None) -> Trace:
    value = None if frozen is None else frozen.value(statistic, industry_chain(subject.industry))
    source = statistic.source if frozen is None else Citation(frozen.label, f"sha256 {frozen.sha256[:12]}", "declared", verified=True)
    return Trace(statistic.key, statistic.label, value, statistic.unit, "known" if value is not None else "no_benchmark", statistic.of, source=source)


class _Scored:
    """An item before its group's points are shared out; ``share`` is NaN where it is not known, ``least`` and ``most`` bound it."""

    __slots__ = ("applies", "base", "benchmark", "item", "lead", "least", "lines", "most", "picked", "share", "state", "trace", "unit")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.applies = YES
        self.state: ItemState = "scored"
        self.share = math.nan
        self.least, self.most = 0, SHARE
        self.picked = True
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
    if isinstance(rule, BestOf):
        _best_of(scored, rule, known, subject, chain)
    elif isinstance(rule, Unpublished):
        scored.trace = Trace(item.id, item.label, None, "", "unknown", source=item.source)
        scored.state = "unpublished"
    else:
        scored.share = _share(scored, rule, known, subject, chain)
        if not math.isnan(scored.share):
            scored.least = scored.most = int(scored.share)
    if math.isnan(scored.share) and scored.state == "scored":
        scored.state = "missing"
    if item.applies_when is not None:
        scored.applies = int(compute(item.applies_when.node, known))
        if scored.applies == NO:
            scored.state = "not_applicable"
        elif scored.applies == UNKNOWN:  # nobody gains by silence
            scored.least, scored.most = 0, SHARE
    return scored


def _share(scored: _Scored, rule: SingleRule, known: dict[str, Trace], subject: Subject, chain: tuple[str, ...]) -> float:
    """Share by one rule [10⁻⁶, or NaN]; leaves trace and reference values in ``scored``."""
    item = scored.item
    if isinstance(rule, Check):
        scored.trace = explain(rule.when, known, key=item.id, label=item.label, unit="truth", source=item.source)
        return {NO: 0.0, UNKNOWN: math.nan, YES: float(SHARE)}[int(compute(rule.when.node, known))]
    scored.unit = rule.unit
    scored.trace = explain(rule.value, known, key=item.id, label=item.label, unit=rule.unit, source=item.source)
    value = float(compute(rule.value.node, known))
    if isinstance(rule, Tier):
        return tier_share(rule, value)
    if isinstance(rule, Ratio):
        scored.lead, scored.benchmark = rule.lead, item.source
        return ratio_share(rule, value)
    if isinstance(rule, PerStep):
        scored.base, scored.benchmark = rule.start, item.source
        return per_step_share(rule, value)
    return _curve(scored, rule, value, subject, chain)


def _best_of(scored: _Scored, rule: BestOf, known: dict[str, Trace], subject: Subject, chain: tuple[str, ...]) -> None:
    """The best alternative counts; one that is not known may still turn out best."""
    tried: list[tuple[float, _Scored]] = []
    for alternative in rule.rules:
        alone = _Scored(scored.item)
        tried.append((_share(alone, alternative, known, subject, chain), alone))
    best = max(tried, key=lambda entry: -1.0 if math.isnan(entry[0]) else entry[0])[1]
    for name in ("base", "lead", "unit", "benchmark", "lines"):
        setattr(scored, name, getattr(best, name))
    item = scored.item
    scored.trace = Trace(item.id, item.label, None, "", formula="max", inputs=tuple(alone.trace for _, alone in tried), source=item.source)
    scored.least = int(max(0.0 if math.isnan(share) else share for share, _ in tried))
    scored.most = int(max(float(SHARE) if math.isnan(share) else share for share, _ in tried))
    if scored.least == scored.most:
        scored.share = float(scored.least)


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
    applicable = [group.points_among({entry.item.id for entry in entries if entry.applies != NO}) for group, entries in scored]
    standing = sum(group.points for (group, _), points in zip(scored, applicable, strict=True) if points)
    results = []
    for (group, entries), points in zip(scored, applicable, strict=True):
        low_sum, high_sum = _sums(group, entries)
        items = tuple(_item_result(entry, group, points, standing, standard.full_points) for entry in entries)
        low = _scaled(low_sum, group.points, points, standard.full_points, standing)
        high = _scaled(high_sum, group.points, points, standard.full_points, standing)
        full = _scaled(points * SHARE, group.points, points, standard.full_points, standing)
        results.append(GroupResult(group.id, group.label, group.points, low, high, full, items))
    return tuple(results)


def _sums(group: Group, entries: list[_Scored]) -> tuple[int, int]:
    """Scores at both ends; of a choice the best items count at each end, and those that count for sure are marked."""
    low = sum(_low(entry) for entry in entries if not entry.item.choice)
    high = sum(_high(entry) for entry in entries if not entry.item.choice)
    for choice in group.choices:
        mine = [entry for entry in entries if entry.item.choice == choice.id]
        ranked = sorted(mine, key=lambda entry: (entry.applies == NO, -_low(entry), -_high(entry)))
        for entry in ranked[choice.pick :]:
            entry.picked = False
            if entry.applies != NO:
                entry.state = "not_picked"
        low += sum(_low(entry) for entry in ranked[: choice.pick])
        high += sum(sorted((_high(entry) for entry in mine), reverse=True)[: choice.pick])
    return low, high


def _low(entry: _Scored) -> int:
    return 0 if entry.applies == NO else entry.least * entry.item.points


def _high(entry: _Scored) -> int:
    return 0 if entry.applies == NO else entry.most * entry.item.points


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
    applies = entry.applies != NO and entry.picked

    def scaled(score: int) -> int:
        return _scaled(score, group.points, applicable, full_points, standing) if applies else 0

    return ItemResult(
        id=item.id,
        label=item.label,
        type=item.type,
        state=entry.state,
        points=item.points,
        share=None if math.isnan(entry.share) or entry.applies == NO else int(entry.share),
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
    for veto in standard.vetoes:
        trace = explain(veto.must, known, key=veto.id, label=veto.label, unit="truth", source=veto.source)
        yield VetoResult(veto.id, veto.label, STATES[int(compute(veto.must.node, known))], veto.curable, trace, veto.source, veto.section)


STATES: dict[int, VetoState] = {NO: "failed", UNKNOWN: "unknown", YES: "met"}


def _levels(standard: Standard, known: dict[str, Trace], low: int, high: int, vetoes: tuple[VetoResult, ...]) -> tuple[LevelResult, ...]:
    """Each level: by score or directly, if its prerequisites and all basic requirements hold."""
    gate = min((_TRUTHS[veto.state] for veto in vetoes), default=YES)
    results = []
    for level in standard.levels:
        requires, direct = _requirements(level.requires, known), _requirements(level.direct, known)
        directly = max((_TRUTHS[entry.state] for entry in direct), default=NO)
        condition = min((_TRUTHS[entry.state] for entry in requires), default=YES)
        scored = score_reaches(standard, level.at, low, high)
        state = min(gate, condition, max(directly, scored))
        by: Literal["score", "direct", ""] = "" if state != YES else "score" if scored == YES else "direct"
        results.append(LevelResult(level.id, level.label, level.at, STATES[state], by, requires, direct, level.source))
    return tuple(results)


_TRUTHS = {"failed": NO, "unknown": UNKNOWN, "met": YES}


def score_reaches(standard: Standard, mark: int | None, low: int, high: int) -> int:
    """Whether a score reaches a mark, by the standard's rule of comparison; without a mark no score reaches it."""
    if mark is None:
        return NO
    step = standard.rounding.step * SHARE
    if standard.rounding.compare == "rounded":
        low, high = divide_half_even(low, step) * step, divide_half_even(high, step) * step
    return YES if low >= mark * SHARE else UNKNOWN if high >= mark * SHARE else NO


def _requirements(requirements: tuple[Requirement, ...], known: dict[str, Trace]) -> tuple[RequirementResult, ...]:
    results = []
    for entry in requirements:
        trace = explain(entry.must, known, key=entry.id, label=entry.label, unit="truth", source=entry.source)
        results.append(RequirementResult(entry.id, entry.label, STATES[int(compute(entry.must.node, known))], trace, entry.source))
    return tuple(results)


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


def _unverified(groups: tuple[GroupResult, ...], vetoes: tuple[VetoResult, ...], levels: tuple[LevelResult, ...]) -> tuple[Citation, ...]:
    found: dict[Citation, None] = {}
    for item in (item for group in groups for item in group.items):
        citations = [item.source, item.benchmark, *item.trace.unverified(), *(line.source for line, _ in item.lines)]
        found.update({citation: None for citation in citations if citation is not None and not citation.verified})
    for source in (*(veto.source for veto in vetoes), *(level.source for level in levels)):
        if not source.verified:
            found[source] = None
    return tuple(found)


def _inputs_hash(subject: Subject, frozen: Frozen | None) -> str:
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
    if frozen is not None:
        content["population"] = frozen.sha256
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def _canonical(value: float | bool | None) -> str | bool | None:
    return value if value is None or isinstance(value, bool) else repr(float(value))
