"""Scores of a whole population at once: the same integers as ``score``, in about a microsecond a plant. (群体评分)

Columns are read in blocks that fit the processor's cache. Parameters by industry (a few dozen values, always in cache) are
gathered for each row; rows themselves are never moved.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.errors import WrongColumns
from qingshan.engines.evaluation.explain import NEAR
from qingshan.engines.evaluation.formula import Node
from qingshan.engines.evaluation.program import Instruction, Program, compile_values
from qingshan.engines.evaluation.standard import SHARE, BestOf, Curve, Standard
from qingshan.kernel.codes import industry_chain

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]

BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Lines:
    """Product lines of all plants: each array holds one entry a line. (产品对标)"""

    row: Whole  # which plant
    value: Floats
    base: Floats
    lead: Floats
    weight: Floats  # [tce]


@dataclass(frozen=True, slots=True)
class Population:
    """n plants as columns.

    ``columns``: fact key → float64 (NaN = not reported) or uint8 (0 no, 1 unknown, 2 yes), each of shape (n,); benchmarks as
    ``key.base`` and ``key.lead``. ``industry``: index into ``industries``.
    """

    industries: Sequence[str]
    industry: npt.NDArray[np.int32]
    columns: Mapping[str, npt.NDArray[Any]]
    lines: Mapping[str, Lines] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PopulationScores:
    """Exact scores [10⁻¹⁰ point] and three-valued veto state (0 failed, 1 unknown, 2 met), each of shape (n,)."""

    low: Whole
    high: Whole
    veto: Truths
    shares: npt.NDArray[np.int32] | None  # (items, n) [10⁻⁶]; −1 − what is sure, where it is not wholly known
    applies: npt.NDArray[np.uint8] | None  # (items, n) three-valued, kept with the shares
    level: npt.NDArray[np.int8]  # index of the highest level held whatever is missing, −1 for none


def evaluate_population(
    program: Program, population: Population, *, keep_shares: bool = False, figures: Mapping[str, Floats] | None = None
) -> PopulationScores:
    """Score n plants.

    Args:
        program: A compiled standard.
        population: Facts as columns; a column that is absent counts as not reported by anyone.
        keep_shares: Also return each item's share, 4 bytes a plant and item.
        figures: Frozen population figures by statistic, one for each of the population's industries.

    Raises:
        WrongColumns: A column has the wrong length or type.
    """
    return _Run(program, population, figures or {}, keep_shares=keep_shares).scores()


def evaluate_values(
    standard: Standard, nodes: Mapping[str, Node], population: Population, figures: Mapping[str, Floats] | None = None
) -> dict[str, Floats]:
    """Any formulas over a standard's inputs, parameters and derived quantities, for n plants; truths as 0, 1, 2."""
    return run_values(compile_values(standard, nodes), population, figures)


def run_values(program: Program, population: Population, figures: Mapping[str, Floats] | None = None) -> dict[str, Floats]:
    """The same with formulas compiled before."""
    run = _Run(program, population, figures or {}, keep_shares=False)
    run.scores()
    return run.values


def population_hash(population: Population) -> str:
    """SHA-256 over all columns, so that a result names the population it was made on."""
    digest = hashlib.sha256()
    for part in (json.dumps(list(population.industries)).encode(), population.industry.tobytes()):
        digest.update(part)
    for key, column in sorted(population.columns.items()):
        digest.update(key.encode())
        digest.update(np.ascontiguousarray(column).tobytes())
    for key, lines in sorted(population.lines.items()):
        digest.update(key.encode())
        for array in (lines.row, lines.value, lines.base, lines.lead, lines.weight):
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def reference_parameters(standard: Standard, industries: Sequence[str]) -> dict[str, tuple[Floats, Floats]]:
    """Baseline value and slope of each curve for each industry; NaN where the standard has none."""
    chains = [industry_chain(code) for code in industries]
    found: dict[str, tuple[Floats, Floats]] = {}
    for item in standard.items:
        rules = {item.id: item.rule} if not isinstance(item.rule, BestOf) else {f"{item.id}/{i}": rule for i, rule in enumerate(item.rule.rules)}
        for key, rule in rules.items():
            if not isinstance(rule, Curve):
                continue
            base, slope = np.full(len(industries), np.nan), np.full(len(industries), np.nan)
            for index, chain in enumerate(chains):
                reference = rule.reference(chain)
                if reference is not None and reference.lead != reference.base:
                    base[index], slope[index] = reference.base, float(SHARE - rule.at_base) / (reference.lead - reference.base)
            found[key] = base, slope
    return found


