"""Random standards and hostile populations, from a seed: what the property tests and the benchmark feed the engine."""

import random

import numpy as np

from qingshan.engines.evaluation.formula import parse_formula
from qingshan.engines.evaluation.population import Lines, Population
from qingshan.engines.evaluation.program import Program
from qingshan.engines.evaluation.result import Benchmark, ProductLine, Subject
from qingshan.engines.evaluation.standard import (
    POINT,
    SHARE,
    BestOf,
    Check,
    Choice,
    Curve,
    Derived,
    Formula,
    Group,
    Input,
    Item,
    Level,
    Parameter,
    PerStep,
    Ratio,
    Reference,
    Requirement,
    Rounding,
    Rule,
    SingleRule,
    Standard,
    Statistic,
    Tier,
    Unpublished,
    Veto,
)
from qingshan.kernel.citation import Citation
from qingshan.kernel.period import Period
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace

SOURCE = Citation("random")
NAME = Text("随机", "random")
INDUSTRIES = ("C17", "C26", "C30", "C31", "C3011")
HOSTILE = (0.0, -0.0, 1.0, -1.0, float("nan"), float("inf"), float("-inf"), 1e300, -1e300, 1e-300, 5e-324, 0.5, 100.0)


def formula(text: str) -> Formula:
    return Formula(text, parse_formula(text))


def _number_text(rng: random.Random, numbers: list[str], truths: list[str], depth: int) -> str:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice([*numbers, f"{rng.choice([0, 1, 2.5, 100, 1e-3])}"])
    a, b = (_number_text(rng, numbers, truths, depth - 1) for _ in range(2))
    shape = rng.randrange(10)
    if shape < 5:
        return f"({a} {rng.choice('+-*/')} {b})"
    if shape == 5:
        return f"{rng.choice(['min', 'max'])}({a}, {b})"
    if shape == 6:
        return f"abs({a})"
    if shape == 7:
        return f"clip({a}, 0, {b})"
    if shape == 8:
        return f"(-{a})"
    return f"({a} if {_truth_text(rng, numbers, truths, depth - 1)} else {b})"


def _truth_text(rng: random.Random, numbers: list[str], truths: list[str], depth: int) -> str:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice(truths)
    shape = rng.randrange(5)
    if shape == 0:
        return f"(not {_truth_text(rng, numbers, truths, depth - 1)})"
    if shape == 1:
        return f"reported({rng.choice([*numbers, *truths])})"
    if shape == 2:
        a, b = (_number_text(rng, numbers, truths, depth - 1) for _ in range(2))
        return f"({a} {rng.choice(['<', '<=', '>', '>=', '=='])} {b})"
    a, b = (_truth_text(rng, numbers, truths, depth - 1) for _ in range(2))
    return f"({a} {rng.choice(['and', 'or'])} {b})"


def _reference(rng: random.Random, better: str) -> Reference:
    low, high = sorted(rng.sample([-30.0, -12.0, 0.0, 0.1, 1.0, 2.5, 60.0, 100.0, 1e6], 2))
    return Reference(low, high) if better == "higher" else Reference(high, low)


def random_standard(seed: int) -> Standard:
    """A standard with every form of rule, some items that may not apply, some derived quantities."""
    rng = random.Random(seed)
    numbers, truths = [f"n{i}" for i in range(rng.randint(2, 5))], [f"t{i}" for i in range(rng.randint(1, 4))]
    inputs = tuple(Input(key, NAME, "number") for key in numbers) + tuple(Input(key, NAME, "truth") for key in truths)
    parameters = (Parameter("p0", NAME, "", rng.choice([0.1229, 0.0, 3.0]), SOURCE),)
    names = [*numbers, "p0"]
    derived = []
    for index in range(rng.randint(0, 4)):
        derived.append(Derived(f"d{index}", NAME, "", formula(_number_text(rng, names, truths, 2)), SOURCE))
        names.append(f"d{index}")
    groups = []
    for group in range(rng.randint(1, 4)):
        items = []
        for index in range(rng.randint(1, 4)):
            rule = _any_rule(rng, names, truths, group * 10 + index)
            applies = formula(_truth_text(rng, names, truths, 1)) if rng.random() < 0.35 else None
            points = rng.choice([1, 5, 7.5, 8, 33.3333])
            items.append(Item(f"i{group}{index}", NAME, round(points * POINT), rule, NAME, SOURCE, applies))
        choices = ()
        if rng.random() < 0.4:
            choices = (Choice("c", rng.randint(1, 2)),)
            for index in range(rng.randint(2, 4)):
                applies = formula(_truth_text(rng, names, truths, 1)) if rng.random() < 0.3 else None
                rule = _any_rule(rng, names, truths, 50 + group * 10 + index)
                items.append(Item(f"c{group}{index}", NAME, 2 * POINT, rule, NAME, SOURCE, applies, choice="c"))
        groups.append(Group(f"g{group}", NAME, tuple(items), choices))
    vetoes = tuple(Veto(f"v{index}", NAME, formula(_truth_text(rng, names, truths, 2)), SOURCE) for index in range(rng.randint(0, 3)))
    return Standard(
        "random",
        str(seed),
        NAME,
        "other",
        "draft",
        Period.of_year(2026),
        False,
        {},
        inputs,
        parameters,
        tuple(derived),
        vetoes,
        tuple(groups),
        tuple(_level(rng, names, truths, index) for index in range(rng.randint(0, 3))),
        Rounding(100, rng.choice(["exact", "rounded"])),
        "",
        statistics=(Statistic("s0", NAME, "", rng.choice(names), rng.choice(["all", "industry"]), "mean", 50, 2, SOURCE),),
        scaled_to=rng.choice([None, None, 100 * POINT]),
    )


