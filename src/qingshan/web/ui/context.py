"""What every template knows: on whose behalf the visitor acts."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from qingshan.apps.accounts.selectors import actor_for
from qingshan.kernel.actor import Actor

NOBODY = Actor("", "public")


def actor_of(request: HttpRequest) -> Actor:
    """The visitor as an actor; looked up once a request."""
    user = request.user
    if not user.is_authenticated:
        return NOBODY
    if not hasattr(request, "_qingshan_actor"):
        request._qingshan_actor = actor_for(user.pk, user.get_username(), on=timezone.localdate())  # type: ignore[attr-defined]
    return request._qingshan_actor  # type: ignore[attr-defined,no-any-return]


def actor(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"actor": actor_of(request)} if hasattr(request, "user") else {}
