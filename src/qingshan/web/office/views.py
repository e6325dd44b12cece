"""Pages of officers: every plant of their area and its latest evaluation."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.apps.registry import selectors as registry
from qingshan.flows.evaluate import request_city_run
from qingshan.web.office.access import officer
from qingshan.web.ui.evaluation import page
from qingshan.web.ui.report import report_file


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Plants of the officer's area, by name or code, with their latest score."""
    actor = officer(request, "city", "district")
    needle = request.GET.get("q", "")[:60].replace("\x00", "")
    shown = Paginator(registry.organisations(actor, needle=needle), 25).get_page(request.GET.get("page"))
    latest = evaluations.latest_by_organisation(actor, [plant.pk for plant in shown])
    rows = [(registry.row(plant), latest.get(plant.pk)) for plant in shown]
    return render(request, "office/index.html", {"rows": rows, "page": shown, "q": needle})


@require_safe
def evaluation(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """An evaluation of a plant of the area."""
    officer(request, "city", "district")
    return page(request, evaluation_id)


@require_safe
def report(request: HttpRequest, evaluation_id: int, kind: str, ending: str) -> HttpResponse:
    """An evaluation of a plant of the area, as a report."""
    officer(request, "city", "district")
    return report_file(request, evaluation_id, kind, ending)


@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """Evaluate every plant of the city in the background."""
    actor = officer(request, "city")
    return redirect("office:run", request_city_run(by=actor, at=timezone.now()))


@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far a run is."""
    officer(request, "city")
    found = evaluations.city_run(run_id)
    if found is None:
        raise Http404
    return render(request, "office/run.html", {"run": found})
