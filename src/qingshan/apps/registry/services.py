"""Writing the registry."""

from datetime import datetime

from django.db import transaction

from qingshan.apps.journal import services as journal
from qingshan.apps.registry.models import Organisation
from qingshan.kernel.actor import Actor
from qingshan.kernel.codes import check_uscc, industry_chain


@transaction.atomic
def register_organisation(*, name: str, uscc: str, kind: str, area: str, by: Actor, at: datetime, industry: str = "", is_demo: bool = False) -> int:
    """Enter an organisation, or return the one that has this code already. (登记主体)

    Raises:
        InvalidCode: The code or the industry is wrong.
    """
    code = check_uscc(uscc)
    if industry:
        industry_chain(industry)
    known = Organisation.objects.filter(uscc=code).first()
    if known is not None:
        return known.pk
    organisation = Organisation.objects.create(name=name, uscc=code, kind=kind, area=area, industry=industry, is_demo=is_demo)
    journal.record(subject=f"organisation:{organisation.pk}", move="register", by=by, at=at, content={"uscc": code, "name": name})
    return organisation.pk
