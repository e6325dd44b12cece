"""A draft replayed on a frozen population: who gains a title, who loses it, and by which clause. (修订推演)

Both versions are evaluated on the same plants. Items that did not change keep their shares; a changed clause costs one pass
over its own item. The result is static: nobody is assumed to behave differently.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.formula import Name, Node, Number
from qingshan.engines.evaluation.population import (
    Floats,
    Population,
    Truths,
    Whole,
    evaluate_population,
    evaluate_values,
    half_even,
    population_hash,
    redistributed,
)
from qingshan.engines.evaluation.program import compile_standard
from qingshan.engines.evaluation.standard import POINT, SCALE, SHARE, Formula, Group, Item, Level, Requirement, Standard
from qingshan.kernel.text import Text

Flags = npt.NDArray[np.bool_]
BINS = 100 * 100 + 1  # scores in steps of 0.01 point, for the slider


@dataclass(frozen=True, slots=True)
class Mark:
    """What earns the title in each version: a level of the standards, or the same score in both where they have none. (门槛)"""

    level: str = ""
    points: int = 0  # [10⁻⁴ point], without a level


@dataclass(frozen=True, slots=True)
class Effect:
    """What one changed clause does to the number of titles. (单条影响)"""

    id: str
    label: Text
    gained: int  # if it alone were changed
    lost: int
    last: int  # net change by it when everything else has changed already

    @property
    def net(self) -> int:
        """Net change if it alone were changed."""
        return self.gained - self.lost


@dataclass(frozen=True, slots=True)
class Replay:
    """Result of a replay; arrays are in the population's order."""

    old_sha256: str
    new_sha256: str
    population_sha256: str
    size: int
    before: Flags
    after: Flags
    low_before: Whole  # exact scores [10⁻¹⁰ point]
    low_after: Whole
    gate_before: Truths  # requirements and prerequisites: 0 failed, 1 unknown, 2 met
    gate_after: Truths
    mark_before: int | None  # [10⁻⁴ point]
    mark_after: int | None
    effects: tuple[Effect, ...]
    drops: Mapping[str, npt.NDArray[np.int64]]  # of each item that moved: score before minus after, without redistribution
    levels_before: npt.NDArray[np.int8]
    levels_after: npt.NDArray[np.int8]

    @property
    def gained(self) -> int:
        """Plants that gain the title."""
        return int((self.after & ~self.before).sum())

    @property
    def lost(self) -> int:
        """Plants that lose it."""
        return int((self.before & ~self.after).sum())

    @property
    def net(self) -> int:
        """Change of the number of titles."""
        return self.gained - self.lost

    @property
    def remainder(self) -> int:
        """What the single effects do not add up to: clauses that act together."""
        return self.net - sum(effect.net for effect in self.effects)

    def reasons(self, row: int, top: int = 3) -> list[tuple[str, int]]:
        """Items that cost a plant most, with the loss. [10⁻¹⁰ point]"""
        losses = sorted(((int(drop[row]), item) for item, drop in self.drops.items()), reverse=True)
        return [(item, loss) for loss, item in losses[:top] if loss > 0]


