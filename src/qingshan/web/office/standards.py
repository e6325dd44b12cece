"""Pages on which the city keeps its standards: versions, drafts with live check, comparison, replay, consultation, publication."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.apps.standards import selectors as standards
from qingshan.apps.standards import services
from qingshan.apps.standards.errors import NotAllowed
from qingshan.engines.evaluation.diff import compare
from qingshan.engines.evaluation.standard import Standard
from qingshan.flows.standards import ReplayWish, request_replay
from qingshan.kernel.actor import Actor
from qingshan.kernel.errors import InvalidInput, Problem
from qingshan.kernel.money import Money
from qingshan.library.edit import numbers_in, set_numbers
from qingshan.library.errors import InvalidFile
from qingshan.library.replay_report import csv_rows, public
from qingshan.library.standards import parse, verified_share
from qingshan.web.office.access import officer
from qingshan.web.ui.templatetags.ui import is_english, t

MOST_BYTES = 1024 * 1024


class ReplayForm(forms.Form):
    """What is replayed."""

    old = forms.IntegerField()
    snapshot = forms.IntegerField()
    level = forms.CharField(required=False, max_length=40)
    mark = forms.DecimalField(min_value=0, max_value=1000, max_digits=7, decimal_places=2)
    award = forms.DecimalField(required=False, min_value=0, max_digits=9, decimal_places=2)


def _lines(problems: tuple[Problem, ...] | list[Problem]) -> list[str]:
    return [problem.line("en" if is_english() else "zh") for problem in problems]


def _version(actor: Actor, version_id: int) -> standards.VersionRow:
    found = standards.version(actor, version_id, on=timezone.localdate())
    if found is None:
        raise Http404
    return found


def _sound(version_id: int) -> tuple[Standard | None, list[str]]:
    try:
        return standards.standard_of(version_id), []
    except InvalidFile as error:
        return None, _lines(error.problems)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every version with its state; the place to start a draft."""
    actor = officer(request, "city")
    rows = standards.versions(actor, on=timezone.localdate())
    mine = [row for row in rows if row.state in ("draft", "consultation") and row.origin == "city"]
    return render(request, "office/standards.html", {"open": mine, "rows": [row for row in rows if row not in mine]})


@require_POST
def start_draft(request: HttpRequest, version_id: int) -> HttpResponse:
    """A draft from this version."""
    actor = officer(request, "city")
    base = _version(actor, version_id)
    name = request.POST.get("version", "").strip()[:40] or f"{base.version}-draft-{timezone.localdate():%Y%m%d}"
    try:
        made = services.start_draft(based_on_id=base.id, version=name, by=actor, at=timezone.now())
    except (NotAllowed, InvalidInput) as error:
        messages.error(request, _said(error))
        return redirect("office:standard", base.id)
    return redirect("office:standard_edit", made)


@require_POST
def import_file(request: HttpRequest) -> HttpResponse:
    """A draft from a YAML file."""
    actor = officer(request, "city")
    upload = request.FILES.get("file")
    if upload is None or upload.size is None or upload.size > MOST_BYTES:
        messages.error(request, t("请选择 1 MiB 以内的 YAML 文件。", "Choose a YAML file of at most 1 MiB."))
        return redirect("office:standards")
    try:
        text = upload.read().decode("utf-8-sig")
        made = services.import_draft(yaml=text, file_name=str(upload.name), by=actor, at=timezone.now())
    except UnicodeDecodeError:
        messages.error(request, t("文件不是 UTF-8 编码。", "The file is not UTF-8."))
        return redirect("office:standards")
    except InvalidInput as error:
        rows = standards.versions(actor, on=timezone.localdate())
        return render(request, "office/standards.html", {"rows": rows, "open": [], "problems": _lines(error.problems)}, status=422)
    except NotAllowed as error:
        messages.error(request, _said(error))
        return redirect("office:standards")
    return redirect("office:standard", made)


