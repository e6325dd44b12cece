"""Life of a standard: nothing skips a step, nobody publishes their own text, versions do not overlap unseen, results keep theirs."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from qingshan.apps.standards import selectors, services
from qingshan.apps.standards.errors import NotAllowed
from qingshan.kernel.actor import Actor
from qingshan.library.errors import InvalidFile, NotInLibrary

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
ONE, TWO, PLANT = Actor("wang", "city"), Actor("li", "city"), Actor("plant", "enterprise", 1)
DAY = AT.date()


def base():
    return selectors.version_named(ONE, "gbt-36132-2025", "2025-12-31", on=DAY)


def draft(start="2027-01-01", extra="", by=ONE, name="2027"):
    made = services.start_draft(based_on_id=base().id, version=name, by=by, at=AT)
    text = selectors.text_of(made).replace("from: 2025-12-31", f"from: {start}")
    save(made, text.replace("zero_division: unknown", f"zero_division: unknown\n{extra}") if extra else text, by=by)
    return made


def save(version, text, by=ONE):
    row = selectors.version(by, version, on=DAY)
    services.save_draft(version_id=version, yaml=text, seen_digest=row.digest, by=by, at=AT)


def published(**kwargs):
    made = draft(**kwargs)
    services.open_consultation(version_id=made, days=30, by=ONE, at=AT)
    services.publish(version_id=made, by=TWO, at=AT)
    return made


def state(version, on=DAY):
    return selectors.version(ONE, version, on=on).state


def test_the_library_is_on_record_and_in_force():
    assert base().state == "in_force"
    assert selectors.in_force("gbt-36132-2025", on=DAY).version == "2025-12-31"
    assert len(selectors.versions(ONE, on=DAY)) >= 17


def test_a_revision_goes_through_consultation_and_a_second_person():
    made = draft()

    with pytest.raises(NotAllowed):
        services.publish(version_id=made, by=TWO, at=AT)
    services.open_consultation(version_id=made, days=30, by=ONE, at=AT)
    with pytest.raises(NotAllowed, match="cannot publish"):
        services.publish(version_id=made, by=ONE, at=AT)
    services.publish(version_id=made, by=TWO, at=AT)

    assert state(made) == "coming"
    assert state(made, date(2027, 1, 1)) == "in_force"
    assert state(base().id, date(2027, 1, 1)) == "superseded"
    assert selectors.in_force("gbt-36132-2025", on=date(2026, 12, 31)).version == "2025-12-31"
    assert selectors.in_force("gbt-36132-2025", on=date(2027, 1, 1)).version == "2027"


def test_publication_keeps_the_hash_of_what_was_consulted():
    made = draft()
    before = selectors.version(ONE, made, on=DAY).sha256
    services.open_consultation(version_id=made, days=30, by=ONE, at=AT)
    services.publish(version_id=made, by=TWO, at=AT)

    assert selectors.version(ONE, made, on=DAY).sha256 == before
    assert selectors.standard_with_hash(before).version == "2027"


def test_whoever_edited_it_cannot_publish_it_either():
    made = draft()
    save(made, selectors.text_of(made) + "# reviewed\n", by=TWO)
    services.open_consultation(version_id=made, days=30, by=ONE, at=AT)

    with pytest.raises(NotAllowed, match="cannot publish"):
        services.publish(version_id=made, by=TWO, at=AT)
    services.publish(version_id=made, by=Actor("zhao", "city"), at=AT)


def test_a_version_cannot_begin_before_the_one_in_force():
    made = draft(start="2025-06-01")
    services.open_consultation(version_id=made, days=30, by=ONE, at=AT)

    with pytest.raises(NotAllowed, match="must begin later"):
        services.publish(version_id=made, by=TWO, at=AT)


def test_a_transition_rule_lets_two_versions_hold_for_a_while():
    made = published(extra="transition: {rule: applicant_choice, until: 2027-06-30}")

    assert state(base().id, date(2027, 3, 1)) == "in_force"
    assert state(base().id, date(2027, 6, 30)) == "superseded"
    assert state(made, date(2027, 3, 1)) == "in_force"
    assert selectors.in_force("gbt-36132-2025", on=date(2027, 3, 1)).version == "2027"


def test_a_draft_with_faults_can_be_saved_but_goes_no_further():
    made = draft()
    save(made, selectors.text_of(made).replace("unit: tce,", "unit: tcee,", 1))

    assert not selectors.version(ONE, made, on=DAY).is_sound
    with pytest.raises(InvalidFile):
        services.open_consultation(version_id=made, days=30, by=ONE, at=AT)
    assert state(made) == "draft"


def test_two_editors_do_not_overwrite_each_other():
    made = draft()
    seen = selectors.version(ONE, made, on=DAY).digest
    save(made, selectors.text_of(made) + "# by li\n", by=TWO)

    with pytest.raises(NotAllowed, match="somebody has just saved"):
        services.save_draft(version_id=made, yaml="schema: x", seen_digest=seen, by=ONE, at=AT)
    assert "# by li" in selectors.text_of(made)


def test_only_the_city_changes_standards_and_drafts_stay_inside():
    made = draft()

    with pytest.raises(NotAllowed):
        services.start_draft(based_on_id=base().id, version="x", by=PLANT, at=AT)
    assert selectors.version(PLANT, made, on=DAY) is None
    services.open_consultation(version_id=made, days=30, by=ONE, at=AT)
    assert selectors.version(PLANT, made, on=DAY).state == "consultation"


def test_a_published_text_can_no_longer_be_edited():
    made = published()

    with pytest.raises(NotAllowed):
        save(made, selectors.text_of(made))


@pytest.mark.parametrize("statement", ["UPDATE standards_standardtext SET yaml = ''", "DELETE FROM standards_standardtext"])
def test_the_database_refuses_to_change_a_text(statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_withdrawal_ends_validity_and_says_so():
    made = published(start="2026-04-01")
    later = datetime(2026, 8, 1, tzinfo=UTC)

    services.withdraw(version_id=made, by=ONE, at=later)

    assert state(made, date(2026, 8, 2)) == "withdrawn"
    with pytest.raises(NotInLibrary):
        selectors.in_force("gbt-36132-2025", on=date(2026, 8, 2))


def test_an_import_must_be_sound_and_have_a_new_version_name():
    text = selectors.text_of(base().id)

    with pytest.raises(NotAllowed, match="exists"):
        services.import_draft(yaml=text, file_name="a.yaml", by=ONE, at=AT)
    with pytest.raises(InvalidFile):
        services.import_draft(yaml="a: 1", file_name="a.yaml", by=ONE, at=AT)
    made = services.import_draft(yaml=services.renamed(text, "2028"), file_name="a.yaml", by=ONE, at=AT)
    assert state(made) == "draft"


def test_the_librarys_own_versions_are_not_moved():
    for move in (services.open_consultation, services.withdraw, services.publish):
        arguments = {"version_id": base().id, "by": TWO, "at": AT} | ({"days": 5} if move is services.open_consultation else {})
        with pytest.raises(NotAllowed, match="library"):
            move(**arguments)
