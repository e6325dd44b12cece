"""Reading what is public: everybody may."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from qingshan.apps.publishing.models import Title
from qingshan.kernel.text import Text
from qingshan.library.factors import table


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the plan and how far the city is. (建设目标)"""

    id: str
    label: Text
    kind: str
    target: int
    reached: int
    source: str
    clause: str
    by: date


@dataclass(frozen=True, slots=True)
class TitleRow:
    """An entry of the register."""

    name: str
    holder: str
    area: str
    kind: str
    designated_on: date
    document: str
    is_demo: bool


def goals() -> list[Goal]:
    """The goals of the plan with what the register holds now, in one query."""
    content = table("cities", "ningbo", "goals.yaml")
    counts = dict(Title.objects.order_by().values_list("kind").annotate(Count("pk")))
    return [
        Goal(
            row["id"],
            Text(row["zh"], row["en"]),
            row["kind"],
            row["target"],
            counts.get(row["kind"], 0),
            content["source"],
            row["clause"],
            content["by"],
        )
        for row in content["goals"]
    ]


def titles(kind: str = "", limit: int = 500) -> list[TitleRow]:
    """Entries of the register, newest first."""
    found = Title.objects.filter(kind=kind) if kind else Title.objects.all()
    return [TitleRow(row.name, row.holder, row.area, row.kind, row.designated_on, row.document, row.is_demo) for row in found[:limit]]
