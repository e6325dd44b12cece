"""Advice to a plant: the cheapest way to a mark, what single measures bring, what if. Computed, shown with its assumptions, never filed. (短板与建议)"""

import multiprocessing
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass, replace

import numpy as np

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.apps.metering import selectors as metered
from qingshan.apps.registry import selectors as registry
from qingshan.apps.standards import selectors as standards
from qingshan.engines.evaluation.cheapest import Advice, solve_marks
from qingshan.engines.evaluation.columns import population_of
from qingshan.engines.evaluation.measures import Measure, Workshop
from qingshan.engines.evaluation.population import Population
from qingshan.engines.evaluation.result import Evaluation, Subject
from qingshan.engines.evaluation.score import evaluate
from qingshan.engines.evaluation.standard import POINT, Standard
from qingshan.kernel.actor import Actor
from qingshan.library.cases import build_case
from qingshan.library.measures import measures_for
from qingshan.library.subject import subject_from

SOLVES_A_WORKER = 500  # HiGHS grows over many solves: a worker is replaced after so many
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Bench:
    """A plant's evaluated year, ready to ask “what if”. (评价对象与其标准)"""

    row: evaluations.EvaluationRow
    standard: Standard
    subject: Subject
    catalogue: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Gain:
    """What one measure alone brings. (单项措施效果)"""

    measure: Measure
    cost: float  # [万元]
    points: float
    cures: bool  # whether it also mends a basic requirement


