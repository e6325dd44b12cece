"""A plant's way to a mark: cheapest bundle, cost curve, what if."""

from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as TooSlow
from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qingshan.engines.evaluation.result import points_of
from qingshan.flows import advise
from qingshan.kernel.text import Text
from qingshan.web.ui.context import actor_of
from qingshan.web.ui.templatetags.ui import state_name

STEP = 5  # points between the marks of the cost curve


def _bench(request: HttpRequest, evaluation_id: int) -> advise.Bench:
    actor = actor_of(request)
    found = advise.bench_of(actor, evaluation_id) if actor.role == "enterprise" else None
    if found is None:
        raise Http404
    return found


@require_safe
def way(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """Cheapest bundle for a mark, the cost of other marks, single measures, sliders."""
    bench = _bench(request, evaluation_id)
    try:
        mark = min(max(Decimal(request.GET.get("mark", "75")), Decimal(0)), Decimal(100))
    except InvalidOperation:
        mark = Decimal(75)
    physical = request.GET.get("physical") == "1"
    first = int(bench.row.total // STEP + 1) * STEP
    marks = [float(at) for at in range(first, 101, STEP)]
    answers: list[advise.Advice | None] = []
    failed = False
    try:
        answers = advise.cheapest_way(bench, [float(mark), *marks], physical=physical)
    except (BrokenExecutor, TooSlow):
        failed = True
    found = answers[0] if answers else None
    catalogue = {measure.id: measure for measure in bench.catalogue}
    gains = advise.single_gains(bench)
    prices = advise.prices(bench)
    labels = {wanted.key: wanted.label for wanted in bench.standard.inputs}
    context = {
        "bench": bench,
        "mark": mark,
        "physical": physical,
        "failed": failed,
        "advice": found,
        "before": points_of(found.low_before, 100) if found else None,
        "after": points_of(found.low_after, 100) if found else None,
        "chosen": [(catalogue[key], prices[key]) for key in found.measures] if found else [],
        "curve": [(at, answer.cost if answer else None) for at, answer in zip(marks, answers[1:], strict=False)],
        "gains": gains,
        "sliders": _labelled(advise.sliders_of(bench), labels),
        "switches": _labelled(advise.switches_of(bench), labels),
    }
    return render(request, "enterprise/way.html", context)


def _labelled(keys: list[str], labels: dict[str, Text]) -> list[tuple[str, Text]]:
    return [(key, labels[key]) for key in keys]


@require_safe
def what_if(request: HttpRequest, evaluation_id: int) -> HttpResponse:
    """The exact score with some inputs moved; nothing is stored."""
    bench = _bench(request, evaluation_id)
    factors = {}
    for key in advise.sliders_of(bench):
        text = request.GET.get(key, "100")
        if text.isdigit():
            factors[key] = min(max(int(text), 50), 150) / 100
    truths = {key: True for key in advise.switches_of(bench) if request.GET.get(key) == "1"}
    result = advise.what_if(bench, {key: factor for key, factor in factors.items() if factor != 1}, truths)
    return JsonResponse(
        {
            "total": f"{result.total:.2f}",
            "high": f"{result.total_high:.2f}",
            "change": f"{result.total - bench.row.total:+.2f}",
            "requirements": state_name(result.veto_state),
        }
    )
