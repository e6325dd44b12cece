"""A plant's pages: file a year, see the evaluation."""

import tempfile
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.apps.metering import selectors as metering
from qingshan.apps.registry import selectors as registry
from qingshan.apps.standards import selectors as standards
from qingshan.flows.evaluate import STANDARD, file_and_evaluate
from qingshan.kernel.actor import Actor
from qingshan.kernel.errors import InvalidInput
from qingshan.library.workbook import write_template
from qingshan.web.ui.context import actor_of
from qingshan.web.ui.evaluation import page
from qingshan.web.ui.report import report_file
from qingshan.web.ui.templatetags.ui import is_english, t

MOST_BYTES = 1024 * 1024


class FilingForm(forms.Form):
    """One file: a filled workbook or a YAML case."""

    file = forms.FileField()

    def clean_file(self) -> object:
        """Size and ending; what is inside is checked by the library."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES or Path(file.name).suffix.lower() not in (".xlsx", ".yaml", ".yml"):
            raise forms.ValidationError(t("请上传 1 MiB 以内的 .xlsx 或 .yaml 文件。", "Upload an .xlsx or .yaml file of at most 1 MiB."))
        return file


def _plant(request: HttpRequest) -> tuple[Actor, int]:
    actor = actor_of(request)
    if actor.role != "enterprise" or actor.organisation_id is None:
        raise Http404
    return actor, actor.organisation_id


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Filings and evaluations of one's own plant; a POST files a year."""
    actor, organisation_id = _plant(request)
    problems: list[str] = []
    form = FilingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"case{Path(upload.name).suffix.lower()}"
            path.write_bytes(upload.read())
            try:
                made = file_and_evaluate(organisation_id=organisation_id, file=path, by=actor, at=timezone.now(), file_name=Path(upload.name).name)
            except InvalidInput as error:
                problems = [problem.line("en" if is_english() else "zh") for problem in error.problems]
            else:
                messages.success(request, t("已存档并完成评价。", "Filed and evaluated."))
                return redirect("enterprise:evaluation", made)
    context = {
        "organisation": registry.organisation(actor, organisation_id),
        "filings": metering.filings(actor, organisation_id),
        "evaluations": evaluations.evaluations(actor, organisation_id),
        "form": form,
        "problems": problems,
    }
    return render(request, "enterprise/index.html", context, status=422 if problems or form.errors else 200)


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook."""
    _plant(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.xlsx"
        write_template(path, standards.in_force(STANDARD, on=timezone.localdate()))
        return FileResponse(path.open("rb"), as_attachment=True, filename="qingshan-case.xlsx")


@require_safe
def evaluation(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """An evaluation of one's own plant."""
    _plant(request)
    return page(request, evaluation_id)


@require_safe
def report(request: HttpRequest, evaluation_id: int, kind: str, ending: str) -> HttpResponse:
    """An evaluation of one's own plant, as a report."""
    _plant(request)
    return report_file(request, evaluation_id, kind, ending)
