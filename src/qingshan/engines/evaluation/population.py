"""Scores of a whole population at once: the same integers as ``score``, in about a microsecond a plant. (群体评分)

Columns are read in blocks that fit the processor's cache. Parameters by industry (a few dozen values, always in cache) are
gathered for each row; rows themselves are never moved.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.errors import WrongColumns
from qingshan.engines.evaluation.program import Instruction, Program
from qingshan.engines.evaluation.standard import SHARE, Curve, Standard
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
    shares: npt.NDArray[np.int32] | None  # (items, n) [10⁻⁶]; −1 unknown


def evaluate_population(program: Program, population: Population, *, keep_shares: bool = False) -> PopulationScores:
    """Score n plants.

    Args:
        program: A compiled standard.
        population: Facts as columns; a column that is absent counts as not reported by anyone.
        keep_shares: Also return each item's share, 4 bytes a plant and item.

    Raises:
        WrongColumns: A column has the wrong length or type.
    """
    return _Run(program, population, keep_shares).scores()


def reference_parameters(standard: Standard, industries: Sequence[str]) -> dict[str, tuple[Floats, Floats]]:
    """Baseline value and slope of each curve for each industry; NaN where the standard has none."""
    chains = [industry_chain(code) for code in industries]
    found: dict[str, tuple[Floats, Floats]] = {}
    for item in standard.items:
        if isinstance(item.rule, Curve):
            base, slope = np.full(len(industries), np.nan), np.full(len(industries), np.nan)
            for index, chain in enumerate(chains):
                reference = item.rule.reference(chain)
                if reference is not None and reference.lead != reference.base:
                    base[index], slope[index] = reference.base, float(SHARE - item.rule.at_base) / (reference.lead - reference.base)
            found[item.id] = base, slope
    return found


class _Run:
    def __init__(self, program: Program, population: Population, keep_shares: bool) -> None:
        self.program, self.population = program, population
        self.size = len(population.industry)
        self._check_columns()
        self.columns = self._columns()
        self.parameters = reference_parameters(program.standard, population.industries)
        self.low, self.high = np.zeros(self.size, np.int64), np.zeros(self.size, np.int64)
        self.veto = np.zeros(self.size, np.uint8)
        self.shares = np.zeros((len(program.item_slots), self.size), np.int32) if keep_shares else None
        self.plan, floats, truths = _plan(program)
        self.float_pool = [np.empty(BLOCK) for _ in range(floats)]
        self.truth_pool = [np.empty(BLOCK, np.uint8) for _ in range(truths)]
        self.empty_columns: dict[int, npt.NDArray[Any]] = {}
        self.parameter_pool = {slot: np.empty(BLOCK) for slot in program.parameters}
        self.known = np.empty(BLOCK)
        self.flags = np.empty(BLOCK, np.bool_)

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
        at_base = {
            item.rule.external: item.rule.at_base for item in self.program.standard.items if isinstance(item.rule, Curve) and item.rule.external
        }
        for key, lines in self.population.lines.items():
            prepared[f"{key}.share"], prepared[f"{key}.lines"] = _line_shares(lines, self.size, at_base.get(key, 0))
        for key, slot in self.program.columns.items():
            columns[slot] = prepared.get(key, self.population.columns.get(key))
        return columns

    def scores(self) -> PopulationScores:
        with np.errstate(all="ignore"):
            for begin in range(0, self.size, BLOCK):
                stop = min(begin + BLOCK, self.size)
                self._block(slice(begin, stop), stop - begin)
        return PopulationScores(self.low, self.high, self.veto, self.shares)

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
            self.empty_columns[slot] = np.full(BLOCK, 1, np.uint8) if slot in self.program.truth_registers else np.full(BLOCK, np.nan)
        return self.empty_columns[slot][:count]

    def _add_up(self, slots: dict[int, Any], rows: slice, count: int) -> None:
        """Add shares up, weighted once for all items of equal points; what is unknown counts only at the upper end."""
        program, standard = self.program, self.program.standard
        index = 0
        parts: list[tuple[Floats, Floats, Any, int]] = []
        for group in standard.groups:
            sums: dict[int, Floats] = {}
            high_extra = np.zeros(count)
            applicable: Any = float(group.points)
            for item in group.items:
                slot, applies_slot = program.item_slots[index], program.applies_slots[index]
                points = float(item.points)
                low = sums.get(item.points)
                if low is None:
                    low = sums[item.points] = np.zeros(count)
                if slot in program.checks:
                    truth = _broadcast(slots[slot], count)
                    np.equal(truth, 2, out=self.flags[:count])
                    share: Any = np.multiply(self.flags[:count], float(SHARE), out=self.known[:count])
                    unknown = np.flatnonzero(truth == 1)
                else:
                    np.isnan(slots[slot], out=self.flags[:count])
                    unknown = np.flatnonzero(self.flags[:count])
                    share = np.fmax(slots[slot], 0.0, out=self.known[:count])
                if self.shares is not None:
                    self.shares[index, rows] = share
                    self.shares[index, rows][unknown] = -1
                if applies_slot is None:
                    low += share
                    high_extra[unknown] += points * SHARE
                else:
                    applies = _broadcast(slots[applies_slot], count)
                    known = np.where(applies == 2, share, 0.0)
                    most = np.full(count, float(SHARE))
                    np.copyto(most, share)
                    most[unknown] = SHARE
                    most = np.where(applies == 0, 0.0, np.where(applies == 1, float(SHARE), most))
                    low += known
                    high_extra += (most - known) * points
                    applicable = applicable - points * (applies == 0)
                index += 1
            total = np.zeros(count)
            for points_of_item, summed in sums.items():
                total += np.multiply(summed, float(points_of_item), out=summed)
            parts.append((total, total + high_extra, applicable, group.points))
        self.low[rows], self.high[rows] = self._redistribute(parts, count)
        veto = self.veto[rows]
        veto[:] = 2
        for slot in program.veto_slots:
            np.minimum(veto, slots[slot], out=veto)

    def _redistribute(self, parts: list[tuple[Floats, Floats, Any, int]], count: int) -> tuple[Whole, Whole]:
        full = self.program.standard.full_points
        if all(isinstance(applicable, float) for _, _, applicable, _ in parts):
            low, high = sum(part[0] for part in parts), sum(part[1] for part in parts)
            return np.asarray(low).astype(np.int64), np.asarray(high).astype(np.int64)
        standing = sum(np.where(np.broadcast_to(applicable, count) > 0, points, 0) for _, _, applicable, points in parts)
        totals = [np.zeros(count, np.int64), np.zeros(count, np.int64)]
        for low, high, applicable, points in parts:
            share_out = np.broadcast_to(applicable, count).astype(np.int64)
            for total, score in zip(totals, (low, high), strict=True):
                whole = score.astype(np.int64)
                whole = np.where(share_out == points, whole, _half_even(whole * points, np.maximum(share_out, 1)))
                whole = np.where(standing == full, whole, _half_even(whole * full, np.maximum(standing, 1)))
                total += np.where(share_out > 0, whole, 0)
        return totals[0], totals[1]


def _half_even(numerator: Whole, denominator: Whole) -> Whole:
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
}
