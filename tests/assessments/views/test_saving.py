"""Saving words: as the script does while they are typed, and as a plain form does."""

from typing import Any

import pytest

from assessments.models import Campaign, Cycle
from schools.models import District, Membership, Role, School
from tests.assessments.views.browsing import (
    CELL,
    Browser,
    doubled_ids,
    in_form,
    section_form,
    words_of,
)
from tests.assessments.writing import history, marks, read_cell, read_cycle, read_reflection
from tests.factories import cycle_of, make_campaign, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

TEAM = {"context": "team", "content_area": "beliefs"}


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


@pytest.fixture
def viewer(district: District, school: School) -> Membership:
    """Reads at the school."""
    return seat(district, Role.VIEWER, school)


def save(browser: Browser, cycle: Cycle, /, version: Any = 0, **fields: Any) -> Any:
    """As the script does while someone types."""
    sent = in_form(CELL, version, **fields)
    return browser.post("cell", sent, htmx=True, cycle_id=cycle.pk, **TEAM)


def save_page(browser: Browser, cycle: Cycle, /, **fields: Any) -> Any:
    """As the button does where there are no scripts."""
    sent = section_form(**fields)
    return browser.post("section", sent, cycle_id=cycle.pk, context="team")


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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a" * 20_001, "This text has 20001 characters; at most 20000 can be kept."),
        ("a\0b", "Null characters are not allowed."),
        ("a\x07b", "This text holds invisible control characters."),
    ],
    ids=["20,001 characters", "NUL", "a bell"],
)
def test_a_text_that_cannot_be_kept_is_refused_with_a_reason(
    browser: Browser, cycle: Cycle, text: str, said: str
) -> None:
    typing, page = (
        save(browser, cycle, opportunities=text),
        save_page(browser, cycle, opportunities=text),
    )

    assert (typing.status_code, page.status_code) == (422, 422)
    assert said in words_of(typing)
    assert said in words_of(page)
    assert read_cell(cycle).version == 0


def test_a_text_that_is_refused_still_stands_in_the_form(browser: Browser, cycle: Cycle) -> None:
    text = "Too long. " * 2_001

    answer = save_page(browser, cycle, opportunities=text)

    assert typed(answer).strip() == text.strip()
    assert doubled_ids(answer) == []


def test_the_longest_text_that_can_be_kept_is_kept_whole(browser: Browser, cycle: Cycle) -> None:
    text = "ñ" * 20_000

    answer = save(browser, cycle, opportunities=text)

    assert (answer.status_code, read_cell(cycle).opportunities == text) == (200, True)


@pytest.mark.parametrize("level", ["5", "-1", "two", "2.5", "\0", "9" * 5_000])
def test_a_level_that_there_is_not_is_refused(browser: Browser, cycle: Cycle, level: str) -> None:
    answer = save(browser, cycle, opportunity_level=level)

    assert (answer.status_code, read_cell(cycle).version) == (422, 0)


@pytest.mark.parametrize("version", ["", "-1", "one", "1.5", str(2**31), "9" * 5_000])
def test_a_version_that_cannot_be_is_refused(browser: Browser, cycle: Cycle, version: str) -> None:
    answer = save(browser, cycle, version, opportunities="Based on what?")

    assert (answer.status_code, read_cell(cycle).version) == (422, 0)


@pytest.mark.parametrize(
    "place",
    [
        "cells/team/feelings/",
        "cells/class/beliefs/",
        "cells/whole_school/beliefs/",
        "cells/team/beliefs/more/",
        "reflections/ranking/",
        "class/",
    ],
)
def test_what_is_not_in_the_tool_is_not_there(browser: Browser, cycle: Cycle, place: str) -> None:
    address = browser.address("cycle", cycle_id=cycle.pk) + place

    assert browser.client.post(address).status_code == 404


@pytest.mark.parametrize("cycle_id", ["broken", "1", "%00", "0" * 36, "01920000-0000-7000-8000"])
def test_a_cycle_with_a_broken_id_is_not_there(browser: Browser, cycle_id: str) -> None:
    answer = browser.client.get(f"/d/{browser.slug}/cycles/{cycle_id}/")

    assert answer.status_code == 404


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


def test_a_choice_that_there_is_not_is_refused(browser: Browser, cycle: Cycle) -> None:
    sent = in_form("balance", text="Teams.", most_effort="everyone")

    answer = browser.post("reflection", sent, htmx=True, cycle_id=cycle.pk, question="balance")

    assert (answer.status_code, read_reflection(cycle, "balance").version) == (422, 0)


def test_who_reads_cannot_save(viewer: Membership, cycle: Cycle) -> None:
    browser = Browser(viewer)

    statuses = [
        save(browser, cycle, opportunities="Me too").status_code,
        save_page(browser, cycle, opportunities="Me too").status_code,
    ]

    assert (statuses, read_cell(cycle).version) == ([403, 403], 0)


def test_a_submitted_cycle_refuses_words_and_says_why(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, by=alice)

    answer = save(browser, cycle, 1, opportunities="One thing more")

    assert answer.status_code == 422
    assert "This cycle has been submitted. Reopen it to change its words." in words_of(answer)
    assert read_cell(cycle).opportunities == f"Now: {CELL}"


def test_a_page_of_a_submitted_cycle_refuses_words_says_why_and_shows_them_again(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, by=alice)

    answer = save_page(browser, cycle, version=1, opportunities="One thing more")

    assert answer.status_code == 422
    assert "This cycle has been submitted. Reopen it to change its words." in words_of(answer)
    assert typed(answer) == "One thing more"


def test_a_closed_campaign_refuses_words_and_keeps_them_in_the_history(
    browser: Browser, school: School, district: District
) -> None:
    cycle = _in_closed_campaign(district, school)

    answer = save(browser, cycle, opportunities="A minute too late")

    assert answer.status_code == 422
    assert "This campaign is closed." in words_of(answer)
    assert history(cycle) == [(0, "A minute too late", True)]


def _in_closed_campaign(district: District, school: School) -> Cycle:
    year = district.this_school_year - 1
    last_day = district.first_day_of(year)
    campaign: Campaign = make_campaign(
        district, year, opens_on=last_day, due_on=last_day, closes_on=last_day
    )
    return cycle_of(school, campaign)


def typed(answer: Any) -> str:
    """What stands in the first text of the form."""
    _before, _, rest = answer.text.partition(f'name="{CELL}-opportunities"')
    text: str = rest.partition(">")[2].partition("</textarea>")[0]
    return text.removeprefix("\n")
