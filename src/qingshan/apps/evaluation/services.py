"""Writing evaluations."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from qingshan.apps.evaluation.models import CityRun, EvaluationRun, PopulationResult, PopulationRun, ReplayRun, Snapshot
from qingshan.apps.journal import services as journal
from qingshan.engines.evaluation.result import Evaluation
from qingshan.engines.evaluation.standard import Standard
from qingshan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PlantYear:
    """One row of a population run. Scores in 10⁻¹⁰ point."""

    plant: str
    area: str
    industry: str
    low: int
    high: int
    requirements: str
    level: str
    grade: str


@transaction.atomic
def keep_evaluation(
    *, organisation_id: int, filing_id: int, year: int, evaluation: Evaluation, explanation: dict[str, Any], by: Actor, at: datetime
) -> int:
    """Store a result with its reasons; the same inputs under the same standard give one record. (存档评价)"""
    same = EvaluationRun.objects.filter(
        filing_id=filing_id, standard_sha256=evaluation.standard_sha256, inputs_sha256=evaluation.inputs_sha256
    ).first()
    if same is not None:
        return same.pk
    run = EvaluationRun.objects.create(
        organisation_id=organisation_id,
        filing_id=filing_id,
        year=year,
        standard=evaluation.standard_id,
        standard_version=evaluation.standard_version,
        standard_sha256=evaluation.standard_sha256,
        inputs_sha256=evaluation.inputs_sha256,
        low=evaluation.low,
        high=evaluation.high,
        total=evaluation.total,
        total_high=evaluation.total_high,
        veto=evaluation.veto_state,
        explanation=explanation,
        made_at=at,
        made_by=by.name,
    )
    content = {"standard": evaluation.standard_sha256, "inputs": evaluation.inputs_sha256, "low": str(evaluation.low), "high": str(evaluation.high)}
    journal.record(subject=f"evaluation:{run.pk}", move="evaluate", by=by, at=at, clause=evaluation.standard_id, content=content)
    return run.pk


@transaction.atomic
def start_city_run(*, standard: str, total: int, by: Actor, at: datetime) -> int:
    """Open a run over all filings."""
    run = CityRun.objects.create(standard=standard, total=total, started_at=at, started_by=by.name)
    journal.record(subject=f"city_run:{run.pk}", move="start", by=by, at=at, clause="方案 五(三)", content={"total": total})
    return run.pk


def note_progress(*, run_id: int, done: int, failed: int, at: datetime, finished: bool) -> None:
    """How far a run is; counts are set, not added, so that a repeated job does not count twice."""
    CityRun.objects.filter(pk=run_id).update(done=done, failed=failed, finished_at=at if finished else None)


@transaction.atomic
def keep_snapshot(*, name: str, standard: str, rows: int, years: list[int], content: bytes, by: Actor, at: datetime, is_demo: bool = False) -> int:
    """Freeze a population; the same file gives one record. (冻结群体)"""
    sha256 = hashlib.sha256(content).hexdigest()
    same = Snapshot.objects.filter(sha256=sha256).defer("content").first()
    if same is not None:
        return same.pk
    snapshot = Snapshot.objects.create(
        name=name[:120], standard=standard, rows=rows, years=years, sha256=sha256, content=content, made_by=by.name, made_at=at, is_demo=is_demo
    )
    journal.record(subject=f"snapshot:{snapshot.pk}", move="freeze", by=by, at=at, clause="方案 五(三)", content={"sha256": sha256, "rows": rows})
    return snapshot.pk


@transaction.atomic
def start_population_run(*, snapshot_id: int, standard: Standard, by: Actor, at: datetime) -> int:
    """Open an evaluation of a snapshot."""
    snapshot = Snapshot.objects.defer("content").get(pk=snapshot_id)
    run = PopulationRun.objects.create(
        snapshot=snapshot,
        standard=standard.id,
        standard_version=standard.version,
        standard_sha256=standard.sha256,
        total=len(snapshot.years),
        started_by=by.name,
        started_at=at,
    )
    journal.record(subject=f"population_run:{run.pk}", move="start", by=by, at=at, clause=standard.id, content={"snapshot": snapshot.sha256})
    return run.pk


@transaction.atomic
def keep_population_year(*, run_id: int, rows: Iterable[PlantYear], year: int, summary: dict[str, Any]) -> None:
    """Store a year's results; done a second time after a crash, it replaces its own rows."""
    PopulationResult.objects.filter(run_id=run_id, year=year).delete()
    made = (
        PopulationResult(
            run_id=run_id,
            plant=row.plant,
            year=year,
            area=row.area,
            industry=row.industry,
            low=row.low,
            high=row.high,
            requirements=row.requirements,
            level=row.level,
            grade=row.grade,
        )
        for row in rows
    )
    while batch := list(islice(made, 5000)):
        PopulationResult.objects.bulk_create(batch)
    run = PopulationRun.objects.select_for_update().get(pk=run_id)
    run.summary = sorted([entry for entry in run.summary if entry["year"] != year] + [summary], key=lambda entry: int(entry["year"]))
    run.done = len(run.summary)
    run.save(update_fields=["summary", "done"])


def finish_population_run(*, run_id: int, at: datetime, error: str = "") -> None:
    """Close a run, or say why it failed."""
    PopulationRun.objects.filter(pk=run_id).update(finished_at=at, error=error)


@transaction.atomic
def start_replay(
    *,
    old_version_id: int,
    new_version_id: int,
    old_sha256: str,
    new_sha256: str,
    snapshot_id: int,
    year: int,
    level: str,
    points: int,
    award: int | None,
    by: Actor,
    at: datetime,
) -> int:
    """Open a replay of a draft on a snapshot."""
    run = ReplayRun.objects.create(
        old_version_id=old_version_id,
        new_version_id=new_version_id,
        old_sha256=old_sha256,
        new_sha256=new_sha256,
        snapshot_id=snapshot_id,
        year=year,
        level=level,
        points=points,
        award=award,
        started_by=by.name,
        started_at=at,
    )
    journal.record(
        subject=f"replay:{run.pk}",
        move="start",
        by=by,
        at=at,
        clause="方案 五(三)",
        content={"old": old_sha256, "new": new_sha256, "snapshot": snapshot_id},
    )
    return run.pk


def finish_replay(*, run_id: int, at: datetime, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Store what a replay found, or why it failed."""
    ReplayRun.objects.filter(pk=run_id).update(finished_at=at, result=result or {}, error=error)
