"""A meeting's pages: a button saves what was typed and moves on; a refusal says so and keeps it."""

from typing import Any

import pytest
import time_machine

from assessments import meetings
from assessments.models import Cycle, Meeting
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.views.browsing import CELL, Browser, in_form, typed, words_of
from tests.assessments.writing import history, read_cell
from tests.factories import submitted

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = {"context": "team", "content_area": "beliefs"}


@pytest.fixture
def meeting(cycle: Cycle, alice: Membership) -> Meeting:
    """Alice leads it; the team's beliefs are on the screen."""
    with district_scope(cycle.district_id):
        started = meetings.start_meeting(cycle, by=alice)
        return meetings.show_cell(started, by=alice, code=CELL)


def press(cycle: Cycle, who: Membership, **sent: Any) -> Any:
    """What the screen answers to a button of its form."""
    return Browser(who).post("meeting_cell", sent, cycle_id=cycle.pk, **PLACE)


def note(cycle: Cycle, who: Membership, text: str, version: Any = 0, **how: Any) -> Any:
    """What is answered to a note on the cell."""
    sent = {"text": text, "version": version}
    return Browser(who).post("cell_note", sent, cycle_id=cycle.pk, **PLACE, **how)


def test_a_reveal_without_answers_says_so_and_keeps_what_was_typed(
    cycle: Cycle, meeting: Meeting, alice: Membership
) -> None:
    answer = press(cycle, alice, reveal="1", **in_form(CELL, opportunities="We begin."))

    assert answer.status_code == 422
    assert "Nobody has written anything on this cell yet" in words_of(answer)
    assert (typed(answer), read_cell(cycle).opportunities) == ("We begin.", "We begin.")


