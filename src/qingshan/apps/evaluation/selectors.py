"""Reading evaluations; who may see which stands in the registry's policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from qingshan.apps.evaluation.models import CityRun, EvaluationRun, PopulationResult, PopulationRun, ReplayRun, Snapshot
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
    filing_id: int
    standard_sha256: str
    standard_version: str


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
    return EvaluationRow(
        run.pk,
        run.organisation_id,
        run.year,
        run.standard,
        run.total,
        run.total_high,
        run.veto,
        run.made_at,
        run.filing_id,
        run.standard_sha256,
        run.standard_version,
    )


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A frozen population."""

    id: int
    name: str
    standard: str
    rows: int
    years: list[int]
    sha256: str
    made_by: str
    made_at: datetime
    is_demo: bool


@dataclass(frozen=True, slots=True)
class PopulationRunRow:
    """Progress and summary of a population run."""

    id: int
    snapshot: SnapshotRow
    standard: str
    standard_version: str
    standard_sha256: str
    total: int
    done: int
    summary: list[dict[str, Any]]
    error: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """A replay, finished or not."""

    id: int
    old_version_id: int
    new_version_id: int
    old_sha256: str
    new_sha256: str
    snapshot: SnapshotRow
    year: int
    level: str
    points: int
    award: int | None
    result: dict[str, Any]
    error: str
    started_by: str
    started_at: datetime
    finished_at: datetime | None


def snapshots() -> list[SnapshotRow]:
    """Frozen populations, newest first. For the city's officers only: pages check the role."""
    return [_snapshot(row) for row in Snapshot.objects.defer("content")]


def snapshot(snapshot_id: int) -> SnapshotRow | None:
    """One frozen population."""
    row = Snapshot.objects.filter(pk=snapshot_id).defer("content").first()
    return None if row is None else _snapshot(row)


def snapshot_content(snapshot_id: int) -> bytes:
    """Its Parquet file."""
    return bytes(Snapshot.objects.get(pk=snapshot_id).content)


def population_run(run_id: int) -> PopulationRunRow | None:
    """A population run."""
    row = PopulationRun.objects.filter(pk=run_id).select_related("snapshot").defer("snapshot__content").first()
    if row is None:
        return None
    version = (row.standard, row.standard_version, row.standard_sha256)
    return PopulationRunRow(row.pk, _snapshot(row.snapshot), *version, row.total, row.done, row.summary, row.error, row.finished_at)


def population_runs(snapshot_id: int) -> list[PopulationRunRow]:
    """Runs over a snapshot, newest first."""
    ids = PopulationRun.objects.filter(snapshot_id=snapshot_id).order_by("-pk").values_list("pk", flat=True)[:20]
    return [row for row in map(population_run, ids) if row is not None]


def population_results(run_id: int) -> Iterator[tuple[Any, ...]]:
    """Plant, area, industry, year, low, high, requirements, level, grade of every row of a run."""
    fields = ("plant", "area", "industry", "year", "low", "high", "requirements", "level", "grade")
    return PopulationResult.objects.filter(run_id=run_id).order_by("year", "plant").values_list(*fields).iterator(chunk_size=5000)


def replay_run(run_id: int) -> ReplayRow | None:
    """One replay."""
    row = ReplayRun.objects.filter(pk=run_id).select_related("snapshot").defer("snapshot__content").first()
    return None if row is None else _replay(row)


def replays_of(version_id: int) -> list[ReplayRow]:
    """Replays of a draft, newest first."""
    found = ReplayRun.objects.filter(new_version_id=version_id).select_related("snapshot").defer("snapshot__content")[:20]
    return [_replay(row) for row in found]


def _snapshot(row: Snapshot) -> SnapshotRow:
    return SnapshotRow(row.pk, row.name, row.standard, row.rows, row.years, row.sha256, row.made_by, row.made_at, row.is_demo)


def _replay(row: ReplayRun) -> ReplayRow:
    return ReplayRow(
        row.pk,
        row.old_version_id,
        row.new_version_id,
        row.old_sha256,
        row.new_sha256,
        _snapshot(row.snapshot),
        row.year,
        row.level,
        row.points,
        row.award,
        row.result,
        row.error,
        row.started_by,
        row.started_at,
        row.finished_at,
    )
