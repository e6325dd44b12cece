"""Writing accounts."""

from datetime import date, datetime

from django.db import transaction

from qingshan.apps.accounts.models import FailedLogin, Membership, User
from qingshan.apps.journal import services as journal
from qingshan.kernel.actor import Actor


@transaction.atomic
def open_account(
    *, username: str, password: str, display_name: str, role: str, by: Actor, at: datetime, organisation_id: int | None = None, area: str = ""
) -> None:
    """Create a user with one role, unless the name is taken. (开户)"""
    if User.objects.filter(username=username).exists():
        return
    user = User.objects.create_user(username=username, password=password, display_name=display_name)
    Membership.objects.create(user=user, role=role, organisation_id=organisation_id, area=area, starts_on=date(2000, 1, 1))
    journal.record(subject=f"user:{user.pk}", move="open_account", by=by, at=at, content={"role": role, "username": username})


def note_failed_login(*, username: str, address: str | None, at: datetime) -> None:
    """Remember a wrong password."""
    FailedLogin.objects.create(username=username[:150], address=address, at=at)