class _Run:
    def __init__(self, program: Program, population: Population, figures: Mapping[str, Floats], *, keep_shares: bool) -> None:
        self.program, self.population, self.figures = program, population, figures
        self.size = len(population.industry)
        self._check_columns()
        self.columns = self._columns()
        self.parameters = reference_parameters(program.standard, population.industries)
        self.low, self.high = np.zeros(self.size, np.int64), np.zeros(self.size, np.int64)
        self.veto = np.zeros(self.size, np.uint8)
        self.shares = np.zeros((len(program.item_slots), self.size), np.int32) if keep_shares else None
        self.applies = np.full((len(program.item_slots), self.size), 2, np.uint8) if keep_shares else None
        self.level = np.full(self.size, -1, np.int8)
        self.values = {name: np.zeros(self.size) for name in program.value_slots}
        self.choices = [{choice.id: choice.pick for choice in group.choices} for group in program.standard.groups]
        self.plan, floats, truths = _plan(program)
        block = self.block = max(min(BLOCK, self.size), 1)
        self.float_pool = [np.empty(block) for _ in range(floats)]
        self.truth_pool = [np.empty(block, np.uint8) for _ in range(truths)]
        self.empty_columns: dict[int, npt.NDArray[Any]] = {}
        self.parameter_pool = {slot: np.empty(block) for slot in program.parameters}
        self.known = np.empty(block)
        self.flags = np.empty(block, np.bool_)

    def _check_columns(self) -> None:
        wrong = []
        for key, column in self.population.columns.items():
            wanted = np.uint8 if key in self.program.truth_columns else np.float64
            if key in self.program.columns and (column.shape != (self.size,) or column.dtype != wanted):
                wrong.append(f"{key}: {column.dtype}{column.shape} instead of {np.dtype(wanted)}({self.size},)")
        if wrong:
            raise WrongColumns("; ".join(wrong))

    def _columns(self) -> dict[int, npt.NDArray[Any] | None]:
        columns: dict[int, npt.NDArray[Any] | None] = {}
        prepared: dict[str, npt.NDArray[Any]] = {}
        at_base = {rule.external: rule.at_base for rule in curves(self.program.standard) if rule.external}
        for key, table in self.figures.items():
            prepared[key] = np.take(table, self.population.industry)
        for key, lines in self.population.lines.items():
            prepared[f"{key}.share"], prepared[f"{key}.lines"] = _line_shares(lines, self.size, at_base.get(key, 0))
        for key, slot in self.program.columns.items():
            columns[slot] = prepared.get(key, self.population.columns.get(key))
        return columns

    def scores(self) -> PopulationScores:
        with np.errstate(all="ignore"):
            for begin in range(0, self.size, self.block):
                stop = min(begin + self.block, self.size)
                self._block(slice(begin, stop), stop - begin)
        return PopulationScores(self.low, self.high, self.veto, self.shares, self.applies, self.level)

    def _block(self, rows: slice, count: int) -> None:
        program = self.program
        slots: dict[int, Any] = dict(program.constants)
        for slot, column in self.columns.items():
            slots[slot] = self._column(slot, column, rows, count)
        codes = self.population.industry[rows].astype(np.intp)
        one = int(codes[0]) if (codes == codes[0]).all() else None
        for slot, (item, which) in program.parameters.items():
            table = self.parameters[item][which]
            slots[slot] = float(table[one]) if one is not None else np.take(table, codes, out=self.parameter_pool[slot][:count], mode="clip")
        for instruction, pool in self.plan:
            target = (self.truth_pool if instruction.target in program.truth_registers else self.float_pool)[pool][:count]
            OPERATIONS[instruction.op](target, [slots[slot] for slot in instruction.arguments], instruction, self.flags[:count])
            slots[instruction.target] = target
        self._add_up(slots, rows, count)

    def _column(self, slot: int, column: npt.NDArray[Any] | None, rows: slice, count: int) -> npt.NDArray[Any]:
        if column is not None:
            return column[rows]
        if slot not in self.empty_columns:
            self.empty_columns[slot] = np.full(self.block, 1, np.uint8) if slot in self.program.truth_registers else np.full(self.block, np.nan)
        return self.empty_columns[slot][:count]

    def _add_up(self, slots: dict[int, Any], rows: slice, count: int) -> None:
        """Add shares up, weighted once for all items of equal points; what is unknown counts only at the upper end."""
        program, standard = self.program, self.program.standard
        for name, slot in program.value_slots.items():
            self.values[name][rows] = slots[slot]
        index = 0
        parts: list[tuple[Floats, Floats, Any, int]] = []
        for group, picks in zip(standard.groups, self.choices, strict=True):
            sums: dict[int, Floats] = {}
            high_extra = np.zeros(count)
            applicable: Any = float(group.points)
            chosen: dict[str, list[tuple[Floats, Floats, Any]]] = {choice: [] for choice in picks}
            for item in group.items:
                share, unknown, most, applies = self._item(index, item.applies_when is not None, slots, rows, count)
                index += 1
                if item.choice:
                    high = share.copy() if most is None else most
                    high[unknown] = SHARE if most is None else high[unknown]
                    chosen[item.choice].append(_bounded(share.copy(), high, applies))
                    continue
                points = float(item.points)
                low = sums.get(item.points)
                if low is None:
                    low = sums[item.points] = np.zeros(count)
                if applies is None:
                    low += share
                    if most is None:
                        high_extra[unknown] += points * SHARE
                    else:
                        high_extra += (most - share) * points
                else:
                    if most is None:
                        most = share.copy()
                        most[unknown] = SHARE
                    known, high, _ = _bounded(share.copy(), most, applies)
                    low += known
                    high_extra += (high - known) * points
                    applicable = applicable - points * (applies == 0)
            total = np.zeros(count)
            for points_of_item, summed in sums.items():
                total += np.multiply(summed, float(points_of_item), out=summed)
            for choice, pick in picks.items():
                points = float(next(item.points for item in group.items if item.choice == choice))
                low_sum, high_sum, lost = _best(chosen[choice], pick)
                total += low_sum * points
                high_extra += (high_sum - low_sum) * points
                applicable = applicable - points * lost
            parts.append((total, total + high_extra, applicable, group.points))
        self.low[rows], self.high[rows] = self._redistribute(parts, count)
        veto = self.veto[rows]
        veto[:] = 2
        for slot in program.veto_slots:
            np.minimum(veto, slots[slot], out=veto)
        self._set_levels(slots, rows, count)

    def _item(self, index: int, conditional: bool, slots: dict[int, Any], rows: slice, count: int) -> tuple[Any, Any, Any, Any]:
        """An item's sure share, the rows where it is open, its upper end where that is computed, and whether it applies."""
        program = self.program
        slot, high_slot = program.item_slots[index], program.high_slots[index]
        most: Any = None
        if slot in program.checks:
            truth = _broadcast(slots[slot], count)
            np.equal(truth, 2, out=self.flags[:count])
            share: Any = np.multiply(self.flags[:count], float(SHARE), out=self.known[:count])
            unknown = np.flatnonzero(truth == 1)
        elif high_slot is not None:
            most = _broadcast(slots[high_slot], count)
            share = self.known[:count]
            np.copyto(share, slots[slot])
            unknown = np.flatnonzero(most != share)
            most = most.copy()
        else:
            np.isnan(slots[slot], out=self.flags[:count])
            unknown = np.flatnonzero(self.flags[:count])
            share = np.fmax(slots[slot], 0.0, out=self.known[:count])
        applies_slot = program.applies_slots[index]
        applies = _broadcast(slots[applies_slot], count) if conditional and applies_slot is not None else None
        if self.shares is not None and self.applies is not None:
            kept = self.shares[index, rows]
            kept[:] = share
            kept[unknown] = -1 - kept[unknown]
            if applies is not None:
                self.applies[index, rows] = applies
        return share, unknown, most, applies

    def _redistribute(self, parts: list[tuple[Floats, Floats, Any, int]], count: int) -> tuple[Whole, Whole]:
        full = self.program.standard.full_points
        if not parts:
            return np.zeros(count, np.int64), np.zeros(count, np.int64)
        if all(isinstance(applicable, float) for _, _, applicable, _ in parts):
            low, high = sum(part[0] for part in parts), sum(part[1] for part in parts)
            return self._scaled(np.asarray(low).astype(np.int64)), self._scaled(np.asarray(high).astype(np.int64))
        standing = np.asarray(sum(np.where(np.broadcast_to(applicable, count) > 0, points, 0) for _, _, applicable, points in parts), np.int64)
        totals = [np.zeros(count, np.int64), np.zeros(count, np.int64)]
        for low, high, applicable, points in parts:
            share_out = np.broadcast_to(applicable, count).astype(np.int64)
            for total, score in zip(totals, (low, high), strict=True):
                total += redistributed(score.astype(np.int64), points, share_out, full, standing)
        return self._scaled(totals[0]), self._scaled(totals[1])

    def _scaled(self, total: Whole) -> Whole:
        numerator, denominator = self.program.standard.scale
        return total if numerator == denominator else half_even(total * numerator, np.asarray(denominator))

    def _set_levels(self, slots: dict[int, Any], rows: slice, count: int) -> None:
        standard = self.program.standard
        low, held = self.low[rows], self.veto[rows] == 2
        if standard.rounding.compare == "rounded" and standard.levels:
            step = standard.rounding.step * SHARE
            low = half_even(low, np.asarray(step)) * step
        for index, (level, (direct, requires)) in enumerate(zip(standard.levels, self.program.level_slots, strict=True)):
            reached = low >= level.at * SHARE if level.at is not None else np.zeros(count, np.bool_)
            if direct is not None:
                reached = reached | (_broadcast(slots[direct], count) == 2)
            if requires is not None:
                reached = reached & (_broadcast(slots[requires], count) == 2)
            self.level[rows][reached & held] = index


