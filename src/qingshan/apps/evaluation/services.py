"""Writing evaluations."""

from datetime import datetime
from typing import Any

from django.db import transaction

from qingshan.apps.evaluation.models import CityRun, EvaluationRun
from qingshan.apps.journal import services as journal
from qingshan.engines.evaluation.result import Evaluation
from qingshan.kernel.actor import Actor


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
