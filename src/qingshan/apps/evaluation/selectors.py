"""Reading evaluations; who may see which stands in the registry's policy."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from qingshan.apps.evaluation.models import CityRun, EvaluationRun
from qingshan.apps.registry.selectors import visible_to
from qingshan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """What lists show of an evaluation."""

    id: int
    organisation_id: int
    year: int
    standard: str
    total: Decimal
    total_high: Decimal
    veto: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CityRunRow:
    """Progress of a run over the city."""

    id: int
    standard: str
    total: int
    done: int
    failed: int
    started_at: datetime
    finished_at: datetime | None


def evaluations(actor: Actor, organisation_id: int) -> list[EvaluationRow]:
    """An organisation's evaluations, newest first."""
    found = EvaluationRun.objects.filter(visible_to(actor, "organisation__"), organisation_id=organisation_id).defer("explanation")[:50]
    return [_row(run) for run in found]


def explanation(actor: Actor, evaluation_id: int) -> tuple[EvaluationRow, dict[str, Any]] | None:
    """One evaluation with all its reasons, or nothing where the actor may not see it."""
    run = EvaluationRun.objects.filter(visible_to(actor, "organisation__"), pk=evaluation_id).first()
    return None if run is None else (_row(run), run.explanation)


def latest_by_organisation(actor: Actor, organisation_ids: list[int]) -> dict[int, EvaluationRow]:
    """The newest evaluation of each of these organisations."""
    latest: dict[int, EvaluationRow] = {}
    found = EvaluationRun.objects.filter(visible_to(actor, "organisation__"), organisation_id__in=organisation_ids).defer("explanation")
    for run in found.order_by("made_at", "pk"):
        latest[run.organisation_id] = _row(run)
    return latest


def city_run(run_id: int) -> CityRunRow | None:
    """A run over the city."""
    run = CityRun.objects.filter(pk=run_id).first()
    return None if run is None else CityRunRow(run.pk, run.standard, run.total, run.done, run.failed, run.started_at, run.finished_at)


def evaluated_count() -> int:
    """How many organisations have been evaluated."""
    return EvaluationRun.objects.values("organisation_id").distinct().count()


def _row(run: EvaluationRun) -> EvaluationRow:
    return EvaluationRow(run.pk, run.organisation_id, run.year, run.standard, run.total, run.total_high, run.veto, run.made_at)
