"""The page of an evaluation, the same for everybody who may see it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from qingshan.apps.evaluation import selectors as evaluation
from qingshan.apps.registry import selectors as registry
from qingshan.web.ui.context import actor_of


def page(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Score, why, what is missing, the shortest way; as JSON with ``?format=json``."""
    actor = actor_of(request)
    found = evaluation.explanation(actor, evaluation_id)
    if found is None:
        raise Http404
    row, explanation = found
    if request.GET.get("format") == "json":
        return JsonResponse(explanation, json_dumps_params={"ensure_ascii": False, "indent": 1})
    context: dict[str, Any] = {"run": row, "result": explanation, "organisation": registry.organisation(actor, row.organisation_id)}
    return render(request, "ui/evaluation.html", context)
