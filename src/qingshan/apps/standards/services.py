"""Writing standards: drafts, consultation, publication by a second person."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from qingshan.apps.journal import services as journal
from qingshan.apps.standards.errors import NotAllowed
from qingshan.apps.standards.models import StandardEdit, StandardText, StandardVersion
from qingshan.apps.standards.procedure import MOVES, STATES, Move
from qingshan.engines.evaluation.standard import Standard
from qingshan.kernel.actor import SYSTEM, Actor
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile
from qingshan.library.standards import available, parse, source_text


@transaction.atomic
def install_library(*, at: datetime) -> None:
    """Record the standards that the library ships, where they are not yet recorded. A changed text of the library becomes the record's text. (装入标准库)"""
    known = {(row.slug, row.version): row for row in StandardVersion.objects.filter(origin="library").select_related("text")}
    for standard in available():
        row = known.get((standard.id, standard.version))
        if row is not None and row.text.sha256 == standard.sha256:
            continue
        text = _keep(source_text(standard), standard, by=SYSTEM, at=at)
        if row is None and StandardVersion.objects.filter(slug=standard.id, version=standard.version).exists():
            continue  # the city has a version of that name; its own stays
        row = row or StandardVersion(slug=standard.id, version=standard.version, origin="library", started_by=SYSTEM.name)
        row.text = text
        row.status = standard.status
        _describe(row, standard)
        row.save()
        journal.record(subject=f"standard:{row.pk}", move="install", by=SYSTEM, at=at, clause=standard.id, content={"sha256": standard.sha256})


@transaction.atomic
def start_draft(*, based_on_id: int, version: str, by: Actor, at: datetime) -> int:
    """A draft from an existing version. (起草)

    Raises:
        NotAllowed: Not an officer of the city, or the version name is taken.
    """
    _officer(by)
    base = StandardVersion.objects.select_related("text").get(pk=based_on_id)
    text = renamed(base.text.yaml, version, supersedes=f"{base.slug}@{base.version}")
    return _new_draft(text, by=by, at=at, based_on=base)


@transaction.atomic
def import_draft(*, yaml: str, file_name: str, by: Actor, at: datetime) -> int:
    """A draft from a file; the file must be sound. (导入)

    Raises:
        InvalidFile: With every problem of the file.
        NotAllowed: Not an officer of the city, or the version name is taken.
    """
    _officer(by)
    standard = parse(yaml, name=file_name)
    older = StandardVersion.objects.filter(slug=standard.id).order_by("-effective_from").first()
    return _new_draft(yaml, by=by, at=at, based_on=older)


def _new_draft(yaml: str, *, by: Actor, at: datetime, based_on: StandardVersion | None) -> int:
    standard = parse(yaml, name="draft.yaml")
    if StandardVersion.objects.filter(slug=standard.id, version=standard.version).exists():
        raise NotAllowed(Text(f"已有版本 {standard.version}，换一个版本号", f"version {standard.version} exists; choose another"))
    row = StandardVersion(
        slug=standard.id,
        version=standard.version,
        origin="city",
        status="draft",
        text=_keep(yaml, standard, by=by, at=at),
        based_on=based_on,
        started_by=by.name,
    )
    _describe(row, standard)
    row.save()
    StandardEdit.objects.create(version=row, text=row.text, by=by.name, at=at)
    journal.record(
        subject=f"standard:{row.pk}",
        move="start_draft",
        by=by,
        at=at,
        clause=MOVES["save"].clause,
        content={"sha256": standard.sha256, "slug": row.slug},
    )
    return row.pk


@transaction.atomic
def save_draft(*, version_id: int, yaml: str, seen_digest: str, by: Actor, at: datetime) -> None:
    """Save a draft's text; one with faults can be saved, but not go further. (保存草案)

    Raises:
        NotAllowed: Not a draft, or somebody saved it in the meantime.
        InvalidFile: The text renames the standard or takes another version's name.
    """
    row = _moving(version_id, "save", by)
    if row.text.digest != seen_digest:
        raise NotAllowed(
            Text(
                "另有人刚保存了这份草案：请复制您的修改，重新打开后合并", "somebody has just saved this draft: copy your changes, reopen it and merge"
            )
        )
    try:
        standard: Standard | None = parse(yaml, name=f"{row.slug}.yaml")
    except InvalidFile:
        standard = None
    if standard is not None:
        if standard.id != row.slug:
            raise NotAllowed(Text("草案不能改变标准的 id", "a draft cannot change the id of its standard"))
        if StandardVersion.objects.filter(slug=row.slug, version=standard.version).exclude(pk=row.pk).exists():
            raise NotAllowed(Text(f"已有版本 {standard.version}，换一个版本号", f"version {standard.version} exists; choose another"))
        _describe(row, standard)
    row.text = _keep(yaml, standard, by=by, at=at)
    row.save()
    StandardEdit.objects.create(version=row, text=row.text, by=by.name, at=at)
    journal.record(subject=f"standard:{row.pk}", move="save", by=by, at=at, clause=MOVES["save"].clause, content={"digest": row.text.digest})


