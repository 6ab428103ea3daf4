"""Saving words: as the script does while they are typed, and as a plain form does."""

from typing import Any

import pytest

from assessments.models import Cycle
from schools.models import Membership
from tests.assessments.views.browsing import (
    CELL,
    Browser,
    in_form,
    save,
    save_page,
    section_form,
    typed,
    words_of,
)
from tests.assessments.writing import history, marks, read_cell, read_cycle, read_reflection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


def test_what_is_typed_is_saved(browser: Browser, cycle: Cycle) -> None:
    answer = save(browser, cycle, opportunities="We meet on Tuesdays.", opportunity_level="3")

    cell = read_cell(cycle)
    assert answer.status_code == 200
    assert (cell.opportunities, cell.opportunity_level) == ("We meet on Tuesdays.", 3)
    assert (cell.version, read_cycle(cycle).status) == (1, "in_progress")


def test_the_answer_to_a_save_is_a_fragment_with_the_next_version(
    browser: Browser, cycle: Cycle
) -> None:
    answer = save(browser, cycle, opportunities="We meet on Tuesdays.")

    assert "<html" not in answer.text
    assert f'name="{CELL}-version" value="1"' in answer.text
    assert 'id="stepper"' in answer.text
    assert "1 of 3" in words_of(answer)


def test_a_page_without_scripts_saves_and_leads_back(browser: Browser, cycle: Cycle) -> None:
    answer = save_page(browser, cycle, opportunities="We meet on Tuesdays.")

    address = browser.address("section", cycle_id=cycle.pk, context="team")
    assert (answer.status_code, answer["Location"]) == (302, address)
    assert read_cell(cycle).opportunities == "We meet on Tuesdays."


def test_a_page_that_is_sent_as_it_is_changes_nothing(browser: Browser, cycle: Cycle) -> None:
    before = marks(cycle)

    save_page(browser, cycle)

    cycle = read_cycle(cycle)
    assert (cycle.status, marks(cycle), history(cycle)) == ("not_started", before, [])


def test_what_is_not_sent_is_not_touched(browser: Browser, cycle: Cycle) -> None:
    save(browser, cycle, opportunities="Now", improvements="Next", opportunity_level="2")

    save(browser, cycle, 1, improvements="Next, but better")

    cell = read_cell(cycle)
    assert (cell.opportunities, cell.improvements, cell.opportunity_level) == (
        "Now",
        "Next, but better",
        2,
    )


def test_none_yet_is_one_click(browser: Browser, cycle: Cycle) -> None:
    answer = save(browser, cycle, opportunity_level="0")

    assert (answer.status_code, read_cell(cycle).is_answered) == (200, True)


def test_a_save_that_comes_too_late_shows_both_texts(
    browser: Browser, bob: Membership, cycle: Cycle
) -> None:
    save(Browser(bob), cycle, opportunities="Bob was faster.")

    answer = save(browser, cycle, opportunities="Alice was slower.")

    words = words_of(answer)
    assert answer.status_code == 409
    assert "Bob saved this while you were writing." in words
    assert words.index("Bob was faster.") < words.index("Alice was slower.")
    assert f'name="{CELL}-version" value="1"' in answer.text
    assert read_cell(cycle).opportunities == "Bob was faster."
    assert history(cycle) == [(1, "Bob was faster.", False), (0, "Alice was slower.", True)]


def test_a_page_without_scripts_that_comes_too_late_shows_both_texts_and_keeps_the_form(
    browser: Browser, bob: Membership, cycle: Cycle
) -> None:
    save(Browser(bob), cycle, opportunities="Bob was faster.")

    answer = save_page(browser, cycle, opportunities="Alice was slower.")

    assert answer.status_code == 409
    assert "Bob was faster." in words_of(answer)
    assert typed(answer) == "Alice was slower."
    assert f'name="{CELL}-version" value="1"' in answer.text


def test_after_both_were_seen_the_later_text_can_be_put_over_the_other(
    browser: Browser, bob: Membership, cycle: Cycle
) -> None:
    save(Browser(bob), cycle, opportunities="Bob was faster.")
    save(browser, cycle, opportunities="Alice was slower.")

    answer = save(browser, cycle, 1, opportunities="Alice was slower.")

    assert (answer.status_code, read_cell(cycle).opportunities) == (200, "Alice was slower.")


def test_one_cell_that_came_too_late_does_not_hold_up_the_others(
    browser: Browser, bob: Membership, cycle: Cycle
) -> None:
    save(Browser(bob), cycle, opportunities="Bob was faster.")
    sent = section_form(opportunities="Alice was slower.")
    sent |= in_form("team.systems", opportunities="Nobody else was here.")

    browser.post("section", sent, cycle_id=cycle.pk, context="team")

    kept = [read_cell(cycle, code).opportunities for code in (CELL, "team.systems")]
    assert kept == ["Bob was faster.", "Nobody else was here."]


def test_a_reflection_is_saved_with_its_choices(browser: Browser, cycle: Cycle) -> None:
    sent = in_form("balance", text="Teams.", most_effort="team", most_in_need="individual")

    answer = browser.post("reflection", sent, htmx=True, cycle_id=cycle.pk, question="balance")

    reflection = read_reflection(cycle, "balance")
    assert answer.status_code == 200
    assert (reflection.text, reflection.answer, reflection.is_answered) == (
        "Teams.",
        {"most_effort": "team", "most_in_need": "individual"},
        True,
    )


def test_part_2_without_scripts_saves_every_question(browser: Browser, cycle: Cycle) -> None:
    questions = ("balance", "attention", "connection", "missed", "conditions", "focus")
    sent: dict[str, Any] = {}
    for question in questions:
        sent |= in_form(question, text=f"About {question}")

    answer = browser.post("part_2", sent, cycle_id=cycle.pk)

    kept = [read_reflection(cycle, question).text for question in questions]
    assert (answer.status_code, kept) == (302, [f"About {question}" for question in questions])