class _Side:
    """One version on the population: shares, gates and conditions as arrays."""

    def __init__(self, standard: Standard, mark: Mark) -> None:
        self.standard = standard
        self.level = next((level for level in standard.levels if level.id == mark.level), None)
        self.mark = mark.points if self.level is None else self.level.at
        self.sure: dict[str, npt.NDArray[np.int32]] = {}  # share that is sure, 0 where the item does not apply for certain
        self.applies: dict[str, Truths | None] = {}
        self.vetoes: dict[str, Truths] = {}
        self.requires: Truths | None = None
        self.direct: Truths | None = None
        self._raws: list[tuple[Whole, Whole | int]] | None = None
        self._terms: tuple[list[Whole], Whole, Whole | None] | None = None

    def raws(self) -> list[tuple[Whole, Whole | int]]:
        """Raw score and applicable points of each group, kept once computed."""
        if self._raws is None:
            self._raws = [self._group(group) for group in self.standard.groups]
        return self._raws

    def terms(self) -> tuple[list[Whole], Whole, Whole | None]:
        """What each group adds after redistribution, their sum, and the points standing (none where every item applies)."""
        if self._terms is None:
            raws, groups = self.raws(), self.standard.groups
            standing = standing_points(self.standard, raws)
            terms = [term(self.standard, group, *raw, standing) for group, raw in zip(groups, raws, strict=True)]
            total = np.zeros(len(raws[0][0]) if raws else 0, np.int64)
            for entry in terms:
                total += entry
            self._terms = terms, total, standing
        return self._terms

    def total(self) -> Whole:
        """Exact score of every plant."""
        return scaled(self.terms()[1], self.standard)

    def _group(self, group: Group) -> tuple[Whole, Whole | int]:
        size = len(next(iter(self.sure.values())))
        raw = np.zeros(size, np.int64)
        applicable: Any = group.points
        for item in group.items:
            if item.choice:
                continue
            raw += self.sure[item.id].astype(np.int64) * item.points
            applies = self.applies[item.id]
            if applies is not None:
                applicable = applicable - (applies == 0) * np.int64(item.points)
        for choice in group.choices:
            mine = [item for item in group.items if item.choice == choice.id]
            shares = np.sort(np.stack([self.sure[item.id] for item in mine]), axis=0)[-choice.pick :]
            raw += shares.sum(axis=0, dtype=np.int64) * mine[0].points
            flags = [self.applies[item.id] for item in mine]
            if any(flag is not None for flag in flags):
                applying = sum(np.ones(size, np.int64) if flag is None else (flag != 0).astype(np.int64) for flag in flags)
                applicable = applicable - np.maximum(min(choice.pick, len(mine)) - applying, 0) * np.int64(mine[0].points)
        return raw, applicable

    def gate(self) -> Truths:
        size = len(next(iter(self.sure.values()))) if self.sure else len(next(iter(self.vetoes.values())))
        gate = np.full(size, 2, np.uint8)
        for truth in (*self.vetoes.values(), *(() if self.requires is None else (self.requires,))):
            np.minimum(gate, truth, out=gate)
        return gate

    def titled(self, low: Whole, gate: Truths, rows: Whole | None = None) -> Flags:
        """Who holds the title; of some ``rows`` only, where ``low`` and ``gate`` are of those rows."""
        held = np.zeros(len(gate), np.bool_) if self.mark is None else self._compared(low) >= self.mark * SHARE
        if self.direct is not None:
            held |= (self.direct if rows is None else self.direct[rows]) == 2
        return np.asarray(held & (gate == 2))

    def _compared(self, low: Whole) -> Whole:
        if self.standard.rounding.compare == "exact":
            return low
        step = self.standard.rounding.step * SHARE
        return half_even(low, np.asarray(step)) * step

    def with_rules_of(self, other: "_Side", items: Sequence[str]) -> "_Side":
        """The same version with the rules of some items from another."""
        mixed = _copy(self)
        mixed.sure = {**self.sure, **{item: other.sure[item] for item in items if item in other.sure}}
        mixed.applies = {**self.applies, **{item: other.applies[item] for item in items if item in other.applies}}
        return mixed


def _copy(side: _Side) -> _Side:
    mixed = _Side(side.standard, Mark())
    for name in ("level", "mark", "sure", "applies", "vetoes", "requires", "direct"):
        setattr(mixed, name, getattr(side, name))
    return mixed


def standing_points(standard: Standard, raws: Sequence[tuple[Whole, Whole | int]]) -> Whole | None:
    """Points of the groups in which anything applies; None where every item always applies."""
    if all(isinstance(applicable, int) for _, applicable in raws):
        return None
    standing = np.zeros(len(raws[0][0]), np.int64)
    for (_, applicable), group in zip(raws, standard.groups, strict=True):
        standing += np.asarray(applicable > 0) * np.int64(group.points)
    return standing


def term(standard: Standard, group: Group, raw: Whole, applicable: Whole | int, standing: Whole | None) -> Whole:
    """What a group adds to the total after redistribution; see ``score._redistribute``."""
    if standing is None:
        return raw
    wide = np.broadcast_to(np.asarray(applicable, np.int64), raw.shape)
    return redistributed(raw, group.points, wide, standard.full_points, standing)


def scaled(total: Whole, standard: Standard) -> Whole:
    """The index from the sum of points; see ``score.scaled_total``."""
    numerator, denominator = standard.scale
    return total if numerator == denominator else half_even(total * numerator, np.asarray(denominator))


