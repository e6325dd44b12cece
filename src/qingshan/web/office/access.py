"""Who may open the officers' pages."""

from django.http import Http404, HttpRequest

from qingshan.kernel.actor import Actor
from qingshan.web.ui.context import actor_of


def officer(request: HttpRequest, *roles: str) -> Actor:
    """The visitor, if in one of these roles; others learn nothing, not even that the page exists."""
    actor = actor_of(request)
    if actor.role not in roles:
        raise Http404
    return actor
