"""An evaluation as a report, for everybody who may see it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from qingshan.apps.evaluation import selectors as evaluation
from qingshan.apps.registry import selectors as registry
from qingshan.library.codes import area_name, industry_name
from qingshan.library.report import Plant, as_pdf, as_word, report_blocks
from qingshan.web.ui.context import actor_of
from qingshan.web.ui.templatetags.ui import is_english

TYPES = {"pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


def report_file(request: HttpRequest, evaluation_id: int, kind: str, ending: str) -> HttpResponse:
    """Self-evaluation or third-party report as Word or PDF."""
    found = evaluation.explanation(actor_of(request), evaluation_id)
    if found is None or kind not in ("self", "third-party") or ending not in TYPES:
        raise Http404
    row, explanation = found
    organisation = registry.organisation(actor_of(request), row.organisation_id)
    assert organisation is not None
    language = "en" if is_english() else "zh"
    trade = f"{industry_name(organisation.industry).in_language(language)} {organisation.industry}"
    plant = Plant(organisation.name, organisation.uscc, trade, area_name(organisation.area).in_language(language), organisation.is_demo)
    day = timezone.localtime(row.made_at).date().isoformat()
    content = report_blocks("self" if kind == "self" else "third-party", explanation, plant, made_on=day, language=language)
    response = HttpResponse(as_pdf(content) if ending == "pdf" else as_word(content), content_type=TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{kind}-report-{evaluation_id}.{ending}"'
    return response