def curves(standard: Standard) -> Iterator[Curve]:
    """Every curve of a standard, alternatives included."""
    for item in standard.items:
        for rule in item.rule.rules if isinstance(item.rule, BestOf) else (item.rule,):
            if isinstance(rule, Curve):
                yield rule


def redistributed(score: Whole, points: int, applicable: Whole, full: int, standing: Whole) -> Whole:
    """A group's score after both redistributions; see ``score._scaled``."""
    whole = score.copy()
    for share, of, parts in ((points, applicable, points), (full, standing, full)):
        moved = np.flatnonzero(of != parts)  # rows where nothing moves are not divided
        if len(moved):
            whole[moved] = half_even(whole[moved] * share, np.maximum(of[moved], 1))
    whole[applicable <= 0] = 0
    return whole


def _bounded(low: Floats, high: Floats, applies: Any) -> tuple[Floats, Floats, Any]:
    """Both ends of an item's share where it may not apply; an item that does not apply earns −1 and is never picked."""
    if applies is None:
        return low, high, None
    low = np.where(applies == 2, low, 0.0)
    high = np.where(applies == 0, 0.0, np.where(applies == 1, float(SHARE), high))
    return low, high, applies


def _best(entries: list[tuple[Floats, Floats, Any]], pick: int) -> tuple[Floats, Floats, Any]:
    """Sum of the best ``pick`` at both ends, and how many of them are lost because too few apply."""
    keep = min(pick, len(entries))
    low = np.sort(np.stack([entry[0] for entry in entries]), axis=0)[-keep:].sum(axis=0)
    high = np.sort(np.stack([entry[1] for entry in entries]), axis=0)[-keep:].sum(axis=0)
    if all(applies is None for _, _, applies in entries):
        return low, high, 0.0
    applying = sum(1.0 if applies is None else (applies != 0).astype(np.float64) for _, _, applies in entries)
    return low, high, np.maximum(keep - applying, 0.0)


