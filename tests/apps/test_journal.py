"""Records that cannot be bent: on both databases no row of the journal or of a filing changes unseen."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from qingshan.apps.journal.errors import BrokenChain
from qingshan.apps.journal.models import Event
from qingshan.apps.journal.services import record, verify
from qingshan.kernel.actor import SYSTEM

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def three_events():
    for number in range(3):
        record(subject=f"thing:{number}", move="make", by=SYSTEM, at=AT, content={"number": number})


def test_a_chain_of_events_verifies():
    before = verify()  # the library's standards are recorded when the database is made

    three_events()

    assert verify() == before + 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET move = 'unmake'",
        "DELETE FROM journal_event",
        "UPDATE journal_event SET digest = previous WHERE sequence = 1",
    ],
)
def test_the_database_refuses_to_change_events(statement):
    three_events()
    before = verify()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert verify() == before


def test_replace_cannot_forge_an_event():
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE exists on SQLite only")
    three_events()
    first = Event.objects.first()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO journal_event SELECT * FROM journal_event WHERE id = %s", [first.pk])


def test_a_flipped_byte_behind_the_triggers_is_found():
    three_events()
    suffix = " ON journal_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER journal_event_no_update{suffix}")
        cursor.execute("UPDATE journal_event SET actor = 'Somebody' WHERE sequence = 2")

    with pytest.raises(BrokenChain, match="Event 2"):
        verify()
