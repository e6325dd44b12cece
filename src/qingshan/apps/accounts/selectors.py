"""Reading accounts: on whose behalf somebody acts."""

from datetime import date, datetime, timedelta

from django.db.models import Q

from qingshan.apps.accounts.models import FailedLogin, Membership
from qingshan.kernel.actor import Actor

TRIES, WINDOW = 10, timedelta(minutes=15)


def actor_for(user_id: int, name: str, *, on: date) -> Actor:
    """The role a person has on a day; ``public`` where there is none."""
    membership = (
        Membership.objects.filter(user_id=user_id, starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)).order_by("pk").first()
    )
    if membership is None:
        return Actor(name, "public")
    return Actor(name, membership.role, membership.organisation_id, membership.area or None)  # type: ignore[arg-type]


def is_locked_out(*, username: str, address: str | None, at: datetime) -> bool:
    """Whether there were too many wrong passwords for this name from this address lately."""
    return FailedLogin.objects.filter(username=username[:150], address=address, at__gt=at - WINDOW).count() >= TRIES
