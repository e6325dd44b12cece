"""The cheapest bundle of measures that lifts a plant to a mark. (达标最省路径)

1. Every measure alone goes through the exact engine: what it does to each indicator is observed, not derived.
2. A mixed-integer model adds these effects up; HiGHS finds the cheapest bundle.
3. The bundle is evaluated exactly. Effects are not additive: if it falls short, the model's mark is raised by the shortage.
4. Neighbours (one measure dropped, swapped or added) are evaluated exactly; the cheapest that passes stays.

Advice with its assumptions, never filed by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.columns import rows_of
from qingshan.engines.evaluation.measures import Bundles, Measure, Workshop
from qingshan.engines.evaluation.population import Floats, Population, evaluate_values
from qingshan.engines.evaluation.standard import POINT, SCALE, SHARE, Check, Curve, Standard, Tier
from qingshan.kernel.codes import industry_chain

ENUMERATE = 10  # up to so many open measures every bundle is tried
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Advice:
    """A bundle that was verified by the exact engine. (建议)"""

    measures: tuple[str, ...]
    cost: float  # [万元]
    low_before: int  # exact score [10⁻¹⁰ point]
    low_after: int
    gate_after: int
    solves: int  # models solved; 0 where every bundle was tried
    proven: bool  # True where every bundle was tried, so that no cheaper one exists


def cheapest(workshop: Workshop, plant: Population, mark: int, *, physical: bool = False, enumerate_up_to: int = ENUMERATE) -> Advice | None:
    """Cheapest bundle that reaches a mark with all basic requirements met; None where no bundle does.

    Args:
        workshop: Standard and catalogue.
        plant: A population of one.
        mark: Score to reach. [10⁻⁴ point]
        physical: At least one measure must be more than a certificate.
        enumerate_up_to: Up to so many open measures every bundle is tried instead of solving a model.
    """
    search = _Search(workshop, plant, mark, physical)
    if search.passes(search.low0, search.gate0) and not physical:
        return Advice((), 0.0, search.low0, search.low0, search.gate0, 0, proven=True)
    if len(search.candidates) <= enumerate_up_to:
        return search.enumerated()
    return search.solved()


def solve_marks(
    standard: Standard, catalogue: Sequence[Measure], plant: Population, marks: Sequence[int], *, physical: bool = False
) -> list[Advice | None]:
    """Cheapest bundles for several marks [10⁻⁴ point]: the task of a worker process."""
    workshop = Workshop(standard, catalogue)
    return [cheapest(workshop, plant, mark, physical=physical) for mark in marks]


def every_bundle(count: int) -> Bundles:
    """All subsets of ``count`` measures, shape (2^count, count)."""
    return (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.bool_)


class _Search:
    def __init__(self, workshop: Workshop, plant: Population, mark: int, physical: bool) -> None:
        self.workshop, self.plant, self.mark, self.physical = workshop, plant, mark, physical
        self.price = workshop.prices(plant)[:, 0]
        self.candidates = np.flatnonzero(workshop.open_to(plant)[:, 0])
        scores = workshop.score(plant)
        self.low0, self.gate0 = int(scores.low[0]), int(scores.veto[0])
        self.is_physical = np.array([measure.physical for measure in workshop.measures], np.bool_)

    def passes(self, low: int, gate: int) -> bool:
        return gate == 2 and low >= self.mark * SHARE

    def evaluate(self, bundles: Bundles) -> tuple[npt.NDArray[np.int64], Bundles]:
        """Exact scores of bundles, and which of them pass and are allowed."""
        scores = self.workshop.score(self.workshop.with_bundles(self.plant, np.zeros(len(bundles), np.int64), bundles))
        good = (scores.veto == 2) & (scores.low >= self.mark * SHARE) & self.workshop.allowed(bundles)
        if self.physical:
            good &= (bundles & self.is_physical).any(axis=1)
        return scores.low, good

    def widened(self, chosen: Bundles) -> Bundles:
        """Bundles over the candidates as bundles over all measures."""
        wide = np.zeros((len(chosen), len(self.workshop.measures)), np.bool_)
        wide[:, self.candidates] = chosen
        return wide

    def cost(self, bundles: Bundles) -> Floats:
        priced = np.where(np.isfinite(self.price), self.price, 0.0)
        return np.asarray(bundles @ priced)

    def enumerated(self) -> Advice | None:
        bundles = self.widened(every_bundle(len(self.candidates)))
        _, good = self.evaluate(bundles)
        if not good.any():
            return None
        passing = bundles[good]
        return self._advice(passing[int(np.argmin(self.cost(passing)))], 0, proven=True)

    def solved(self) -> Advice | None:
        model, mark, last = _Model(self), float(self.mark) / POINT, None
        for round_ in range(1, ROUNDS + 1):
            chosen = model.solve(mark)
            if chosen is None:
                return self._rescued(last, round_)
            last = chosen
            low, good = self.evaluate(self.widened(chosen[None]))
            if good[0]:
                found = self._polished(chosen[None])
                assert found is not None
                return self._advice(found, round_, proven=False)
            short = (self.mark * SHARE - int(low[0])) / SCALE
            if short > 0:
                mark += 1.02 * short
            else:  # a requirement failed that the model did not see
                model.forbid(chosen)
        return self._rescued(last, ROUNDS)

    def _rescued(self, last: Bundles | None, solves: int) -> Advice | None:
        """Where the linear picture has no answer left: from its last one, and from doing everything, by exact neighbours."""
        everything = np.ones(len(self.candidates), np.bool_)
        for index, place in enumerate(self.candidates):
            others = {self.workshop.place.get(other) for other in self.workshop.measures[place].excludes}
            if any(self.candidates[twin] in others and everything[twin] for twin in range(index)):
                everything[index] = False
        starts = [everything] if last is None else [last, everything]
        found = [best for best in (self._polished(start[None]) for start in starts) if best is not None]
        return self._advice(min(found, key=lambda bundle: float(self.cost(bundle[None])[0])), solves, proven=False) if found else None

    def _polished(self, start: Bundles) -> Bundles | None:
        """Best exact neighbour, again and again, from a bundle over the candidates; None if nothing near passes."""
        bundle: Bundles = start[0]
        best: Bundles | None = None
        for _ in range(6):
            near = self.widened(_neighbours(bundle))
            _, good = self.evaluate(near)
            if not good.any():
                return best
            passing = near[good]
            costs = self.cost(passing)
            place = int(np.lexsort((passing.sum(axis=1), np.round(costs, 9)))[0])
            if best is not None and float(costs[place]) >= float(self.cost(best[None])[0]) - 1e-9:
                return best
            best = np.asarray(passing[place])
            bundle = best[self.candidates]
        return best

    def _advice(self, bundle: Bundles, solves: int, *, proven: bool) -> Advice:
        after = self.workshop.score(self.workshop.with_bundles(self.plant, np.zeros(1, np.int64), bundle[None]))
        measures = tuple(self.workshop.measures[index].id for index in np.flatnonzero(bundle))
        cost = float(self.cost(bundle[None])[0])
        return Advice(measures, cost, self.low0, int(after.low[0]), int(after.veto[0]), solves, proven)


def _neighbours(bundle: Bundles) -> Bundles:
    """The bundle itself; one or two dropped; one swapped; one added; two swapped for one."""
    inside, outside = np.flatnonzero(bundle), np.flatnonzero(~bundle)
    moves: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), ())]
    moves += [((int(drop),), ()) for drop in inside]
    moves += [(pair, ()) for pair in combinations(map(int, inside), 2)]
    moves += [((), (int(add),)) for add in outside]
    moves += [((int(drop),), (int(add),)) for drop in inside for add in outside]
    moves += [(pair, (int(add),)) for pair in combinations(map(int, inside), 2) for add in outside]
    moves += [((int(drop),), pair) for drop in inside for pair in combinations(map(int, outside), 2)]
    near = np.tile(bundle, (len(moves), 1))
    for row, (drops, adds) in enumerate(moves):
        near[row, list(drops)] = False
        near[row, list(adds)] = True
    return near


class _Model:
    """The linear picture of a plant: how single measures move each indicator, as rows for HiGHS."""

    def __init__(self, search: _Search) -> None:
        self.search = search
        workshop, candidates = search.workshop, search.candidates
        self.count = len(candidates)
        singles = np.vstack([np.zeros(self.count, np.bool_)[None], np.eye(self.count, dtype=np.bool_)])
        pairs = list(combinations(range(self.count), 2))
        doubles = np.zeros((len(pairs), self.count), np.bool_)
        for row, pair in enumerate(pairs):
            doubles[row, list(pair)] = True
        self.pairs = pairs
        rows = np.vstack([singles, doubles])
        self.tried = workshop.with_bundles(search.plant, np.zeros(len(rows), np.int64), search.widened(rows))
        self.scores = workshop.score(self.tried, keep_shares=True)
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.costs: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.points: dict[int, float] = {}
        for index in range(self.count):
            self._column(0.0, 1.0, float(search.price[candidates[index]]), whole=True)
        self._items()
        self._gates()
        self._logic()

    def _column(self, low: float, high: float, cost: float, *, whole: bool) -> int:
        self.lower.append(low)
        self.upper.append(high)
        self.costs.append(cost)
        self.whole.append(whole)
        return len(self.lower) - 1

    def _row(self, entries: dict[int, float], low: float, high: float) -> None:
        self.rows.append(({column: float(f"{value:.12g}") for column, value in entries.items() if value}, low, high))

    def _items(self) -> None:
        """Points of each indicator as a column bounded by what the measures do to it."""
        standard = self.search.workshop.standard
        shares = self.scores.shares
        applies = self.scores.applies
        assert shares is not None
        assert applies is not None
        sure = np.where(shares < 0, -1 - shares, shares) * (applies == 2) / SHARE
        weights = self._weights(applies)
        self.base_points = 0.0
        for index, item in enumerate(standard.items):
            share = sure[index]
            weight = weights[index] * item.points / POINT
            single = share[: self.count + 1]
            if np.ptp(share) == 0:
                self.base_points += weight * float(share[0])
                continue
            column = self._column(0.0, max(1.0, float(share.max())), 0.0, whole=False)
            self.points[column] = weight
            if isinstance(item.rule, Check):
                self._check(column, share)
            elif isinstance(item.rule, Tier):
                self._additive(column, single)
            else:
                self._line(column, self._way(index, single))

    def _weights(self, applies: npt.NDArray[np.uint8]) -> Floats:
        """What redistribution makes of each item's points, taken at the plant as it is."""
        standard = self.search.workshop.standard
        place, weights = 0, []
        whole = standard.full_points
        found = []
        for group in standard.groups:
            flags = {item.id: applies[place + offset, 0] != 0 for offset, item in enumerate(group.items)}
            place += len(group.items)
            found.append((group, group.points_among({key for key, flag in flags.items() if flag})))
        standing = sum(group.points for group, points in found if points) or 1
        for group, points in found:
            factor = group.points / points * whole / standing if points else 0.0
            weights += [factor * standard.scale[0] / standard.scale[1]] * len(group.items)
        return np.array(weights)

    def _way(self, index: int, single: Floats) -> Floats:
        """Unclipped share of a curve after each single measure: linear in the quantity, so that effects add up beyond its ends."""
        search = self.search
        item = search.workshop.standard.items[index]
        rule = item.rule
        if not isinstance(rule, Curve):
            return single
        key = rule.external
        if key and key in self.tried.lines and (self.tried.lines[key].row == 0).any():
            return single
        columns = self.tried.columns
        base, lead = (float(columns[f"{key}.{end}"][0]) if key and f"{key}.{end}" in columns else np.nan for end in ("base", "lead"))
        if np.isnan(base):
            reference = rule.reference(industry_chain(self.tried.industries[int(self.tried.industry[0])]))
            if reference is None:
                return single
            base, lead = reference.base, reference.lead
        value = evaluate_values(
            search.workshop.standard, {"v": rule.value.node}, rows_of(self.tried, np.arange(self.count + 1)), search.workshop.figures
        )["v"]
        open_share = rule.at_base / SHARE
        with np.errstate(all="ignore"):
            way = open_share + (value - base) / (lead - base) * (1 - open_share)
        return single if np.isnan(way).any() else np.clip(way, -20.0, 20.0)

    def _line(self, column: int, way: Floats) -> None:
        """share ≤ way, zero below the baseline value: one binary only where the way can be below zero."""
        start, moves = float(way[0]), way[1:] - way[0]
        lowest = start + float(moves[moves < 0].sum())
        entries = {column: 1.0} | {index: -float(move) for index, move in enumerate(moves)}
        if lowest >= 0:
            self._row(entries, -np.inf, start)
            return
        reached = self._column(0.0, 1.0, 0.0, whole=True)
        self._row({column: 1.0, reached: -self.upper[column]}, -np.inf, 0.0)
        self._row(entries | {reached: -lowest}, -np.inf, start - lowest)

    def _additive(self, column: int, single: Floats) -> None:
        entries = {column: 1.0} | {index: -max(float(single[index + 1] - single[0]), 0.0) for index in range(self.count)}
        self._row(entries, -np.inf, float(single[0]))

    def _check(self, column: int, share: Floats) -> None:
        """All or nothing: some single measure or pair that was seen to bring it, unless it holds already."""
        entries = {column: 1.0}
        for index in range(self.count):
            if share[index + 1] > share[0]:
                entries[index] = -1.0
        for offset, (one, two) in enumerate(self.pairs):
            if share[self.count + 1 + offset] > max(share[0], share[one + 1], share[two + 1]):
                both = self._column(0.0, 1.0, 0.0, whole=True)
                self._row({both: 1.0, one: -1.0}, -np.inf, 0.0)
                self._row({both: 1.0, two: -1.0}, -np.inf, 0.0)
                entries[both] = -1.0
        self._row(entries, -np.inf, float(share[0]))

    def _gates(self) -> None:
        """Basic requirements: met already, or by a single measure or pair that was seen to meet them."""
        search = self.search
        standard = search.workshop.standard
        nodes = {veto.id: veto.must.node for veto in standard.vetoes}
        truths = evaluate_values(standard, nodes, self.tried, search.workshop.figures) if nodes else {}
        for truth in truths.values():
            met = truth == 2
            if met[0]:
                continue
            entries: dict[int, float] = {index: 1.0 for index in range(self.count) if met[index + 1]}
            for offset, (one, two) in enumerate(self.pairs):
                if met[self.count + 1 + offset] and not (met[one + 1] or met[two + 1]):
                    both = self._column(0.0, 1.0, 0.0, whole=True)
                    self._row({both: 1.0, one: -1.0}, -np.inf, 0.0)
                    self._row({both: 1.0, two: -1.0}, -np.inf, 0.0)
                    entries[both] = 1.0
            self._row(entries or {0: 0.0}, 1.0, np.inf)

    def _logic(self) -> None:
        search = self.search
        workshop = search.workshop
        local = {int(place): index for index, place in enumerate(search.candidates)}
        for index, place in enumerate(search.candidates):
            measure = workshop.measures[place]
            for other in measure.excludes:
                twin = local.get(workshop.place.get(other, -1))
                if twin is not None:
                    self._row({index: 1.0, twin: 1.0}, -np.inf, 1.0)
            for needed in measure.requires:
                twin = local.get(workshop.place.get(needed, -1))
                self._row({index: 1.0} | ({} if twin is None else {twin: -1.0}), -np.inf, 0.0)
        if search.physical:
            physical = {index: 1.0 for index, place in enumerate(search.candidates) if search.is_physical[place]}
            self._row(physical or {0: 0.0}, 1.0, np.inf)

    def forbid(self, chosen: Bundles) -> None:
        """Cut one bundle off."""
        entries = {index: (1.0 if taken else -1.0) for index, taken in enumerate(chosen)}
        self._row(entries, -np.inf, float(chosen.sum()) - 1.0)

    def solve(self, mark: float) -> Bundles | None:
        """Cheapest choice of the model for a mark in points; None where it has none."""
        rows = [*self.rows, (self.points, mark - self.base_points - 1e-7, np.inf)]
        model: Any = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.lower), len(rows)
        model.col_cost_, model.col_lower_, model.col_upper_ = (np.array(part, np.float64) for part in (self.costs, self.lower, self.upper))
        model.row_lower_ = np.array([low for _, low, _ in rows], np.float64)
        model.row_upper_ = np.array([high for _, _, high in rows], np.float64)
        model.integrality_ = [highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous for whole in self.whole]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(entries) for entries, _, _ in rows)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([column for entries, _, _ in rows for column in entries], np.int32)
        model.a_matrix_.value_ = np.array([value for entries, _, _ in rows for value in entries.values()], np.float64)
        solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("time_limit", 5.0), ("mip_rel_gap", 0.0)):
            solver.setOptionValue(option, value)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            return None
        values = np.array(solver.getSolution().col_value, np.float64)
        return np.asarray(values[: self.count] > 0.5) if len(values) >= self.count else None