def replay(
    old: Standard,
    new: Standard,
    population: Population,
    mark: Mark,
    *,
    figures_old: Mapping[str, Floats] | None = None,
    figures_new: Mapping[str, Floats] | None = None,
) -> Replay:
    """Evaluate both versions on one population and attribute the difference to the clauses that changed.

    Args:
        old: Version in force.
        new: Draft.
        population: Facts of the plants, frozen.
        mark: The title in question.
        figures_old: Frozen population figures for the old version, if it compares to any.
        figures_new: The same for the draft; give the same to hold them fixed.
    """
    one = _evaluate(old, population, mark, figures_old or {})
    changed = _changed_items(old, new, same_figures=figures_old is figures_new)
    two = _incremental(one, new, population, mark, figures_new or {}, changed)
    low_before, low_after = one.total(), two.total()
    gate_before, gate_after = one.gate(), two.gate()
    before, after = one.titled(low_before, gate_before), two.titled(low_after, gate_after)
    effects = _Attribution(one, two, low_before, low_after, before, after).effects(changed)
    return Replay(
        old.sha256,
        new.sha256,
        population_hash(population),
        len(population.industry),
        before,
        after,
        low_before,
        low_after,
        gate_before,
        gate_after,
        one.mark,
        two.mark,
        effects,
        _drops(one, two),
        _levels(one, low_before),
        _levels(two, low_after),
    )


def _evaluate(standard: Standard, population: Population, mark: Mark, figures: Mapping[str, Floats]) -> _Side:
    side = _Side(standard, mark)
    _take_shares(side, standard, population, figures)
    nodes = {f"veto:{veto.id}": veto.must.node for veto in standard.vetoes} | _conditions(side.level)
    _take_truths(side, evaluate_values(standard, nodes, population, figures) if nodes else {})
    return side


def _incremental(old: _Side, new: Standard, population: Population, mark: Mark, figures: Mapping[str, Floats], changed: Sequence[str]) -> _Side:
    """The draft on the population: only what changed is computed again."""
    side = _Side(new, mark)
    items = tuple(dataclasses.replace(item, choice="") for item in new.items if item.id in changed or item.id not in old.sure)
    for item in new.items:
        if item.id in old.sure:
            side.sure[item.id], side.applies[item.id] = old.sure[item.id], old.applies[item.id]
    if items:
        only = dataclasses.replace(new, groups=(Group("changed", new.title, items),), vetoes=(), levels=(), scaled_to=None)
        _take_shares(side, only, population, figures)
    side.sure = {item.id: side.sure[item.id] for item in new.items}
    nodes = {f"veto:{veto.id}": veto.must.node for veto in new.vetoes} | _conditions(side.level)
    _take_truths(side, evaluate_values(new, nodes, population, figures) if nodes else {})
    return side


def _take_shares(side: _Side, standard: Standard, population: Population, figures: Mapping[str, Floats]) -> None:
    scores = evaluate_population(compile_standard(standard), population, keep_shares=True, figures=figures)
    assert scores.shares is not None
    assert scores.applies is not None
    for index, item in enumerate(standard.items):
        share = scores.shares[index]
        negative = share < 0
        if negative.any():
            share = np.where(negative, -1 - share, share)
        if item.applies_when is not None:
            side.applies[item.id] = scores.applies[index]
            share = np.where(scores.applies[index] == 2, share, 0)
        else:
            side.applies[item.id] = None
        side.sure[item.id] = share


def _conditions(level: Level | None) -> dict[str, Node]:
    if level is None:
        return {}
    parts: dict[str, tuple[Requirement, ...]] = {"requires": level.requires, "direct": level.direct}
    return {f"{part}:{entry.id}": entry.must.node for part, entries in parts.items() for entry in entries}


def _take_truths(side: _Side, values: Mapping[str, Floats]) -> None:
    for key, value in values.items():
        part, _, name = key.partition(":")
        truth = value.astype(np.uint8)
        if part == "veto":
            side.vetoes[name] = truth
        elif part == "requires":
            side.requires = truth if side.requires is None else np.minimum(side.requires, truth)
        else:
            side.direct = truth if side.direct is None else np.maximum(side.direct, truth)


def _levels(side: _Side, low: Whole) -> npt.NDArray[np.int8]:
    """Highest level by score alone, for the transition table; −1 for none. The title itself also asks for all conditions."""
    compared, found = side._compared(low), np.full(len(low), -1, np.int8)
    for index, level in enumerate(side.standard.levels):
        if level.at is not None:
            found[compared >= level.at * SHARE] = index
    return found


