"""Pages of frozen populations: upload, evaluate all at once with progress, download results; the next best actions of every plant."""

import tempfile
from pathlib import Path

import pyarrow as pa
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.engines.evaluation.standard import SCALE
from qingshan.flows.advise import next_best
from qingshan.flows.evaluate import STANDARD
from qingshan.flows.standards import MOST_BYTES, freeze_population, request_population_run
from qingshan.kernel.errors import InvalidInput
from qingshan.library.result_file import write_results
from qingshan.web.office.access import officer
from qingshan.web.ui.templatetags.ui import is_english, t

ENDINGS = ("parquet", "xlsx", "csv")


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Frozen populations; a POST freezes another one."""
    actor = officer(request, "city")
    problems: list[str] = []
    upload = request.FILES.get("file")
    if request.method == "POST":
        if upload is None or not upload.size or upload.size > MOST_BYTES:
            problems = [t("请选择 64 MiB 以内的 Parquet 文件。", "Choose a Parquet file of at most 64 MiB.")]
        else:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "population.parquet"
                with path.open("wb") as stream:
                    for chunk in upload.chunks():
                        stream.write(chunk)
                name = request.POST.get("name", "").strip() or str(upload.name)
                try:
                    made = freeze_population(file=path, name=name, standard_slug=STANDARD, by=actor, at=timezone.now())
                except InvalidInput as error:
                    problems = [problem.line("en" if is_english() else "zh") for problem in error.problems]
                else:
                    return redirect("office:population", made)
    return render(request, "office/populations.html", {"snapshots": evaluations.snapshots(), "problems": problems}, status=422 if problems else 200)


@require_safe
def population(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """One frozen population and its runs."""
    officer(request, "city")
    found = evaluations.snapshot(snapshot_id)
    if found is None:
        raise Http404
    return render(request, "office/population.html", {"snapshot": found, "runs": evaluations.population_runs(snapshot_id)})


@require_POST
def start_run(request: HttpRequest, snapshot_id: int) -> HttpResponse:
    """Evaluate a frozen population in the background."""
    actor = officer(request, "city")
    if evaluations.snapshot(snapshot_id) is None:
        raise Http404
    request_population_run(snapshot_id=snapshot_id, by=actor, at=timezone.now())
    messages.success(request, t("已排队，可离开本页。", "Queued; you may leave this page."))
    return redirect("office:population", snapshot_id)


@require_safe
def results(request: HttpRequest, run_id: int, ending: str) -> HttpResponse:
    """Results of a run as a file."""
    officer(request, "city")
    run = evaluations.population_run(run_id)
    if run is None or run.finished_at is None or ending not in ENDINGS:
        raise Http404
    names = ("plant", "area", "industry", "year", "low", "high", "requirements", "level", "grade")
    columns = list(zip(*evaluations.population_results(run_id), strict=True)) or [[] for _ in names]
    table = dict(zip(names, columns, strict=True))
    table["score"], table["score_high"] = ([float(value) / SCALE for value in table.pop(key)] for key in ("low", "high"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results.{ending}"
        write_results(pa.table({key: list(values) for key, values in table.items()}), path)
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"population-run-{run_id}.{ending}")


@require_safe
def advice(request: HttpRequest) -> HttpResponse:
    """The next best three actions of every plant of one's area."""
    actor = officer(request, "city", "district")
    return render(request, "office/advice.html", {"rows": next_best(actor)})
