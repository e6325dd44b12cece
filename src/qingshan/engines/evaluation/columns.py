"""From single plants to the columns of a population, in the units of the standard. (由单个对象到群体)"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.population import Lines, Population, curves
from qingshan.engines.evaluation.result import Subject
from qingshan.engines.evaluation.standard import Standard
from qingshan.kernel.quantity import conversion


def population_of(standard: Standard, subjects: Sequence[Subject]) -> Population:
    """Columns of facts, benchmarks and product lines of several plants.

    Raises:
        UnitMismatch: A fact or benchmark is in a unit of another kind.
    """
    size = len(subjects)
    industries = sorted({subject.industry for subject in subjects})
    places = {code: index for index, code in enumerate(industries)}
    columns: dict[str, npt.NDArray[Any]] = {}
    for wanted in standard.inputs:
        if wanted.kind == "truth":
            truths = [subject.facts[wanted.key].value if wanted.key in subject.facts else None for subject in subjects]
            columns[wanted.key] = np.array([1 if value is None else 2 if value else 0 for value in truths], np.uint8)
        else:
            columns[wanted.key] = np.array([_number(subject, wanted.key, wanted.unit) for subject in subjects], np.float64)
    lines: dict[str, Lines] = {}
    for rule in curves(standard):
        key = rule.external
        if not key or f"{key}.base" in columns:
            continue
        base, lead = np.full(size, np.nan), np.full(size, np.nan)
        for row, subject in enumerate(subjects):
            benchmark = subject.benchmarks.get(key)
            if benchmark is not None:
                factor = 1.0 if benchmark.unit == rule.unit else conversion(benchmark.unit, rule.unit)
                base[row], lead[row] = benchmark.base * factor, benchmark.lead * factor
        columns[f"{key}.base"], columns[f"{key}.lead"] = base, lead
        found = [(row, line) for row, subject in enumerate(subjects) for line in subject.product_lines.get(key, ())]
        if found:
            lines[key] = Lines(
                np.array([row for row, _ in found], np.int64),
                np.array([np.nan if line.value is None else line.value for _, line in found]),
                np.array([line.base for _, line in found]),
                np.array([line.lead for _, line in found]),
                np.array([line.weight for _, line in found]),
            )
    return Population(industries, np.array([places[subject.industry] for subject in subjects], np.int32), columns, lines)


def _number(subject: Subject, key: str, unit: str) -> float:
    trace = subject.facts.get(key)
    if trace is None or trace.value is None:
        return float("nan")
    value = float(trace.value)
    return value if trace.unit == unit else value * conversion(trace.unit, unit)


def rows_of(population: Population, rows: npt.NDArray[np.int64]) -> Population:
    """Some rows of a population, in that order; a row may be taken several times."""
    lines = {}
    for key, table in population.lines.items():
        order = np.argsort(table.row, kind="stable")
        starts, ends = np.searchsorted(table.row[order], rows, "left"), np.searchsorted(table.row[order], rows, "right")
        counts = ends - starts
        taken = order[np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])] if counts.sum() else order[:0]
        place = np.repeat(np.arange(len(rows)), counts).astype(np.int64)
        lines[key] = Lines(place, table.value[taken], table.base[taken], table.lead[taken], table.weight[taken])
    return Population(population.industries, population.industry[rows], {key: column[rows] for key, column in population.columns.items()}, lines)
