"""Words that cannot be kept: each is refused with a reason, and none is lost."""

import pytest

from assessments.models import Campaign, Cycle
from schools.models import District, Membership, Role, School
from tests.assessments.views.browsing import (
    CELL,
    Browser,
    doubled_ids,
    in_form,
    save,
    save_page,
    typed,
    words_of,
)
from tests.assessments.writing import history, read_cell, read_reflection
from tests.factories import cycle_of, make_campaign, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def viewer(district: District, school: School) -> Membership:
    """Reads at the school."""
    return seat(district, Role.VIEWER, school)


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


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


def test_a_page_that_could_not_be_saved_whole_says_first_which_field_it_was(
    browser: Browser, cycle: Cycle
) -> None:
    answer = save_page(browser, cycle, minority_view="x" * 1_001)

    above, _, _fields = answer.text.partition('class="answer"')
    assert f'<a href="#id_{CELL}-minority_view">Beliefs: A minority view</a>' in above


def test_what_is_refused_while_one_types_names_its_field(browser: Browser, cycle: Cycle) -> None:
    answer = save(browser, cycle, improvements="a\x07b")

    assert f'<a href="#id_{CELL}-improvements">What could improve</a>: This text' in answer.text


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