@require_safe
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: state, history, changes against its predecessor, replays, and what can be done next."""
    actor = officer(request, "city")
    row = _version(actor, version_id)
    standard, problems = _sound(row.id)
    base = standards.version(actor, row.based_on_id, on=timezone.localdate()) if row.based_on_id else None
    old = _sound(base.id)[0] if base else None
    changes = compare(old, standard) if old and standard else ()
    context = {
        "row": row,
        "standard": standard,
        "problems": problems,
        "base": base,
        "changes": changes,
        "edits": standards.edits(row.id),
        "replays": evaluations.replays_of(row.id),
        "snapshots": evaluations.snapshots(),
        "levels": [level for level in standard.levels if old and any(level.id == other.id for other in old.levels)] if standard else [],
        "verified": verified_share(standard) if standard else None,
        "others": [other for other in standards.versions(actor, on=timezone.localdate()) if other.slug == row.slug and other.id != row.id],
        "may_publish": row.state == "consultation"
        and actor.name != row.started_by
        and all(edit.by != actor.name for edit in standards.edits(row.id)),
    }
    return render(request, "office/standard.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, version_id: int) -> HttpResponse:
    """The text of a draft, checked while it is written."""
    actor = officer(request, "city")
    row = _version(actor, version_id)
    text, status = standards.text_of(row.id), 200
    if request.method == "POST":
        text = request.POST.get("yaml", "").replace("\r\n", "\n")
        try:
            services.save_draft(version_id=row.id, yaml=text, seen_digest=request.POST.get("digest", ""), by=actor, at=timezone.now())
        except NotAllowed as error:
            messages.error(request, _said(error))
            status = 409
        else:
            messages.success(request, t("已保存。", "Saved."))
            return redirect("office:standard_edit", row.id)
    return render(request, "office/standard_edit.html", {"row": row, "text": text, **_checked(text, row.slug)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, version_id: int) -> HttpResponse:
    """The numbers of a draft as a table; only they change, the text around them stays."""
    actor = officer(request, "city")
    row = _version(actor, version_id)
    text, status, problems = standards.text_of(row.id), 200, []
    values: dict[str, str] = {}
    if request.method == "POST":
        values = {key[2:]: value for key, value in request.POST.items() if key.startswith("n:")}
        try:
            changed = set_numbers(text, values)
            services.save_draft(version_id=row.id, yaml=changed, seen_digest=request.POST.get("digest", ""), by=actor, at=timezone.now())
        except InvalidInput as error:
            problems, status = _lines(error.problems), 422
        except NotAllowed as error:
            problems, status = [_said(error)], 409
        else:
            messages.success(request, t("已保存。", "Saved."))
            return redirect("office:standard_numbers", row.id)
    context = {
        "row": row,
        "numbers": [replace(number, value=values.get(number.pointer, number.value)) for number in numbers_in(text)],
        "faults": problems,
        **_checked(text, row.slug),
    }
    return render(request, "office/standard_numbers.html", context, status=status)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What is wrong with a text, as a fragment for the editor."""
    officer(request, "city")
    return render(request, "office/_check.html", _checked(request.POST.get("yaml", ""), "draft"))


def _checked(text: str, name: str) -> dict[str, Any]:
    try:
        standard = parse(text, name=name)
    except InvalidFile as error:
        return {"problems": _lines(error.problems), "standard": None}
    return {"problems": [], "standard": standard}


@require_POST
def move(request: HttpRequest, version_id: int, name: str) -> HttpResponse:
    """Consultation, back to draft, publication by a second person, withdrawal."""
    actor = officer(request, "city")
    row = _version(actor, version_id)
    now = timezone.now()
    days = min(max(int(request.POST.get("days", "30") or 30), 1), 365) if request.POST.get("days", "30").isdigit() else 30
    moves: dict[str, Callable[[], None]] = {
        "open_consultation": lambda: services.open_consultation(version_id=row.id, days=days, by=actor, at=now),
        "back_to_draft": lambda: services.back_to_draft(version_id=row.id, by=actor, at=now),
        "publish": lambda: services.publish(version_id=row.id, by=actor, at=now),
        "withdraw": lambda: services.withdraw(version_id=row.id, by=actor, at=now),
    }
    if name not in moves:
        raise Http404
    try:
        moves[name]()
    except (NotAllowed, InvalidInput) as error:
        messages.error(request, _said(error))
    else:
        messages.success(request, t("已办理，已记入日志。", "Done and recorded in the journal."))
    return redirect("office:standard", row.id)


