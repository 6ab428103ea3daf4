"""A person's own note: what is kept of it, until when, and that two tabs lose nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError

from assessments import meetings
from assessments.meetings import NoteConflict
from assessments.models import Cycle
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.noting import CODE, read_by, write
from tests.factories import submitted
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_of_one_person_lose_nothing(cycle: Cycle, bob: Membership) -> None:
    write(cycle, bob, "The first tab.")

    with pytest.raises(NoteConflict) as conflict:
        write(cycle, bob, "The second tab.", version=0)

    assert (conflict.value.current.text, conflict.value.refused) == (
        "The first tab.",
        "The second tab.",
    )
    assert read_by(bob) == {"The first tab."}
    assert write(cycle, bob, "Both.", version=conflict.value.current.version).version == 2


def test_a_version_from_the_future_is_stale_too(cycle: Cycle, bob: Membership) -> None:
    with pytest.raises(NoteConflict):
        write(cycle, bob, "Words.", version=7)


def test_writing_what_is_stored_changes_nothing(cycle: Cycle, bob: Membership) -> None:
    write(cycle, bob, "Words.")

    assert write(cycle, bob, "Words.", version=0).version == 1


@pytest.mark.parametrize("text", ["word " * 1_001, "a\x00b", "\ud800"])
def test_a_text_that_cannot_be_kept_whole_is_refused(
    cycle: Cycle, bob: Membership, text: str
) -> None:
    with pytest.raises(ValidationError):
        write(cycle, bob, text)

    assert read_by(bob) == set()


def test_a_note_has_a_place(cycle: Cycle, bob: Membership) -> None:
    assert write(cycle, bob, "On balance.", code="balance").code == "balance"
    with pytest.raises(ValidationError):
        write(cycle, bob, "Nowhere.", code="team.nowhere")


def test_a_note_is_written_while_the_cycle_is_submitted(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    assert write(submitted(cycle, alice), bob, "For the next time.").version == 1


def test_a_note_can_be_read_and_no_longer_written_when_the_campaign_is_closed(
    cycle: Cycle, bob: Membership
) -> None:
    write(cycle, bob, "In time.")

    with time_machine.travel(cycle.closes_at), pytest.raises(ValidationError) as refusal:
        write(cycle, bob, "Too late.", version=1)

    assert (refusal.value.code, read_by(bob)) == ("campaign_closed", {"In time."})


def test_a_note_that_was_typed_before_the_end_is_taken_after_it(
    cycle: Cycle, bob: Membership
) -> None:
    with time_machine.travel(cycle.closes_at), district_scope(cycle.district_id):
        typed_at = cycle.closes_at - timedelta(minutes=1)
        written = meetings.write_note(
            cycle, CODE, by=bob, text="Typed in time.", version=0, typed_at=typed_at
        )

    assert written.version == 1


def test_of_two_tabs_that_save_at_once_one_is_told(cycle: Cycle, bob: Membership) -> None:
    outcomes = all_at_once(
        lambda: write(cycle, bob, "The first tab."), lambda: write(cycle, bob, "The second tab.")
    )

    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["NoteConflict", "WorkingNote"]
