"""Reading standards: which version holds on a day, what the public and the officers may see."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q

from qingshan.apps.standards.models import StandardEdit, StandardText, StandardVersion
from qingshan.apps.standards.procedure import STATES
from qingshan.engines.evaluation.standard import Standard
from qingshan.kernel.actor import Actor
from qingshan.kernel.text import Text
from qingshan.library.errors import NotInLibrary
from qingshan.library.standards import parse


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What pages show of a version."""

    id: int
    slug: str
    version: str
    title: Text
    kind: str
    state: str  # as of the day asked for: draft, consultation, coming, in_force, superseded, withdrawn, illustrative
    origin: str
    sha256: str
    digest: str
    effective_from: date | None
    effective_to: date | None
    transition_rule: str
    transition_until: date | None
    consultation_to: date | None
    started_by: str
    published_by: str
    based_on_id: int | None

    @property
    def state_name(self) -> Text:
        """The state in words."""
        return STATES[self.state]

    @property
    def is_sound(self) -> bool:
        """Whether the text has no faults."""
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class EditRow:
    """One saving of a draft."""

    by: str
    at: datetime
    digest: str


def visible(actor: Actor) -> Q:
    """Versions an actor may see: drafts only the city's officers, everything else everybody."""
    return Q() if actor.role in ("city", "system") else ~Q(status="draft", origin="city") & ~Q(status="withdrawn", published_by="", origin="city")


def versions(actor: Actor, *, on: date) -> list[VersionRow]:
    """All versions that an actor may see."""
    return [_row(row, on) for row in StandardVersion.objects.filter(visible(actor)).select_related("text")]


def version(actor: Actor, version_id: int, *, on: date) -> VersionRow | None:
    """One version, or nothing where the actor may not see it."""
    row = StandardVersion.objects.filter(visible(actor), pk=version_id).select_related("text").first()
    return None if row is None else _row(row, on)


def version_named(actor: Actor, slug: str, name: str, *, on: date) -> VersionRow | None:
    """One version by its standard and name."""
    row = StandardVersion.objects.filter(visible(actor), slug=slug, version=name).select_related("text").first()
    return None if row is None else _row(row, on)


def edits(version_id: int) -> list[EditRow]:
    """Who saved a draft, newest first."""
    return [EditRow(edit.by, edit.at, edit.text.digest) for edit in StandardEdit.objects.filter(version_id=version_id).select_related("text")]


def text_of(version_id: int) -> str:
    """The YAML of a version."""
    return StandardVersion.objects.select_related("text").get(pk=version_id).text.yaml


def standard_of(version_id: int) -> Standard:
    """A version ready for the engine.

    Raises:
        InvalidFile: It is a draft with faults.
    """
    row = StandardVersion.objects.select_related("text").get(pk=version_id)
    return _parsed(row.text_id, row.slug)


def in_force(slug: str, *, on: date) -> Standard:
    """The version that holds on a day; where a transition lets two hold, the newer.

    Raises:
        NotInLibrary: None holds.
    """
    rows = StandardVersion.objects.filter(slug=slug, status="in_force", effective_from__lte=on).filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=on)
    )
    row = rows.order_by("-effective_from", "-pk").first()
    if row is None:
        raise NotInLibrary(f"No version of “{slug}” is in force on {on}.")
    return _parsed(row.text_id, slug)


def standard_with_hash(sha256: str) -> Standard | None:
    """The standard under which a result was made, by its content hash."""
    text = StandardText.objects.filter(sha256=sha256).first()
    return None if text is None else _parsed(text.pk, "standard")


@lru_cache(maxsize=128)
def _parsed(text_id: int, name: str) -> Standard:
    return parse(StandardText.objects.get(pk=text_id).yaml, name=f"{name}.yaml")


def _row(row: StandardVersion, on: date) -> VersionRow:
    state = row.status
    if state == "in_force" and row.effective_from is not None and row.effective_from > on:
        state = "coming"
    elif state == "in_force" and row.effective_to is not None and row.effective_to <= on:
        state = "superseded"
    return VersionRow(
        row.pk,
        row.slug,
        row.version,
        Text(row.title_zh, row.title_en),
        row.kind,
        state,
        row.origin,
        row.text.sha256,
        row.text.digest,
        row.effective_from,
        row.effective_to,
        row.transition_rule,
        row.transition_until,
        row.consultation_to,
        row.started_by,
        row.published_by,
        row.based_on_id,
    )
