"""Public pages: what the city wants, what it has, and by which rules."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qingshan.apps.evaluation.selectors import evaluated_count
from qingshan.apps.publishing import selectors as publishing
from qingshan.engines.evaluation.standard import Standard
from qingshan.library.standards import available, source_text


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The city's goals as live figures, and what Qingshan is for."""
    context = {"goals": publishing.goals(), "titles": publishing.titles(limit=6), "evaluated": evaluated_count(), "standards": available()}
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
    """The standards library."""
    return render(request, "portal/standards.html", {"standards": available()})


@login_not_required
@require_safe
def standard(request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """A standard to read: requirements, indicators, formulas, sources."""
    found = _find(slug, version)
    return render(request, "portal/standard.html", {"standard": found, "versions": [entry for entry in available() if entry.id == slug]})


@login_not_required
@require_safe
def standard_file(_request: HttpRequest, slug: str, version: str) -> HttpResponse:
    """The YAML file of a standard."""
    response = HttpResponse(source_text(_find(slug, version)), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{version}.yaml"'
    return response


def _find(slug: str, version: str) -> Standard:
    found = next((entry for entry in available() if entry.id == slug and entry.version == version), None)
    if found is None:
        raise Http404
    return found
