"""Two wrote at once: what each choice does, for the script and for a plain form."""

import json
from html import unescape
from typing import Any

import pytest

from assessments import meetings
from assessments.models import Cycle
from schools.models import Membership
from schools.tenancy import district_scope
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
from tests.assessments.writing import history, read_cell
from tests.assessments.writing import save as write

pytestmark = pytest.mark.django_db(transaction=True)

THEIRS, MINE = "Shared. Alice: monthly.", "Shared. Bob: weekly."
TOGETHER = "Shared. Alice: monthly. Bob: weekly."


@pytest.fixture
def browser(cycle: Cycle, alice: Membership, bob: Membership) -> Browser:
    """Bob's; Alice was first."""
    write(read_cell(cycle), alice, opportunities=THEIRS)
    return Browser(bob)


def fields_of(answer: Any) -> dict[str, Any]:
    """What the script is told to put into the fields."""
    _before, _, rest = answer.text.partition('data-fields="')
    fields: dict[str, Any] = json.loads(unescape(rest.partition('"')[0]))
    return fields


def test_who_was_late_is_asked_and_both_texts_are_marked(browser: Browser, cycle: Cycle) -> None:
    answer = save(browser, cycle, opportunities=MINE)

    assert answer.status_code == 409
    assert ">Alice: monthly</del>" in answer.text or ">Alice: monthly.</del>" in answer.text
    assert ">Bob: weekly</ins>" in answer.text or ">Bob: weekly.</ins>" in answer.text
    assert [f'value="{choice}"' in answer.text for choice in ("mine", "theirs", "together")] == [
        *(True, True, True)
    ]
    assert f'name="{CELL}-version" value="1"' in answer.text
    assert history(cycle) == [(1, THEIRS, False), (0, MINE, True)]


@pytest.mark.parametrize("wording", ["Bob: weekly, or so.", MINE])
def test_to_keep_theirs_puts_it_into_the_fields_and_mine_into_the_history(
    browser: Browser, cycle: Cycle, wording: str
) -> None:
    answer = save(browser, cycle, 1, opportunities=wording, choice="theirs")

    assert (answer.status_code, fields_of(answer)[f"{CELL}-opportunities"]) == (200, THEIRS)
    assert (read_cell(cycle).version, read_cell(cycle).opportunities) == (1, THEIRS)
    assert history(cycle) == [(1, THEIRS, False), (1, wording, True)]


def test_to_keep_mine_saves_it(browser: Browser, cycle: Cycle) -> None:
    answer = save(browser, cycle, 1, opportunities=MINE, choice="mine")

    assert (answer.status_code, read_cell(cycle).opportunities) == (200, MINE)
    assert history(cycle) == [(1, THEIRS, False), (2, MINE, False)]


def test_to_edit_both_together_saves_nothing_yet(browser: Browser, cycle: Cycle) -> None:
    answer = save(browser, cycle, 1, opportunities=MINE, choice="together")

    assert (answer.status_code, fields_of(answer)) == (409, {f"{CELL}-opportunities": TOGETHER})
    assert "Both texts are in the field now, theirs first." in words_of(answer)
    assert (read_cell(cycle).version, read_cell(cycle).opportunities) == (1, THEIRS)
    assert history(cycle) == [(1, THEIRS, False), (1, MINE, True)]


def test_a_plain_form_holds_both_together(browser: Browser, cycle: Cycle) -> None:
    answer = save_page(browser, cycle, version=1, opportunities=MINE, choice="together")

    assert (answer.status_code, typed(answer)) == (409, TOGETHER)
    assert read_cell(cycle).opportunities == THEIRS


def test_a_plain_form_leads_back_to_theirs(browser: Browser, cycle: Cycle) -> None:
    sent = section_form(version=1, opportunities=MINE, choice="theirs")

    answer = browser.post("section", sent, cycle_id=cycle.pk, context="team")

    page = browser.get("section", cycle_id=cycle.pk, context="team")
    assert (answer.status_code, typed(page)) == (302, THEIRS)
    assert (1, MINE, True) in history(cycle)


def test_words_that_cannot_be_kept_do_not_vanish_by_a_choice(
    browser: Browser, cycle: Cycle
) -> None:
    answer = save(browser, cycle, 1, opportunities="x" * 20_001, choice="theirs")

    assert (answer.status_code, "data-fields" in answer.text) == (422, False)
    assert read_cell(cycle).opportunities == THEIRS


def test_someone_who_saves_meanwhile_is_not_overwritten_by_keeping_mine(
    browser: Browser, cycle: Cycle, alice: Membership
) -> None:
    write(read_cell(cycle), alice, opportunities="And once more, at length.")

    answer = save(browser, cycle, 1, opportunities=MINE, choice="mine")

    assert (answer.status_code, read_cell(cycle).opportunities) == (
        *(409, "And once more, at length."),
    )
    assert (1, MINE, True) in history(cycle)


@pytest.mark.parametrize(
    ("choice", "status", "stored"),
    [("theirs", 302, THEIRS), ("mine", 302, MINE), ("together", 409, THEIRS)],
)
def test_the_meeting_s_screen_asks_the_same_without_scripts(
    browser: Browser, cycle: Cycle, bob: Membership, choice: str, status: int, stored: str
) -> None:
    with district_scope(cycle.district_id):
        meetings.show_cell(meetings.start_meeting(cycle, by=bob), by=bob, code=CELL)
    place = {"context": "team", "content_area": "beliefs"}
    sent = in_form(CELL, 1, opportunities=MINE, choice=choice)

    answer = browser.post("meeting_cell", sent, cycle_id=cycle.pk, **place)

    assert (answer.status_code, read_cell(cycle).opportunities) == (status, stored)