@transaction.atomic
def open_consultation(*, version_id: int, days: int, by: Actor, at: datetime) -> None:
    """Put a sound draft out for comment. (公开征求意见)

    Raises:
        NotAllowed, InvalidFile: The draft has faults, or this move is not open.
    """
    row = _moving(version_id, "open_consultation", by)
    parse(row.text.yaml, name=f"{row.slug}.yaml")
    row.status = "consultation"
    row.consultation_from, row.consultation_to = at.date(), at.date() + timedelta(days=days)
    row.save()
    _note(row, "open_consultation", by, at, {"until": str(row.consultation_to), "sha256": row.text.sha256})


@transaction.atomic
def back_to_draft(*, version_id: int, by: Actor, at: datetime) -> None:
    """Take a text back from consultation to change it. (退回修改)"""
    row = _moving(version_id, "back_to_draft", by)
    row.status = "draft"
    row.save()
    _note(row, "back_to_draft", by, at, {})


@transaction.atomic
def publish(*, version_id: int, by: Actor, at: datetime) -> None:
    """Bring a version into force; its predecessor ends where it begins, or by the transition rule. (发布)

    Raises:
        NotAllowed: The same person edited it, or its validity overlaps another version's without a rule.
        InvalidFile: The text has faults.
    """
    row = _moving(version_id, "publish", by)
    standard = parse(row.text.yaml, name=f"{row.slug}.yaml")
    start = standard.effective.start
    others = StandardVersion.objects.filter(slug=row.slug, status="in_force").exclude(pk=row.pk)
    for other in others.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=start)):
        if other.effective_from is not None and other.effective_from >= start:
            raise NotAllowed(
                Text(
                    f"版本 {other.version} 自 {other.effective_from} 起施行，新版应晚于它生效",
                    f"version {other.version} holds from {other.effective_from}; the new one must begin later",
                )
            )
        other.effective_to = standard.transition.until if standard.transition else start
        other.save(update_fields=["effective_to"])
        _note(other, "superseded", by, at, {"by": row.version, "until": str(other.effective_to)})
    row.status, row.published_by, row.published_at = "in_force", by.name, at
    _describe(row, standard)
    row.save()
    _note(row, "publish", by, at, {"sha256": row.text.sha256, "from": str(start)})


@transaction.atomic
def withdraw(*, version_id: int, by: Actor, at: datetime) -> None:
    """Give a draft up, or end a version's validity today. (撤回、废止)"""
    row = _moving(version_id, "withdraw", by)
    if row.status == "in_force":
        row.effective_to = at.date()
    row.status = "withdrawn"
    row.save()
    _note(row, "withdraw", by, at, {})


def renamed(yaml: str, version: str, *, supersedes: str = "") -> str:
    """The same text as a draft with another version name. Only the lines ``version``, ``status`` and ``supersedes`` of the head change."""
    quoted = '"' + version.replace('"', "") + '"'
    text = re.sub(r"(?m)^version:.*$", f"version: {quoted}", yaml, count=1)
    text = re.sub(r"(?m)^status:.*$", "status: draft", text, count=1)
    text = re.sub(r"(?m)^supersedes:.*\n", "", text, count=1)
    return re.sub(r"(?m)^(status: draft)$", rf"\1\nsupersedes: {supersedes}", text, count=1) if supersedes else text


def _officer(by: Actor) -> None:
    if by.role not in ("city", "system"):
        raise NotAllowed(Text("只有市级标准管理人员可以修改标准", "only the city's officers change standards"))


def _moving(version_id: int, name: str, by: Actor) -> StandardVersion:
    _officer(by)
    move: Move = MOVES[name]
    row = StandardVersion.objects.select_for_update().select_related("text").get(pk=version_id)
    if row.origin == "library":
        raise NotAllowed(Text("标准库的版本不在此改动：以它起草修订", "versions of the library are not changed here: draft a revision of it"))
    if row.status not in move.sources:
        wanted = "、".join(STATES[state].zh for state in move.sources)
        raise NotAllowed(
            Text(f"现在是“{STATES[row.status].zh}”，该操作需要“{wanted}”", f"it is “{STATES[row.status].en}”; this needs “{'/'.join(move.sources)}”")
        )
    if move.second_person and (row.started_by == by.name or StandardEdit.objects.filter(version=row, by=by.name).exists()):
        raise NotAllowed(Text("起草或修改过的人不能发布：请另一位同事发布", "whoever drafted or edited it cannot publish it: ask a colleague"))
    return row


def _describe(row: StandardVersion, standard: Standard) -> None:
    row.version, row.kind = standard.version, standard.kind
    row.title_zh, row.title_en = standard.title.zh, standard.title.en
    row.effective_from = standard.effective.start
    row.effective_to = None if standard.open_ended else standard.effective.end
    row.transition_rule = standard.transition.rule if standard.transition else ""
    row.transition_until = standard.transition.until if standard.transition else None


def _keep(yaml: str, standard: Standard | None, *, by: Actor, at: datetime) -> StandardText:
    digest = hashlib.sha256(yaml.encode()).hexdigest()
    found = StandardText.objects.filter(digest=digest).first()
    return found or StandardText.objects.create(digest=digest, sha256=standard.sha256 if standard else "", yaml=yaml, made_by=by.name, made_at=at)


def _note(row: StandardVersion, move: str, by: Actor, at: datetime, content: dict[str, Any]) -> None:
    clause = MOVES[move].clause if move in MOVES else "方案 五(三)"
    journal.record(subject=f"standard:{row.pk}", move=move, by=by, at=at, clause=clause, content=content)