def _level(rng: random.Random, names: list[str], truths: list[str], index: int) -> Level:
    def some() -> tuple[Requirement, ...]:
        return tuple(Requirement(f"r{i}", NAME, formula(_truth_text(rng, names, truths, 1)), SOURCE) for i in range(rng.randint(0, 2)))

    return Level(f"l{index}", NAME, rng.choice([None, (index + 1) * 10 * POINT]), SOURCE, some(), some())


def _any_rule(rng: random.Random, names: list[str], truths: list[str], index: int) -> Rule:
    names = [*names, "s0"]
    if rng.random() < 0.04:
        return Unpublished()
    if rng.random() < 0.12:
        return BestOf(tuple(_single(rng, names, truths, 1000 + index * 5 + i) for i in range(rng.randint(2, 3))))
    return _single(rng, names, truths, index)


def _single(rng: random.Random, names: list[str], truths: list[str], index: int) -> SingleRule:
    value, better = formula(_number_text(rng, names, truths, 2)), rng.choice(["lower", "higher"])
    shape = rng.randrange(7)
    if shape == 0:
        return Ratio(value, "", better, rng.choice([0.3, 1.0, 5.0, 1500.0]), rng.choice([SHARE, 1_500_000]))
    if shape == 1:
        return PerStep(
            value,
            "",
            better,
            rng.choice([-1.0, 0.0, 1.0]),
            rng.choice([0.05, 1.0, 7.0]),
            rng.choice([100_000, 333_333]),
            rng.choice(["complete", "started"]),
        )
    return _rule(rng, names, truths, index)


def _rule(rng: random.Random, names: list[str], truths: list[str], index: int) -> Curve | Tier | Check:
    value = formula(_number_text(rng, names, truths, 2))
    better = rng.choice(["lower", "higher"])
    shape = rng.randrange(5)
    at_base = rng.choice([0, 0, 600_000])
    if shape == 0:
        return Check(formula(_truth_text(rng, names, truths, 2)))
    if shape == 1:
        steps = sorted(rng.sample([-1.0, 0.0, 0.5, 1.0, 2.0, 100.0], 3), reverse=better == "lower")
        return Tier(value, "", better, tuple(zip(steps, (250_000, 500_000, SHARE), strict=True)))
    if shape == 2:
        return Curve(value, "", better, fixed=_reference(rng, better), at_base=at_base)
    if shape == 3:
        table = tuple((code, _reference(rng, better)) for code in rng.sample([*INDUSTRIES, "default"], 3))
        return Curve(value, "", better, by_industry=table, at_base=at_base)
    fallback = _reference(rng, better) if rng.random() < 0.3 else None
    return Curve(value, "", better, fixed=fallback, external=f"b{index}", at_base=at_base)


def hostile_population(program: Program, size: int, seed: int) -> Population:
    """Rows of ordinary values, breakpoints, infinities, zeros and nothing at all; benchmarks and product lines for some."""
    rng = np.random.default_rng(seed)
    columns: dict[str, np.ndarray] = {}
    lines: dict[str, Lines] = {}
    for key in program.columns:
        if key == "s0":  # a population figure, not reported
            continue
        if key in program.truth_columns:
            columns[key] = rng.integers(0, 3, size).astype(np.uint8)
        elif key.endswith(".base"):
            base, lead = rng.choice([0.0, 1.0, -30.0, 60.0, np.nan], size), rng.choice([2.0, -12.0, 60.0, 1e6], size)
            columns[key], columns[key[:-4] + "lead"] = base, np.where(np.isnan(base), np.nan, lead)
            lines[key[:-5]] = _lines(rng, size)
        elif not key.endswith((".lead", ".share", ".lines")):
            ordinary = rng.normal(1, 2, size).round(rng.integers(0, 4))
            columns[key] = np.where(rng.random(size) < 0.5, rng.choice(HOSTILE, size), ordinary)
    return Population(INDUSTRIES, rng.integers(0, len(INDUSTRIES), size).astype(np.int32), columns, lines)


def _lines(rng: np.random.Generator, size: int) -> Lines:
    count = size // 2
    row = np.sort(rng.integers(0, size, count)).astype(np.int64)
    value = rng.choice([0.0, 1.0, -30.0, 55.5, np.nan, np.inf, -np.inf], count)
    return Lines(row, value, rng.choice([1.0, -12.0, 61.0], count), rng.choice([0.5, -30.0, 61.0], count), rng.choice([0.0, 1.0, 3.3, 1e5], count))


def subject_at(population: Population, program: Program, row: int) -> Subject:
    """The same plant as the scalar engine sees it."""
    facts, benchmarks, lines = {}, {}, {}
    for key, column in population.columns.items():
        if "." in key:
            continue
        value = column[row]
        if key in program.truth_columns:
            facts[key] = Trace(key, NAME, {0: False, 1: None, 2: True}[int(value)], "truth")
        else:
            facts[key] = Trace(key, NAME, None if np.isnan(value) else float(value), "")
    for key, table in population.lines.items():
        base, lead = float(population.columns[f"{key}.base"][row]), float(population.columns[f"{key}.lead"][row])
        if not np.isnan(base):
            benchmarks[key] = Benchmark(base, lead, "", SOURCE)
        mine = np.flatnonzero(table.row == row)
        if len(mine):
            lines[key] = tuple(
                ProductLine(
                    NAME,
                    None if np.isnan(table.value[i]) else float(table.value[i]),
                    float(table.base[i]),
                    float(table.lead[i]),
                    "",
                    float(table.weight[i]),
                    SOURCE,
                )
                for i in mine
            )
    return Subject("plant", population.industries[int(population.industry[row])], facts, benchmarks, lines)
