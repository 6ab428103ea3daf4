"""A meeting and its members' own notes: who takes part, what is revealed, what is never lost."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from assessments import meetings
from assessments.models import Cycle, Meeting, Revision
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.noting import CODE, read_by, write
from tests.factories import make_school, make_user, seat, submitted
from tests.racing import what_becomes_of_the_second

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def carol(district: District, school: School) -> Membership:
    """Another team member of the school."""
    return seat(district, Role.TEAM_MEMBER, school, user=make_user("Carol"))


@pytest.fixture
def meeting(cycle: Cycle, alice: Membership) -> Meeting:
    return start(cycle, alice)


def start(cycle: Cycle, by: Membership) -> Meeting:
    with district_scope(cycle.district_id):
        return meetings.start_meeting(cycle, by=by)


def reveal(cycle: Cycle, by: Membership) -> int:
    with district_scope(cycle.district_id):
        return meetings.reveal(cycle, CODE, by=by)


def outsiders(district: District, school: School) -> list[Membership]:
    """Everyone of the district who does not write in the school's cycle."""
    return [
        seat(district, Role.DISTRICT_ADMIN),
        seat(district, Role.SPECIALIST),
        seat(district, Role.VIEWER),
        seat(district, Role.VIEWER, school),
        seat(district, Role.PRINCIPAL, make_school(district)),
        seat(district, Role.TEAM_MEMBER, make_school(district)),
    ]


def test_a_note_is_its_author_s_alone_until_it_is_revealed(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership, carol: Membership
) -> None:
    write(cycle, bob, "Bob's words.")
    write(cycle, carol, "Carol's words.")
    assert [read_by(who) for who in (alice, bob, carol)] == [
        set(),
        {"Bob's words."},
        {"Carol's words."},
    ]

    assert reveal(cycle, alice) == 2

    both = {"Bob's words.", "Carol's words."}
    assert [read_by(who) for who in (alice, bob, carol)] == [both, both, both]


def test_nobody_outside_the_team_ever_reads_a_note(
    district: District,
    school: School,
    cycle: Cycle,
    meeting: Meeting,
    alice: Membership,
    bob: Membership,
) -> None:
    write(cycle, bob, "Bob's words.")
    strangers = outsiders(district, school)
    assert [read_by(who) for who in strangers] == [set()] * len(strangers)

    reveal(cycle, alice)

    assert [read_by(who) for who in strangers] == [set()] * len(strangers)


def test_who_does_not_write_in_the_cycle_takes_no_part(
    district: District, school: School, cycle: Cycle, meeting: Meeting, bob: Membership
) -> None:
    write(cycle, bob, "Bob's words.")

    for who in outsiders(district, school):
        with district_scope(district.pk):
            for refused in (
                lambda who=who: meetings.start_meeting(cycle, by=who),
                lambda who=who: meetings.show_cell(meeting, by=who, code=CODE),
                lambda who=who: meetings.end_meeting(meeting, by=who),
                lambda who=who: meetings.write_note(cycle, CODE, by=who, text="x", version=0),
                lambda who=who: meetings.reveal(cycle, CODE, by=who),
                lambda who=who: meetings.who_has_written(cycle, CODE, by=who),
                lambda who=who: meetings.size_of_team(cycle, by=who),
            ):
                with pytest.raises(PermissionDenied):
                    refused()


