"""Public pages: what the city wants, what it has, and by which rules."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from qingshan.apps.evaluation.selectors import evaluated_count
from qingshan.apps.publishing import selectors as publishing
from qingshan.apps.standards import selectors as standards_
from qingshan.apps.standards.selectors import VersionRow
from qingshan.kernel.actor import Actor
from qingshan.library.errors import InvalidFile
from qingshan.web.ui.context import NOBODY


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The city's goals as live figures, and what Qingshan is for."""
    context = {"goals": publishing.goals(), "titles": publishing.titles(limit=6), "evaluated": evaluated_count(), "standards": _shown()}
    return render(request, "portal/index.html", context)


@login_not_required
@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """All goals with their clauses, and the whole register."""
    return render(request, "portal/goals.html", {"goals": publishing.goals(), "titles": publishing.titles()})


@login_not_required
@require_safe
def goal(request: HttpRequest, kind: str) -> HttpResponse:
    """One goal and the records that count towards it."""
    found = next((entry for entry in publishing.goals() if entry.id == kind), None)
    if found is None:
        raise Http404
    return render(request, "portal/goals.html", {"goals": [found], "titles": publishing.titles(found.kind), "one": True})


@login_not_required
@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """The standards library, consultations included."""
    return render(request, "portal/standards.html", {"standards": _shown()})


@login_not_required
@require_safe
def standard(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """A standard to read: requirements, indicators, formulas, sources."""
    row = _find(slug, version)
    try:
        found = standards_.standard_of(row.id)
    except InvalidFile as error:
        raise Http404 from error
    return render(request, "portal/standard.html", {"standard": found, "row": row, "versions": [entry for entry in _shown() if entry.slug == slug]})


@login_not_required
@require_safe
def standard_file(_request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """The YAML file of a standard."""
    row = _find(slug, version)
    response = HttpResponse(standards_.text_of(row.id), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}-{row.id}.yaml"'
    return response


def _shown() -> list[VersionRow]:
    """What the public may see, whoever asks."""
    return standards_.versions(_PUBLIC, on=timezone.localdate())


def _find(slug: str, version: str) -> VersionRow:
    row = standards_.version_named(_PUBLIC, slug, version, on=timezone.localdate())
    if row is None:
        raise Http404
    return row


_PUBLIC: Actor = NOBODY
