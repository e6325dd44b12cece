"""Stories around standards that take more than one app: replaying a draft, evaluating a population. (修订推演、群体评价)"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from django_q.tasks import async_task

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.apps.evaluation import services as evaluation
from qingshan.apps.evaluation.services import PlantYear
from qingshan.apps.standards import selectors as standards
from qingshan.engines.evaluation.replay import Mark
from qingshan.engines.evaluation.standard import POINT, Standard
from qingshan.kernel.actor import Actor
from qingshan.kernel.errors import InvalidInput, Problem, QingshanError
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile
from qingshan.library.population_file import PopulationFile, YearOfPlants, evaluate_file
from qingshan.library.replay_report import replay_on

MOST_BYTES = 64 * 1024 * 1024


def freeze_population(*, file: Path, name: str, standard_slug: str, by: Actor, at: datetime, is_demo: bool = False) -> int:
    """Check a population file whole and freeze it. (冻结群体)

    Raises:
        InvalidFile: With every problem of the file; nothing is stored.
    """
    if file.stat().st_size > MOST_BYTES:
        rule = Text("文件超过 64 MiB", "the file is larger than 64 MiB")
        raise InvalidFile(
            [Problem(name, str(file.stat().st_size), rule, Text("用命令行评价更大的文件", "evaluate larger files on the command line"))]
        )
    checked = PopulationFile(file, standards.in_force(standard_slug, on=at.date()))
    for year in checked.years:
        checked.year(year)
    return evaluation.keep_snapshot(
        name=name, standard=standard_slug, rows=checked.rows, years=list(checked.years), content=file.read_bytes(), by=by, at=at, is_demo=is_demo
    )


@contextmanager
def opened(snapshot_id: int, standard: Standard) -> Iterator[PopulationFile]:
    """A frozen population as a file for the engine."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"snapshot-{snapshot_id}.parquet"
        path.write_bytes(evaluations.snapshot_content(snapshot_id))
        yield PopulationFile(path, standard)


@transaction.atomic
def request_population_run(*, snapshot_id: int, by: Actor, at: datetime) -> int:
    """Queue an evaluation of a frozen population with the version in force. (群体评价)"""
    found = evaluations.snapshot(snapshot_id)
    assert found is not None
    run_id = evaluation.start_population_run(snapshot_id=snapshot_id, standard=standards.in_force(found.standard, on=at.date()), by=by, at=at)
    async_task("qingshan.flows.standards.run_population", run_id, at.isoformat())
    return run_id


def run_population(run_id: int, at: str) -> None:
    """The background job; years that are done are done again with the same result after a crash."""
    moment = datetime.fromisoformat(at)
    run = evaluations.population_run(run_id)
    assert run is not None
    standard = standards.standard_with_hash(run.standard_sha256)
    assert standard is not None
    try:
        with opened(run.snapshot.id, standard) as file:
            for plants, scores, table in evaluate_file(file):
                met = scores.veto == 2
                summary = {"year": plants.year, "plants": len(met), "met": int(met.sum()), "bins": _ten_bins(table)}
                evaluation.keep_population_year(run_id=run_id, rows=_rows(plants, scores, table), year=plants.year, summary=summary)
        evaluation.finish_population_run(run_id=run_id, at=moment)
    except QingshanError as error:
        evaluation.finish_population_run(run_id=run_id, at=moment, error=_said(error))


def _ten_bins(table: pa.Table) -> list[int]:
    """Plants by tens of points, for a small chart."""
    counts = [0] * 10
    for score in table["score"].to_pylist():
        counts[min(int(score // 10), 9)] += 1
    return counts


def _rows(plants: YearOfPlants, scores: Any, table: pa.Table) -> Iterator[PlantYear]:
    levels, requirements = table["level"].to_pylist(), table["requirements"].to_pylist()
    grades = table["grade"].to_pylist() if "grade" in table.column_names else [""] * len(levels)
    codes = plants.industry_codes
    for row in range(len(levels)):
        yield PlantYear(
            str(plants.plants[row]),
            str(plants.areas[row]),
            str(codes[row]),
            int(scores.low[row]),
            int(scores.high[row]),
            requirements[row],
            levels[row],
            grades[row],
        )


@dataclass(frozen=True, slots=True)
class ReplayWish:
    """What is to be replayed: against which version, on which population, for which title. (推演设定)"""

    old_version_id: int
    new_version_id: int
    snapshot_id: int
    level: str
    mark: float  # points, where there is no level
    award_fen: int | None = None


@transaction.atomic
def request_replay(*, wish: ReplayWish, by: Actor, at: datetime) -> int:
    """Queue a replay; both versions are held fast by their hashes. (修订推演)

    Raises:
        InvalidFile: The draft has faults.
    """
    old, new = standards.standard_of(wish.old_version_id), standards.standard_of(wish.new_version_id)
    found = evaluations.snapshot(wish.snapshot_id)
    assert found is not None
    run_id = evaluation.start_replay(
        old_version_id=wish.old_version_id,
        new_version_id=wish.new_version_id,
        old_sha256=old.sha256,
        new_sha256=new.sha256,
        snapshot_id=wish.snapshot_id,
        year=max(found.years),
        level=wish.level,
        points=round(wish.mark * POINT),
        award=wish.award_fen,
        by=by,
        at=at,
    )
    async_task("qingshan.flows.standards.run_replay", run_id, at.isoformat())
    return run_id


def run_replay(run_id: int, at: str) -> None:
    """The background job; done twice it gives the same."""
    moment = datetime.fromisoformat(at)
    run = evaluations.replay_run(run_id)
    assert run is not None
    old, new = standards.standard_with_hash(run.old_sha256), standards.standard_with_hash(run.new_sha256)
    assert old is not None
    assert new is not None
    try:
        with opened(run.snapshot.id, old) as file:
            report = replay_on(old, new, file.year(run.year), Mark(run.level, run.points), award=run.award)
        evaluation.finish_replay(run_id=run_id, at=moment, result=report)
    except QingshanError as error:
        evaluation.finish_replay(run_id=run_id, at=moment, error=_said(error))


def _said(error: QingshanError) -> str:
    return "\n".join(problem.line() for problem in error.problems) if isinstance(error, InvalidInput) else str(error)