def test_a_reveal_without_answers_is_refused(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    note = write(cycle, bob, "Begun.")
    write(cycle, bob, "", version=note.version)

    with pytest.raises(ValidationError) as refusal:
        reveal(cycle, alice)

    assert refusal.value.code == "nothing_to_reveal"


def test_the_chair_s_own_words_alone_are_no_reveal(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    write(cycle, alice, "Alice's words.")

    with pytest.raises(ValidationError) as refusal:
        reveal(cycle, alice)

    assert (refusal.value.code, read_by(bob)) == ("nothing_to_reveal", set())


def test_the_team_is_whoever_writes_in_the_cycle(
    district: District, school: School, cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    outsiders(district, school)
    seat(district, Role.TEAM_MEMBER, school, user=make_user("Gone", is_active=False))

    with district_scope(district.pk):
        assert meetings.size_of_team(cycle, by=alice) == 2


def test_notes_are_revealed_in_a_meeting_only(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    write(cycle, bob, "Bob's words.")

    with pytest.raises(ValidationError) as refusal:
        reveal(cycle, alice)

    assert (refusal.value.code, read_by(alice)) == ("no_meeting", set())


def test_revealing_twice_changes_nothing(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    write(cycle, bob, "Bob's words.")

    assert [reveal(cycle, alice), reveal(cycle, alice)] == [1, 0]


def test_only_the_chair_reveals(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    write(cycle, alice, "Alice's words.")

    with pytest.raises(ValidationError) as refusal:
        reveal(cycle, bob)

    assert (refusal.value.code, read_by(bob)) == ("not_the_chair", set())


def test_nothing_is_revealed_after_the_cycle_has_closed(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    write(cycle, bob, "Bob's words.")

    with time_machine.travel(cycle.closes_at), pytest.raises(ValidationError) as refusal:
        reveal(cycle, alice)

    assert (refusal.value.code, read_by(alice)) == ("no_meeting", set())


def test_what_is_written_after_the_reveal_joins_at_the_next_one(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership, carol: Membership
) -> None:
    write(cycle, bob, "Bob's words.")
    reveal(cycle, alice)
    write(cycle, carol, "Carol's words.")
    assert read_by(alice) == {"Bob's words."}

    assert reveal(cycle, alice) == 1

    assert read_by(alice) == {"Bob's words.", "Carol's words."}


def test_who_has_written_is_told_without_a_word_of_it(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership, carol: Membership
) -> None:
    write(cycle, carol, "Carol's words.")
    reveal(cycle, alice)
    write(cycle, bob, "Bob's words.")

    with district_scope(cycle.district_id):
        told = meetings.who_has_written(cycle, CODE, by=alice)

    assert told == [("Bob", False), ("Carol", True)]


def test_a_note_leaves_no_trace_in_the_record(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    write(cycle, bob, "Canary.")
    reveal(cycle, alice)

    done = submitted(cycle, alice)

    with district_scope(cycle.district_id):
        contents = [item.content for item in done.submissions.all()]
        revisions = [item.content for item in Revision.objects.filter(cycle=cycle)]
    assert "Canary" not in f"{contents} {revisions}"


def test_starting_twice_is_one_meeting(cycle: Cycle, alice: Membership, bob: Membership) -> None:
    first, second = start(cycle, alice), start(cycle, bob)

    assert (first.pk, second.chair) == (second.pk, alice.user)


def test_a_meeting_begins_where_nothing_is_answered(meeting: Meeting) -> None:
    assert meeting.at == "individual.beliefs"


def test_a_forgotten_meeting_ends_when_the_next_one_starts(cycle: Cycle, alice: Membership) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=25), tick=False):
        forgotten = start(cycle, alice)

    following = start(cycle, alice)

    with district_scope(cycle.district_id):
        forgotten.refresh_from_db()
    assert (following.pk != forgotten.pk, forgotten.ended_at is not None) == (True, True)


def test_a_submitted_cycle_is_not_met_over(cycle: Cycle, alice: Membership) -> None:
    submitted(cycle, alice)

    with pytest.raises(ValidationError) as refusal:
        start(cycle, alice)

    assert refusal.value.code == "cycle_not_editable"


def test_any_writer_leads_and_only_to_a_cell(
    cycle: Cycle, meeting: Meeting, bob: Membership
) -> None:
    with district_scope(cycle.district_id):
        assert meetings.show_cell(meeting, by=bob, code=CODE).at == CODE
        with pytest.raises(ValidationError):
            meetings.show_cell(meeting, by=bob, code="balance")


def test_an_ended_meeting_shows_nothing_more(
    cycle: Cycle, meeting: Meeting, alice: Membership
) -> None:
    with district_scope(cycle.district_id):
        meetings.end_meeting(meeting, by=alice)
        meetings.end_meeting(meeting, by=alice)

        assert meetings.show_cell(meeting, by=alice, code=CODE).at == "individual.beliefs"


def test_of_two_who_start_at_once_the_second_joins_the_first(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    outcome = what_becomes_of_the_second(
        cycle.district_id,
        lambda: meetings.start_meeting(cycle, by=alice),
        lambda: start(cycle, bob),
    )

    assert (type(outcome), outcome.chair) == (Meeting, alice.user)