class _Attribution:
    def __init__(self, one: _Side, two: _Side, low_before: Whole, low_after: Whole, before: Flags, after: Flags) -> None:
        self.one, self.two, self.low_before, self.low_after, self.before, self.after = one, two, low_before, low_after, before, after
        self.gates = one.gate(), two.gate()

    def effects(self, changed: Sequence[str]) -> tuple[Effect, ...]:
        one, two = self.one, self.two
        labels = {item.id: item.label for item in (*one.standard.items, *two.standard.items)}
        found = [self._item(item, labels[item]) for item in changed]
        if _structure(one.standard) != _structure(two.standard):
            common = [item.id for item in two.standard.items if item.id in one.sure]
            mixed = two.with_rules_of(one, common)
            alone = one.titled(mixed.total(), self.gates[0])
            back = one.with_rules_of(two, [item.id for item in one.standard.items if item.id in two.sure])
            without = two.titled(back.total(), self.gates[1])
            found.append(self._effect("weights", Text("分值、增删与选择", "points, items added or removed, choices"), alone, without))
        found += self._gates()
        return tuple(found)

    def _item(self, item: str, label: Text) -> Effect:
        """What one item does: alone on the old version, and undone on the new one. Only rows whose share moved are looked at."""
        one, two = self.one, self.two
        rows, low = self._swapped(one, two, item)
        before = self.before[rows]
        alone = one.titled(low, self.gates[0][rows], rows)
        gained, lost = int((alone & ~before).sum()), int((before & ~alone).sum())
        rows, low = self._swapped(two, one, item)
        without = two.titled(low, self.gates[1][rows], rows)
        return Effect(f"item:{item}", label, gained, lost, int(self.after[rows].sum()) - int(without.sum()))

    def _swapped(self, side: _Side, other: _Side, item: str) -> tuple[Whole, Whole]:
        """Rows that can differ and their scores, if one item followed the other version."""
        standard = side.standard
        place = next(index for index, group in enumerate(standard.groups) if any(entry.id == item for entry in group.items))
        group = standard.groups[place]
        entry = next(entry for entry in group.items if entry.id == item)
        if entry.choice or side.applies[item] is not None or other.applies[item] is not None:
            return np.arange(len(self.before)), side.with_rules_of(other, [item]).total()
        moved = other.sure[item] - side.sure[item]
        rows = np.flatnonzero(moved)
        terms, total, standing = side.terms()
        raw, applicable = side.raws()[place]
        new_raw = raw[rows] + moved[rows].astype(np.int64) * entry.points
        new = term(
            standard, group, new_raw, applicable if isinstance(applicable, int) else applicable[rows], None if standing is None else standing[rows]
        )
        return rows, scaled(total[rows] - terms[place][rows] + new, standard)

    def _gates(self) -> list[Effect]:
        one, two = self.one, self.two
        found = []
        old, new = {veto.id: veto for veto in one.standard.vetoes}, {veto.id: veto for veto in two.standard.vetoes}
        for key in dict.fromkeys((*old, *new)):
            if key in old and key in new and (one.vetoes[key] == two.vetoes[key]).all():
                continue
            label = (new.get(key) or old[key]).label
            found.append(self._effect(f"veto:{key}", label, *self._with_vetoes(key)))
        if one.level is not None and two.level is not None and (not _same(one.requires, two.requires) or not _same(one.direct, two.direct)):
            alone, without = _copy(one), _copy(two)
            alone.requires, alone.direct = two.requires, two.direct
            without.requires, without.direct = one.requires, one.direct
            flags = alone.titled(self.low_before, alone.gate()), without.titled(self.low_after, without.gate())
            found.append(self._effect("level:conditions", Text("前置条件与直接认定", "prerequisites and direct recognition"), *flags))
        if one.mark != two.mark or one.standard.rounding != two.standard.rounding:
            alone, without = _copy(one), _copy(two)
            alone.mark, without.mark = two.mark, one.mark
            alone.standard = dataclasses.replace(one.standard, rounding=two.standard.rounding)
            without.standard = dataclasses.replace(two.standard, rounding=one.standard.rounding)
            flags = alone.titled(self.low_before, self.gates[0]), without.titled(self.low_after, self.gates[1])
            found.append(self._effect("level:mark", Text("分数线与修约", "mark and rounding"), *flags))
        return found

    def _with_vetoes(self, key: str) -> tuple[Flags, Flags]:
        results = []
        for side, other, low in ((self.one, self.two, self.low_before), (self.two, self.one, self.low_after)):
            mixed = _copy(side)
            mixed.vetoes = {name: truth for name, truth in side.vetoes.items() if name != key}
            if key in other.vetoes:
                mixed.vetoes[key] = other.vetoes[key]
            gate = mixed.gate() if mixed.vetoes or mixed.sure else np.full(len(low), 2, np.uint8)
            results.append(mixed.titled(low, gate))
        return results[0], results[1]

    def _effect(self, key: str, label: Text, alone: Flags, without: Flags) -> Effect:
        gained, lost = int((alone & ~self.before).sum()), int((self.before & ~alone).sum())
        return Effect(key, label, gained, lost, int(self.after.sum()) - int(without.sum()))