class _Workers:
    """One solver process at a time, replaced when it grows old, hangs or dies. It loads the engine alone, not the site."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pool: ProcessPoolExecutor | None = None

    def run(
        self, standard: Standard, catalogue: Sequence[Measure], plant: Population, marks: Sequence[int], *, physical: bool
    ) -> list[Advice | None]:
        for attempt in (1, 2):
            with self.lock:
                if self.pool is None:
                    context = multiprocessing.get_context("spawn")
                    self.pool = ProcessPoolExecutor(1, mp_context=context, max_tasks_per_child=SOLVES_A_WORKER)
                pool = self.pool
            try:
                return pool.submit(solve_marks, standard, tuple(catalogue), plant, tuple(marks), physical=physical).result(SECONDS)
            except (BrokenExecutor, TooSlow):
                with self.lock:
                    if self.pool is pool:
                        self.pool = None
                for process in list(getattr(pool, "_processes", {}).values()):
                    process.kill()
                pool.shutdown(wait=False, cancel_futures=True)
                if attempt == 2:
                    raise
        raise AssertionError


_WORKERS = _Workers()


def bench_of(actor: Actor, evaluation_id: int) -> Bench | None:
    """The plant and year of an evaluation that the actor may see, under the version it was made with."""
    found = evaluations.explanation(actor, evaluation_id)
    if found is None:
        return None
    row = found[0]
    standard = standards.standard_with_hash(row.standard_sha256)
    if standard is None:
        return None
    return Bench(row, standard, _subject(row.filing_id, standard), measures_for(standard))


def _subject(filing_id: int, standard: Standard) -> Subject:
    _, _, content = metered.filed_case(filing_id)
    case = build_case(content, lambda path: f"filing:{filing_id} {'.'.join(map(str, path))}", standard)
    return subject_from(case, case.years[0], standard, record=f"filing:{filing_id}")


def cheapest_way(bench: Bench, marks: Sequence[float], *, physical: bool = False) -> list[Advice | None]:
    """Cheapest bundle for each mark in points, solved in a worker process and verified by the exact engine."""
    plant = population_of(bench.standard, [bench.subject])
    return _WORKERS.run(bench.standard, bench.catalogue, plant, [round(mark * POINT) for mark in marks], physical=physical)


def single_gains(bench: Bench) -> list[Gain]:
    """What each open measure brings by itself, best points for the money first."""
    workshop = Workshop(bench.standard, bench.catalogue)
    return _gains(workshop, population_of(bench.standard, [bench.subject]))[0]


def prices(bench: Bench) -> dict[str, float]:
    """What each measure would cost this plant. [万元]"""
    workshop = Workshop(bench.standard, bench.catalogue)
    found = workshop.prices(population_of(bench.standard, [bench.subject]))[:, 0]
    return {measure.id: float(price) for measure, price in zip(workshop.measures, found, strict=True)}


def next_best(actor: Actor, *, top: int = 3, limit: int = 500) -> list[tuple[registry.OrganisationRow, evaluations.EvaluationRow, list[Gain]]]:
    """The next best actions of every plant that the actor may see, by its latest evaluation."""
    plants = [row for plant in registry.organisations(actor)[:limit] if (row := registry.row(plant)) is not None]
    latest = evaluations.latest_by_organisation(actor, [plant.id for plant in plants])
    by_version: dict[str, list[tuple[registry.OrganisationRow, evaluations.EvaluationRow]]] = {}
    for plant in plants:
        if plant.id in latest:
            by_version.setdefault(latest[plant.id].standard_sha256, []).append((plant, latest[plant.id]))
    found = []
    for sha256, rows in by_version.items():
        standard = standards.standard_with_hash(sha256)
        if standard is None:
            continue
        workshop = Workshop(standard, measures_for(standard))
        population = population_of(standard, [_subject(row.filing_id, standard) for _, row in rows])
        found += [(plant, row, gains[:top]) for (plant, row), gains in zip(rows, _gains(workshop, population), strict=True)]
    return found


def _gains(workshop: Workshop, population: Population) -> list[list[Gain]]:
    """Every measure alone on every plant, in one pass of the population engine."""
    size, count = len(population.industry), len(workshop.measures)
    before = workshop.score(population)
    possible, prices = workshop.open_to(population), workshop.prices(population)
    rows = np.repeat(np.arange(size), count)
    bundles = np.tile(np.eye(count, dtype=np.bool_), (size, 1))
    after = workshop.score(workshop.with_bundles(population, rows, bundles))
    low, veto = after.low.reshape(size, count), after.veto.reshape(size, count)
    alone = np.array([not measure.requires for measure in workshop.measures], np.bool_)
    found = []
    for plant in range(size):
        gains = []
        for index in np.flatnonzero(possible[:, plant] & alone):
            points = float(low[plant, index] - before.low[plant]) / 10**10
            cures = bool(veto[plant, index] > before.veto[plant])
            if points > 0 or cures:
                gains.append(Gain(workshop.measures[index], float(prices[index, plant]), points, cures))
        found.append(sorted(gains, key=lambda gain: (not gain.cures, -gain.points / max(gain.cost, 0.1))))
    return found


def what_if(bench: Bench, factors: Mapping[str, float], truths: Mapping[str, bool]) -> Evaluation:
    """The exact evaluation with some inputs multiplied or set; nothing is stored. (情景试算)"""
    facts = dict(bench.subject.facts)
    lines = bench.subject.product_lines
    for key, factor in factors.items():
        fact = facts.get(key)
        if fact is not None and isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool):
            facts[key] = replace(fact, value=float(fact.value) * factor, formula=f"× {factor:g}", inputs=(fact,))
    for wanted in bench.standard.inputs:
        if wanted.key in truths and wanted.kind == "truth" and wanted.key in facts:
            facts[wanted.key] = replace(facts[wanted.key], value=truths[wanted.key], state="known")
    if "energy" in factors:
        lines = {
            key: tuple(replace(line, value=None if line.value is None else line.value * factors["energy"], trace=None) for line in entries)
            for key, entries in lines.items()
        }
    return evaluate(bench.standard, replace(bench.subject, facts=facts, product_lines=lines))


def sliders_of(bench: Bench) -> list[str]:
    """Inputs worth moving: numbers that some measure can change and the plant reported."""
    moved = {key for measure in bench.catalogue for key in measure.effects}
    return [
        wanted.key
        for wanted in bench.standard.inputs
        if wanted.kind == "number" and wanted.key in moved and wanted.key in bench.subject.facts and bench.subject.facts[wanted.key].value
    ]


def switches_of(bench: Bench) -> list[str]:
    """Yes/no inputs that some measure can set and that are not yet true."""
    moved = {key for measure in bench.catalogue for key, effect in measure.effects.items() if effect is True}
    return [wanted.key for wanted in bench.standard.inputs if wanted.kind == "truth" and wanted.key in moved and not _true(bench, wanted.key)]


def _true(bench: Bench, key: str) -> bool:
    fact = bench.subject.facts.get(key)
    return fact is not None and fact.value is True
