"""Writing the public register."""

from datetime import date, datetime

from django.db import transaction

from qingshan.apps.journal import services as journal
from qingshan.apps.publishing.models import Title
from qingshan.kernel.actor import Actor


@transaction.atomic
def enter_title(
    *, kind: str, name: str, holder: str, area: str, designated_on: date, document: str, by: Actor, at: datetime, is_demo: bool = False
) -> int:
    """Enter a designated plant, park, product, project or body; the same entry twice is one. (登载称号)"""
    title, created = Title.objects.get_or_create(
        kind=kind, name=name, holder=holder, defaults={"area": area, "designated_on": designated_on, "document": document, "is_demo": is_demo}
    )
    if created:
        journal.record(subject=f"title:{title.pk}", move="publish", by=by, at=at, clause=document, content={"kind": kind, "name": name})
    return title.pk