def half_even(numerator: Whole, denominator: Whole) -> Whole:
    """Integer quotients, halves to the even neighbour; see ``result.divide_half_even``."""
    quotient = numerator // denominator
    twice = 2 * (numerator - quotient * denominator)
    return np.asarray(quotient + ((twice > denominator) | ((twice == denominator) & (quotient % 2 == 1))))


def _broadcast(values: Any, count: int) -> npt.NDArray[Any]:
    return np.broadcast_to(values, count)


def _line_shares(lines: Lines, size: int, at_base: int) -> tuple[Floats, Floats]:
    """Energy-weighted share of each plant's product lines, and how many lines it has."""
    with np.errstate(all="ignore"):
        span = lines.lead - lines.base
        way = (lines.value - lines.base) * np.where(span == 0, np.nan, float(SHARE - at_base) / span)
        share = np.where(way < 0, 0.0, np.minimum(way, float(SHARE - at_base)) + at_base)
        share = np.rint(share)
        # bincount adds in the order of the lines, as the scalar loop does
        weighted = np.bincount(lines.row, weights=share * lines.weight, minlength=size)
        total = np.bincount(lines.row, weights=lines.weight, minlength=size)
        number = np.bincount(lines.row, minlength=size).astype(np.float64)
        return np.where(total > 0, np.rint(weighted / total), np.nan), number


