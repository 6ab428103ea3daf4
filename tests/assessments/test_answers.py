"""Saving a school's words: versions, conflicts, and a history in which nothing is lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from assessments import answers
from assessments.answers import EditConflict
from assessments.models import Cycle, Status
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import (
    history,
    marks,
    read_cell,
    read_cycle,
    read_reflection,
    save,
)
from tests.factories import make_district, make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)

A_SAVE_S_STATEMENTS = 5
# A day ago: the database puts right what a clock says that is only minutes off.
NOON = datetime.now(UTC).replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=1)
MONDAY = NOON + timedelta(days=1)


def test_the_first_word_makes_a_cycle_in_progress(cycle: Cycle, alice: Membership) -> None:
    marks_before = marks(cycle)

    with time_machine.travel(NOON, tick=False):
        save(read_cell(cycle), alice, opportunities="We meet on Mondays.")

    cell, after = read_cell(cycle), read_cycle(cycle)
    assert (cell.version, cell.opportunities) == (1, "We meet on Mondays.")
    assert (cell.updated_by, cell.updated_at) == (alice.user, NOON)
    assert (after.status, after.started_at, after.updated_at) == (Status.IN_PROGRESS, NOON, NOON)
    assert marks(cycle) == marks_before + 1
    assert history(cycle) == [(1, "We meet on Mondays.", False)]


def test_a_cycle_is_started_once(cycle: Cycle, alice: Membership) -> None:
    with time_machine.travel(NOON, tick=False):
        save(read_cell(cycle), alice, opportunities="First.")
    with time_machine.travel(MONDAY, tick=False):
        save(read_cell(cycle), alice, opportunities="Second.")

    after = read_cycle(cycle)
    assert (after.started_at, after.updated_at) == (NOON, MONDAY)


def test_only_what_is_given_changes(cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, opportunities="Now.", improvements="Next.", reach="few")

    save(read_cell(cycle), alice, improvements="Better.", opportunity_level=0)

    assert read_cell(cycle).content == {
        "opportunities": "Now.",
        "improvements": "Better.",
        "opportunity_level": 0,
        "reach": "few",
        "offer": "",
        "disposition": "",
        "disposition_why": "",
        "minority_view": "",
    }


def test_the_saved_cell_says_what_is_stored(cycle: Cycle, alice: Membership) -> None:
    cell = read_cell(cycle)

    save(cell, alice, opportunities="  We meet.\r\n")

    stored = read_cell(cycle)
    assert (cell.version, cell.content) == (stored.version, stored.content)
    assert (cell.updated_at, cell.updated_by) == (stored.updated_at, stored.updated_by)


def test_saving_what_is_stored_already_changes_nothing(cycle: Cycle, alice: Membership) -> None:
    save(read_cell(cycle), alice, opportunities="We meet.", opportunity_level=3)
    before = (read_cell(cycle).updated_at, marks(cycle), history(cycle))

    save(read_cell(cycle), alice, opportunities="We meet.\n", opportunity_level=3)
    save(read_cell(cycle), alice, based_on=0, opportunities="We meet.")

    assert read_cell(cycle).version == 1
    assert (read_cell(cycle).updated_at, marks(cycle), history(cycle)) == before


def test_a_stale_save_changes_nothing_and_keeps_the_refused_words(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="Alice was first.")
    marks_before = marks(cycle)

    with pytest.raises(EditConflict) as conflict:
        save(read_cell(cycle), bob, based_on=0, opportunities="Bob was late.")

    current = conflict.value.current
    assert (current.version, current.content["opportunities"]) == (1, "Alice was first.")
    assert current.updated_by == alice.user
    assert conflict.value.refused["opportunities"] == "Bob was late."
    assert read_cell(cycle).content == current.content
    assert marks(cycle) == marks_before
    assert history(cycle) == [(1, "Alice was first.", False), (0, "Bob was late.", True)]


def test_a_version_from_the_future_is_a_conflict(cycle: Cycle, alice: Membership) -> None:
    with pytest.raises(EditConflict):
        save(read_cell(cycle), alice, based_on=7, opportunities="From tomorrow.")

    assert (read_cell(cycle).version, read_cell(cycle).opportunities) == (0, "")
    assert history(cycle) == [(7, "From tomorrow.", True)]
    assert read_cycle(cycle).status == Status.NOT_STARTED


def test_a_reflection_conflicts_as_a_cell_does(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    save(read_reflection(cycle, "missed"), alice, text="Substitutes.")

    with pytest.raises(EditConflict) as conflict:
        save(read_reflection(cycle, "missed"), bob, based_on=0, text="New teachers.")

    assert conflict.value.current.content == {"text": "Substitutes.", "answer": {}}
    assert history(cycle) == [(1, "Substitutes.", False), (0, "New teachers.", True)]


@pytest.mark.parametrize(
    ("role", "writes"),
    [
        (Role.PRINCIPAL, True),
        (Role.TEAM_MEMBER, True),
        (Role.VIEWER, False),
        (Role.SPECIALIST, False),
        (Role.DISTRICT_ADMIN, False),
    ],
)
def test_the_school_s_own_people_write_and_nobody_else(
    cycle: Cycle, district: District, school: School, role: Role, writes: bool
) -> None:
    schools = () if role in (Role.SPECIALIST, Role.DISTRICT_ADMIN) else (school,)
    person = seat(district, role, *schools)

    assert may_write(cycle, person) == writes
    assert read_cell(cycle).version == int(writes)


def test_the_school_next_door_and_the_next_district_write_nothing(
    cycle: Cycle, district: District, school: School
) -> None:
    elsewhere = make_district("Millbrook")
    strangers = [
        seat(district, Role.PRINCIPAL, make_school(district, "Jefferson")),
        seat(district, Role.TEAM_MEMBER, make_school(district, "Garfield")),
        seat(district, Role.PRINCIPAL),
        seat(elsewhere, Role.PRINCIPAL, make_school(elsewhere, "Lincoln")),
        seat(elsewhere, Role.DISTRICT_ADMIN),
    ]

    assert [may_write(cycle, stranger) for stranger in strangers] == [False] * len(strangers)
    assert history(cycle) == []


def test_a_save_costs_the_same_few_statements(
    cycle: Cycle, alice: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    save(read_cell(cycle), alice, opportunities="We meet.")
    cell = read_cell(cycle)

    with district_scope(cycle.district_id), django_assert_num_queries(A_SAVE_S_STATEMENTS):
        answers.save_cell(
            cell, by=alice, version=1, answer={"opportunities": "We meet every week."}
        )


def may_write(cycle: Cycle, person: Membership) -> bool:
    try:
        save(read_cell(cycle), person, opportunities="We meet every week.")
    except PermissionDenied:
        return False
    return True