def test_the_screen_says_how_many_of_the_team_a_reveal_would_show(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    note(cycle, bob, "Words.")

    said = words_of(Browser(alice).get("meeting_cell", cycle_id=cycle.pk, **PLACE))

    assert "1 of 2 on your team has written." in said
    assert "only what is written." in said


def test_a_submitted_cycle_is_not_met_over_and_the_page_says_so(
    cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    answer = Browser(alice).post("meeting", {}, cycle_id=cycle.pk)

    assert answer.status_code == 422
    assert "so there is nothing to meet over" in words_of(answer)


def test_the_next_cell_is_shown_when_what_was_typed_is_saved(
    cycle: Cycle, meeting: Meeting, alice: Membership
) -> None:
    answer = press(cycle, alice, show="team.practices", **in_form(CELL, opportunities="Weekly."))

    assert answer.url.endswith("/meeting/team/practices/")
    assert read_cell(cycle).opportunities == "Weekly."


@pytest.mark.parametrize("field", ["opportunities", "minority_view"])
@pytest.mark.parametrize("text", ["x" * 20_001, "a\x07b"], ids=["too long", "a bell"])
def test_the_cell_is_not_left_while_its_words_are_refused(
    field: str, text: str, cycle: Cycle, meeting: Meeting, alice: Membership
) -> None:
    answer = press(cycle, alice, show="team.practices", **in_form(CELL, **{field: text}))

    assert answer.status_code == 422
    assert text in answer.text
    with district_scope(cycle.district_id):
        meeting.refresh_from_db()
    assert meeting.at == CELL


def test_the_cell_is_not_left_while_two_texts_differ(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    press(cycle, bob, **in_form(CELL, opportunities="Bob: weekly."))

    answer = press(cycle, alice, show="team.practices", **in_form(CELL, opportunities="Monthly."))

    assert answer.status_code == 409
    assert "Bob: weekly." in words_of(answer)
    assert (typed(answer), read_cell(cycle).opportunities) == ("Monthly.", "Bob: weekly.")


def test_what_was_typed_when_the_meeting_ended_is_kept(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    with district_scope(cycle.district_id):
        meetings.end_meeting(meeting, by=bob)

    press(cycle, alice, show="team.practices", **in_form(CELL, opportunities="Weekly."))

    assert read_cell(cycle).opportunities == "Weekly."


@pytest.mark.parametrize("show", ["team.nowhere", "", "balance"])
def test_only_a_cell_can_be_shown(
    show: str, cycle: Cycle, meeting: Meeting, alice: Membership
) -> None:
    answer = press(cycle, alice, show=show)

    assert (answer.status_code, "There is no such cell." in words_of(answer)) == (422, True)


def test_nobody_else_learns_who_wrote_what(
    cycle: Cycle, meeting: Meeting, alice: Membership, bob: Membership
) -> None:
    note(cycle, bob, "Between you and me.")

    pages = [
        Browser(alice).get("meeting_cell", cycle_id=cycle.pk, **PLACE),
        Browser(alice).get("meeting_mine", cycle_id=cycle.pk),
        Browser(alice).get("section", cycle_id=cycle.pk, context="team"),
    ]

    assert "Bob" in words_of(pages[0])
    assert not any("Between you and me." in page.text for page in pages)


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 5_001, "This text has 5001 characters; at most 5000 can be kept."),
        ("a\x07b", "This text holds invisible control characters."),
        ("a\0b", "Null characters are not allowed."),
    ],
    ids=["too long", "a bell", "NUL"],
)
def test_a_note_that_cannot_be_kept_says_why(
    htmx: bool, text: str, said: str, cycle: Cycle, bob: Membership
) -> None:
    answer = note(cycle, bob, text, htmx=htmx)

    assert answer.status_code == 422
    assert said in words_of(answer)
    # The script leaves the field alone; a page of its own brings the text back.
    assert htmx or f"\n{text}</textarea>".replace("\0", "") in answer.text.replace("\0", "")


@pytest.mark.parametrize("version", [-1, "one", 2**31, ""])
def test_a_note_of_a_version_that_cannot_be_is_refused(
    version: Any, cycle: Cycle, bob: Membership
) -> None:
    assert note(cycle, bob, "Words.", version).status_code == 422


def test_a_note_written_in_another_tab_shows_both_texts(cycle: Cycle, bob: Membership) -> None:
    note(cycle, bob, "In one tab.")

    answer = note(cycle, bob, "In the other.")

    assert answer.status_code == 409
    assert "In one tab." in words_of(answer)
    assert "\nIn the other.</textarea>" in answer.text


def test_the_page_offers_a_note_as_long_as_it_is_taken(
    cycle: Cycle, alice: Membership, bob: Membership
) -> None:
    note(cycle, bob, "Mine.")
    section = {"cycle_id": cycle.pk, "context": "team"}
    submitted(cycle, alice)

    handed_in = Browser(bob).get("section", **section).text
    changed = note(cycle, bob, "Mine, changed.", version=1)
    with time_machine.travel(cycle.closes_at):
        closed = Browser(bob).get("section", **section).text
        late = note(cycle, bob, "Too late.", version=2)

    assert [f'id="note-{CELL}"' in page for page in (handed_in, closed)] == [True, False]
    assert "Mine, changed." in closed
    assert (changed.status_code, late.status_code) == (302, 422)
    assert "Too late.</textarea>" in late.text


def test_a_note_that_was_typed_in_time_may_come_late(cycle: Cycle, bob: Membership) -> None:
    moment = round(cycle.closes_at.timestamp() * 1000) - 1

    with time_machine.travel(cycle.closes_at):
        browser = Browser(bob)
        answer = browser.client.post(
            browser.address("cell_note", cycle_id=cycle.pk, **PLACE),
            {"text": "In time.", "version": 0},
            headers={"HX-Request": "true", "X-Typed-At": str(moment)},
        )

    assert answer.status_code == 200


def test_a_minority_view_is_part_of_the_answer_and_its_history(
    cycle: Cycle, alice: Membership
) -> None:
    press(cycle, alice, **in_form(CELL, opportunities="Weekly.", minority_view="Not all of us."))

    assert read_cell(cycle).minority_view == "Not all of us."
    assert len(history(cycle, CELL)) == 1