def _plan(program: Program) -> tuple[list[tuple[Instruction, int]], int, int]:
    """Give each result a register from a small pool, so that a block's registers stay in cache."""
    free: dict[bool, list[int]] = {False: [], True: []}
    count = {False: 0, True: 0}
    place: dict[int, int] = {}
    plan = []
    ends: dict[int, list[int]] = {}
    for slot, last in program.last_use.items():
        ends.setdefault(last, []).append(slot)
    for index, instruction in enumerate(program.instructions):
        truth = instruction.target in program.truth_registers
        if not free[truth]:
            free[truth].append(count[truth])
            count[truth] += 1
        place[instruction.target] = free[truth].pop()
        plan.append((instruction, place[instruction.target]))
        for slot in ends.get(index, ()):
            if slot in place:
                free[slot in program.truth_registers].append(place[slot])
    return plan, count[False], count[True]


Operation = Callable[[Any, list[Any], Instruction, Any], None]


def _divide(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    np.divide(args[0], args[1], out=out)
    np.equal(args[1], 0.0, out=flags)
    np.copyto(out, np.nan, where=flags)


def _curve(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    value, base, slope, at_base = args
    np.subtract(value, base, out=out)
    np.multiply(out, slope, out=out)
    if at_base:
        np.less(out, 0.0, out=flags)
    np.minimum(out, float(SHARE) - at_base, out=out)
    np.maximum(out, 0.0, out=out)
    if at_base:
        np.add(out, at_base, out=out)
        np.copyto(out, 0.0, where=flags)
    np.rint(out, out=out)


def _slope(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    base, lead, at_base = args
    np.subtract(lead, base, out=out)
    np.equal(out, 0.0, out=flags)
    np.divide(float(SHARE) - at_base, out, out=out)
    np.copyto(out, np.nan, where=flags)


def _tier(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    thresholds, shares = instruction.table
    reached = np.zeros(len(out), np.int8)
    for threshold in thresholds:  # steps run from easy to hard: the number reached is the place in the table
        if instruction.op == "tier":
            np.greater_equal(args[0], threshold, out=flags)
        else:
            np.less_equal(args[0], -threshold, out=flags)
        np.add(reached, flags, out=reached, casting="unsafe")
    np.take(np.asarray(shares), reached, out=out, mode="clip")
    np.isnan(args[0], out=flags)
    np.copyto(out, np.nan, where=flags)


def _compare(ufunc: Any) -> Operation:
    def run(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
        ufunc(args[0], args[1], out=flags)
        np.multiply(flags, np.uint8(2), out=out, casting="unsafe")
        np.isnan(args[0], out=flags)
        np.copyto(out, 1, where=flags)
        np.isnan(args[1], out=flags)
        np.copyto(out, 1, where=flags)

    return run


def _ratio(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    value, constant, cap = args
    if instruction.op == "ratio_up":
        np.multiply(value, constant, out=out)
    else:
        np.divide(constant, value, out=out)
    np.minimum(out, cap, out=out)
    np.maximum(out, 0.0, out=out)
    np.rint(out, out=out)
    if instruction.op == "ratio_down":
        np.less_equal(value, 0.0, out=flags)
        np.copyto(out, float(SHARE), where=flags)


def _per_step(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    start, step, penalty, started, lower = instruction.table[0]
    larger, smaller = (args[0], start) if lower else (start, args[0])
    np.subtract(larger, smaller, out=out)
    np.divide(out, step, out=out)
    np.minimum(out, 1e6, out=out)
    np.maximum(out, 0.0, out=out)
    np.divide(np.rint(np.multiply(out, NEAR, out=out), out=out), NEAR, out=out)
    (np.ceil if started else np.floor)(out, out=out)
    np.subtract(float(SHARE), np.multiply(out, penalty, out=out), out=out)
    np.maximum(out, 0.0, out=out)


def _share_of_truth(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    np.copyto(out, np.array((0.0, np.nan, float(SHARE)))[args[0]])


def _end(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    np.copyto(out, args[0])
    np.isnan(out, out=flags)
    np.copyto(out, float(SHARE) if instruction.op == "most" else 0.0, where=flags)


def _simple(ufunc: Any) -> Operation:
    def run(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
        ufunc(*args, out=out)

    return run


def _clip(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    np.minimum(args[0], args[2], out=out)
    np.maximum(out, args[1], out=out)


def _if(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    np.copyto(out, 1 if instruction.op == "if_truth" else np.nan)
    np.copyto(out, args[1], where=np.broadcast_to(np.equal(args[0], 2), out.shape))
    np.copyto(out, args[2], where=np.broadcast_to(np.equal(args[0], 0), out.shape))


def _known(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    unknown = np.isnan(args[0]) if instruction.op == "known" else np.equal(args[0], 1)
    np.copyto(out, np.where(unknown, np.uint8(0), np.uint8(2)))


def _coalesce(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    np.copyto(out, np.where(np.isnan(args[0]), args[2], args[1]))


def _lines(out: Any, args: list[Any], instruction: Instruction, flags: Any) -> None:
    share, number, alone = args
    np.copyto(out, np.where(number > 0, share, alone))


OPERATIONS: dict[str, Operation] = {
    "+": _simple(np.add),
    "-": _simple(np.subtract),
    "*": _simple(np.multiply),
    "/": _divide,
    "neg": _simple(np.negative),
    "abs": _simple(np.absolute),
    "min": _simple(np.minimum),
    "max": _simple(np.maximum),
    "and": _simple(np.minimum),
    "or": _simple(np.maximum),
    "not": lambda out, args, *_: np.copyto(out, np.subtract(2, args[0]), casting="unsafe"),
    "<": _compare(np.less),
    "<=": _compare(np.less_equal),
    ">": _compare(np.greater),
    ">=": _compare(np.greater_equal),
    "==": _compare(np.equal),
    "clip": _clip,
    "if": _if,
    "if_truth": _if,
    "known": _known,
    "known_truth": _known,
    "coalesce": _coalesce,
    "slope": _slope,
    "lines": _lines,
    "curve": _curve,
    "tier": _tier,
    "tier_down": _tier,
    "ratio_up": _ratio,
    "ratio_down": _ratio,
    "per_step": _per_step,
    "share_of_truth": _share_of_truth,
    "least": _end,
    "most": _end,
}
