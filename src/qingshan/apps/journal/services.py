"""Writing the journal: one function, called inside the transaction of the act it records."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import connection, transaction

from qingshan.apps.journal.errors import BrokenChain
from qingshan.apps.journal.models import Event
from qingshan.kernel.actor import Actor

FIRST = "0" * 64


def record(*, subject: str, move: str, by: Actor, at: datetime, clause: str = "", content: dict[str, Any] | None = None) -> Event:
    """Append an event to the chain. (记一笔)

    Must run inside a transaction, so that the act and its event happen together or not at all. The next number is
    taken under a lock: SQLite's IMMEDIATE transaction, PostgreSQL's advisory lock.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded in the transaction of its act.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7_236_001])
    last = Event.objects.order_by("-sequence").first()
    event = Event(
        sequence=(last.sequence if last else 0) + 1,
        subject=subject,
        move=move,
        actor=by.name,
        role=by.role,
        at=at,
        clause=clause,
        content=content or {},
        previous=last.digest if last else FIRST,
    )
    event.digest = digest(event)
    event.save(force_insert=True)
    return event


def digest(event: Event) -> str:
    """SHA-256 of an event's canonical content (RFC 8785)."""
    return hashlib.sha256(
        rfc8785.dumps(
            {
                "sequence": event.sequence,
                "subject": event.subject,
                "move": event.move,
                "actor": event.actor,
                "role": event.role,
                "at": event.at.astimezone(UTC).isoformat(),
                "clause": event.clause,
                "content": event.content,
                "previous": event.previous,
            }
        )
    ).hexdigest()


def verify() -> int:
    """Walk the chain and count its events.

    Raises:
        BrokenChain: At the first row that does not fit.
    """
    previous, number = FIRST, 0
    for event in Event.objects.order_by("sequence").iterator():
        number += 1
        if event.sequence != number or event.previous != previous or event.digest != digest(event):
            raise BrokenChain(f"Event {event.sequence} ({event.subject} {event.move}) was tampered with, or an event before it is missing.")
        previous = event.digest
    return number
