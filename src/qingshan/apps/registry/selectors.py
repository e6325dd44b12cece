"""Reading the registry; who may see which organisation stands in ``visible_to``."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from qingshan.apps.registry.models import Organisation
from qingshan.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """What pages show of an organisation."""

    id: int
    name: str
    uscc: str
    kind: str
    industry: str
    area: str
    is_demo: bool


def visible_to(actor: Actor, prefix: str = "") -> Q:
    """Organisations an actor may see: its own, those of its district, or all of the city.

    Args:
        actor: Who asks.
        prefix: Path to the organisation from another table, with ``__`` at its end.
    """
    if actor.role == "city":
        return Q()
    if actor.role == "district" and actor.area:
        return Q(**{f"{prefix}area__startswith": actor.area})
    if actor.organisation_id is not None and actor.role in ("enterprise", "park"):
        return Q(**{f"{prefix}pk": actor.organisation_id})
    return Q(**{f"{prefix}pk__in": []})


def organisations(actor: Actor, *, kind: str = "enterprise", needle: str = "") -> QuerySet[Organisation]:
    """Organisations of a kind that an actor may see, by part of the name or code."""
    found = Organisation.objects.filter(visible_to(actor), kind=kind)
    return found.filter(Q(name__icontains=needle) | Q(uscc__icontains=needle)) if needle else found


def organisation(actor: Actor, organisation_id: int) -> OrganisationRow | None:
    """One organisation, or nothing where the actor may not see it."""
    return row(Organisation.objects.filter(visible_to(actor), pk=organisation_id).first())


def row(found: Organisation | None) -> OrganisationRow | None:
    """Values of a record."""
    if found is None:
        return None
    return OrganisationRow(found.pk, found.name, found.uscc, found.kind, found.industry, found.area, found.is_demo)