@require_safe
def diff(request: HttpRequest, version_id: int, other_id: int) -> HttpResponse:
    """Two versions side by side, by the ids of their parts."""
    actor = officer(request, "city")
    new, old = _version(actor, version_id), _version(actor, other_id)
    one, two = _sound(old.id)[0], _sound(new.id)[0]
    if one is None or two is None:
        raise Http404
    return render(request, "office/diff.html", {"old": old, "new": new, "changes": compare(one, two)})


@require_safe
def file(request: HttpRequest, version_id: int) -> HttpResponse:
    """The YAML of a version."""
    row = _version(officer(request, "city"), version_id)
    response = HttpResponse(standards.text_of(row.id), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.slug}-{row.id}.yaml"'
    return response


@require_POST
def start_replay(request: HttpRequest, version_id: int) -> HttpResponse:
    """Replay this version on a frozen population, in the background."""
    actor = officer(request, "city")
    row, form = _version(actor, version_id), ReplayForm(request.POST)
    if not form.is_valid() or evaluations.snapshot(form.cleaned_data["snapshot"]) is None:
        messages.error(request, t("请选择群体、对照版本和门槛。", "Choose population, version and mark."))
        return redirect("office:standard", row.id)
    chosen = form.cleaned_data
    award = None if chosen["award"] is None else Money.cny(chosen["award"] * 10_000).fen
    wish = ReplayWish(_version(actor, chosen["old"]).id, row.id, chosen["snapshot"], chosen["level"], float(chosen["mark"]), award)
    try:
        run_id = request_replay(wish=wish, by=actor, at=timezone.now())
    except InvalidInput as error:
        messages.error(request, _said(error))
        return redirect("office:standard", row.id)
    return redirect("office:replay", run_id)


def _replay(request: HttpRequest, run_id: int) -> evaluations.ReplayRow:
    officer(request, "city")
    found = evaluations.replay_run(run_id)
    if found is None:
        raise Http404
    return found


@require_safe
def replay(request: HttpRequest, run_id: int) -> HttpResponse:
    """What a replay found: totals, clauses, slider, heat map, lists."""
    run = _replay(request, run_id)
    actor = officer(request, "city")
    context = {
        "run": run,
        "report": run.result,
        "old": standards.version(actor, run.old_version_id, on=timezone.localdate()),
        "new": standards.version(actor, run.new_version_id, on=timezone.localdate()),
        "names": True,
    }
    return render(request, "office/replay.html", context)


@require_safe
def replay_html(request: HttpRequest, run_id: int) -> HttpResponse:
    """The replay for the public consultation: one file that needs no server, without names of plants."""
    run = _replay(request, run_id)
    if not run.result:
        raise Http404
    actor = officer(request, "city")
    style = "\n".join(_static(name) for name in ("ui/tokens.css", "ui/ui.css"))
    context = {
        "run": run,
        "report": public(run.result),
        "old": standards.version(actor, run.old_version_id, on=timezone.localdate()),
        "new": standards.version(actor, run.new_version_id, on=timezone.localdate()),
        "style": style,
        "script": _static("ui/replay.js"),
        "names": False,
    }
    response = HttpResponse(render_to_string("office/replay_export.html", context, request))
    response["Content-Disposition"] = f'attachment; filename="replay-{run.id}.html"'
    return response


@require_safe
def replay_csv(request: HttpRequest, run_id: int) -> HttpResponse:
    """The public figures of a replay as CSV."""
    run = _replay(request, run_id)
    if not run.result:
        raise Http404
    stream = io.StringIO()
    csv.writer(stream).writerows([[_plain(cell) for cell in row] for row in csv_rows(public(run.result))])
    response = HttpResponse("\ufeff" + stream.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="replay-{run.id}.csv"'
    return response


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "@") or (cell[:1] == "-" and not cell[1:2].isdigit()) else cell


def _static(name: str) -> str:
    path = finders.find(name)
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as stream:  # noqa: PTH123 - the finder gives text
        return stream.read()


def _said(error: Exception) -> str:
    if isinstance(error, NotAllowed):
        return error.reason.en if is_english() else error.reason.zh
    return " ".join(_lines(error.problems)) if isinstance(error, InvalidInput) else str(error)