def _same(one: Truths | None, two: Truths | None) -> bool:
    return (one is None) == (two is None) and (one is None or two is None or bool((one == two).all()))


def _structure(standard: Standard) -> object:
    groups = tuple((group.id, group.choices, tuple((item.id, item.points, item.choice) for item in group.items)) for group in standard.groups)
    return groups, standard.scaled_to


def _drops(one: _Side, two: _Side) -> dict[str, npt.NDArray[np.int64]]:
    points = [{item.id: item.points for item in side.standard.items} for side in (one, two)]
    found = {}
    for item in dict.fromkeys((*points[0], *points[1])):
        before, after = points[0].get(item, 0), points[1].get(item, 0)
        same = one.sure.get(item) is two.sure.get(item)
        if same and before == after:
            continue
        size = len(next(iter(one.sure.values())))
        zero = np.zeros(size, np.int32)
        found[item] = one.sure.get(item, zero).astype(np.int64) * before - two.sure.get(item, zero).astype(np.int64) * after
    return found


def _changed_items(old: Standard, new: Standard, *, same_figures: bool) -> list[str]:
    """Items of both versions whose rule, applicability or anything below them computes differently."""
    before, after = {item.id: item for item in old.items}, {item.id: item for item in new.items}
    one, two = _Meaning(old, "" if same_figures else "old"), _Meaning(new, "" if same_figures else "new")
    return [key for key in before if key in after and one.item(before[key]) != two.item(after[key])]


class _Meaning:
    """Formulas with derived quantities and parameters written out, as nested tuples that can be compared."""

    def __init__(self, standard: Standard, figures: str) -> None:
        self.names: dict[str, object] = {}
        for wanted in standard.inputs:
            self.names[wanted.key] = ("input", wanted.key, wanted.kind, wanted.unit)
        for parameter in standard.parameters:
            self.names[parameter.key] = ("number", parameter.value)
        for quantity in standard.derived:
            self.names[quantity.key] = hash(self._node(quantity.formula.node))
        for statistic in standard.statistics:
            spec = (statistic.of, statistic.over, statistic.function, statistic.percent, statistic.least)
            self.names[statistic.key] = ("statistic", figures, spec, self.names.get(statistic.of))
        for quantity in standard.derived:  # once more, now that population figures are known
            self.names[quantity.key] = hash(self._node(quantity.formula.node))

    def item(self, item: Item) -> object:
        return self._value(item.rule), None if item.applies_when is None else self._node(item.applies_when.node)

    def _node(self, node: Node) -> object:
        if isinstance(node, Number):
            return "number", node.value
        if isinstance(node, Name):
            return self.names.get(node.name, node.name)
        return node.op, tuple(self._node(argument) for argument in node.arguments)

    def _value(self, value: object) -> object:
        if isinstance(value, Formula):
            return self._node(value.node)
        if isinstance(value, tuple):
            return tuple(self._value(part) for part in value)
        if dataclasses.is_dataclass(value):
            return type(value).__name__, tuple(self._value(getattr(value, field.name)) for field in dataclasses.fields(value))
        return value


def score_bins(low: Whole, titled_if: Flags) -> Whole:
    """How many plants, with all conditions met, stand at each hundredth of a point from 0 to 100: what the slider needs. (n = 10,001)"""
    step = SCALE // 100
    places = np.clip(low[titled_if] // step, 0, BINS - 1)
    return np.bincount(places, minlength=BINS).astype(np.int64)


def knife_edge(result: Replay, within: float = 0.5) -> Whole:
    """Rows whose score after lies within so many points of the mark, nearest first: where appeals will come from."""
    if result.mark_after is None:
        return np.zeros(0, np.int64)
    distance = np.abs(result.low_after - result.mark_after * SHARE)
    near = np.flatnonzero((distance <= int(within * POINT) * SHARE) & (result.gate_after == 2))
    return near[np.argsort(distance[near], kind="stable")]
