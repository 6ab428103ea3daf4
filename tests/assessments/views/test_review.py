"""The review: what is missing, handing in, and taking back."""

from datetime import timedelta
from typing import Any

import pytest

from assessments.commitments import make_commitment
from assessments.instrument import CELLS
from assessments.models import Cell, Cycle, Reopening, Submission
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, in_form, words_of
from tests.assessments.writing import read_cycle
from tests.factories import (
    answer_everything,
    cycle_of,
    make_campaign,
    make_user,
    seat,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


@pytest.fixture
def closed_cycle(district: District, school: School) -> Cycle:
    """Of a campaign whose last day is over."""
    year = district.this_school_year - 1
    day = district.first_day_of(year)
    campaign = make_campaign(district, year, opens_on=day, due_on=day, closes_on=day)
    return cycle_of(school, campaign)


def submissions_of(cycle: Cycle) -> int:
    with district_scope(cycle.district_id):
        return Submission.objects.filter(cycle=cycle).count()


def test_it_lists_what_is_missing_and_leads_there(browser: Browser, cycle: Cycle) -> None:
    page = browser.get("review", cycle_id=cycle.pk)

    section = browser.address("section", cycle_id=cycle.pk, context="whole_school")
    part_2 = browser.address("part_2", cycle_id=cycle.pk)
    assert f'href="{section}#whole_school.systems"' in page.text
    assert f'href="{part_2}#balance"' in page.text
    assert "Submit to the district" not in page.text


def test_it_says_of_each_answer_what_is_missing_and_leads_to_the_field(
    browser: Browser, cycle: Cycle
) -> None:
    sent = in_form("balance", text="Teams.", most_effort="team")
    browser.post("reflection", sent, htmx=True, cycle_id=cycle.pk, question="balance")

    page = browser.get("review", cycle_id=cycle.pk)

    section = browser.address("section", cycle_id=cycle.pk, context="team")
    part_2 = browser.address("part_2", cycle_id=cycle.pk)
    assert f'href="{section}#id_team.beliefs-opportunities"' in page.text
    assert f'href="{part_2}#id_balance-most_in_need-group"' in page.text
    assert f'href="{part_2}#id_balance-most_effort-group"' not in page.text
    assert f'href="{part_2}#id_balance-text"' not in page.text
    assert "disposition" not in page.text


def test_it_shows_what_the_school_will_do_and_offers_it_where_nothing_is_decided(
    district: District, browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    answer_everything(cycle, by=alice)
    with district_scope(cycle.district_id):
        cell = Cell.objects.get(cycle=cycle, context="team", content_area="beliefs")
        what: Any = {"what": "Meet weekly.", "who": "Ms. Ortiz", "due_on": district.today()}
        kept = make_commitment(cell, by=alice, **what)

    page = browser.get("review", cycle_id=cycle.pk)

    section = browser.address("section", cycle_id=cycle.pk, context="team")
    assert f'href="{section}#commitment-{kept.pk}"' in page.text
    assert "Meet weekly. Ms. Ortiz by" in words_of(page)
    assert words_of(page).count("We will do this") == len(CELLS) - 1


def test_a_whole_cycle_can_be_handed_in(browser: Browser, alice: Membership, cycle: Cycle) -> None:
    answer_everything(cycle, by=alice)

    page = browser.get("review", cycle_id=cycle.pk)
    answer = browser.post("submission", {"quoting": "named"}, cycle_id=cycle.pk)

    assert "Submit to the district" in page.text
    assert (answer.status_code, answer["Location"]) == (
        302,
        browser.address("review", cycle_id=cycle.pk),
    )
    assert read_cycle(cycle).status == "submitted"


def test_handing_in_twice_makes_one_submission(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    answer_everything(cycle, by=alice)

    answers = [
        browser.post("submission", {"quoting": "named"}, cycle_id=cycle.pk) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert submissions_of(cycle) == 1


def test_an_unfinished_cycle_cannot_be_handed_in(browser: Browser, cycle: Cycle) -> None:
    answer = browser.post("submission", {"quoting": "named"}, cycle_id=cycle.pk)

    assert answer.status_code == 422
    assert "Some answers are still missing." in words_of(answer)
    assert submissions_of(cycle) == 0


@pytest.mark.parametrize("quoting", ["", "sometimes", "\0"])
def test_whether_it_may_be_quoted_must_be_said(
    browser: Browser, alice: Membership, cycle: Cycle, quoting: str
) -> None:
    answer_everything(cycle, by=alice)

    answer = browser.post("submission", {"quoting": quoting}, cycle_id=cycle.pk)

    assert (answer.status_code, "field-error" in answer.text) == (422, True)
    assert submissions_of(cycle) == 0


def test_a_team_member_is_told_that_the_principal_submits(bob: Membership, cycle: Cycle) -> None:
    answer_everything(cycle, by=bob)

    page = Browser(bob).get("review", cycle_id=cycle.pk)

    assert "Your principal can submit it now." in words_of(page)
    assert "Submit to the district" not in page.text


def test_after_the_last_day_it_cannot_be_handed_in_and_the_page_says_so(
    browser: Browser, closed_cycle: Cycle
) -> None:
    answer = browser.post("submission", {"quoting": "named"}, cycle_id=closed_cycle.pk)

    assert answer.status_code == 422
    assert words_of(answer).count("This campaign is not open.") == 1


def test_a_whole_cycle_cannot_be_handed_in_after_the_last_day_and_the_page_says_so(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    answer_everything(cycle, by=alice)
    _close(cycle)

    answer = browser.post("submission", {"quoting": "named"}, cycle_id=cycle.pk)

    assert answer.status_code == 422
    assert words_of(answer).count("This campaign is not open.") == 1


def test_it_can_be_taken_back_with_a_reason(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, by=alice)

    answer = browser.post("reopenings", {"reason": "We forgot the team."}, cycle_id=cycle.pk)
    page = browser.get("review", cycle_id=cycle.pk)

    assert (answer.status_code, read_cycle(cycle).status) == (302, "in_progress")
    assert "We forgot the team." in words_of(page)


def test_who_reopened_it_why_and_what_to_do_stand_on_the_overview_until_it_is_submitted_again(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, by=alice)
    browser.post("reopenings", {"reason": "We forgot the team."}, cycle_id=cycle.pk)
    reopened = words_of(browser.get("cycle", cycle_id=cycle.pk))
    browser.post("submission", {"quoting": "named"}, cycle_id=cycle.pk)

    assert "Alice reopened this cycle on" in reopened
    assert "We forgot the team." in reopened
    assert "submit it again by" in reopened
    assert "reopened this cycle" not in words_of(browser.get("cycle", cycle_id=cycle.pk))


def test_the_district_can_send_it_back_with_a_reason(
    district: District, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, by=alice)
    specialist = seat(district, Role.SPECIALIST, user=make_user("Sol"))

    Browser(specialist).post("reopenings", {"reason": "Please add systems."}, cycle_id=cycle.pk)

    assert "Reopened by Sol" in words_of(Browser(alice).get("review", cycle_id=cycle.pk))


@pytest.mark.parametrize(
    "reason", ["", "  \n ", "a" * 1_001, "a\0b", "a\x07b"], ids=["", "blank", "long", "NUL", "bell"]
)
def test_without_a_proper_reason_it_stays_submitted(
    browser: Browser, alice: Membership, cycle: Cycle, reason: str
) -> None:
    submitted(cycle, by=alice)

    answer = browser.post("reopenings", {"reason": reason}, cycle_id=cycle.pk)

    with district_scope(cycle.district_id):
        reopened = Reopening.objects.count()
    assert (answer.status_code, reopened) == (422, 0)
    assert ("field-error" in answer.text) or ("message error" in answer.text)


def test_after_the_last_day_it_cannot_be_taken_back_and_the_page_says_so(
    browser: Browser, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, by=alice)
    _close(cycle)

    answer = browser.post("reopenings", {"reason": "Too late"}, cycle_id=cycle.pk)

    assert answer.status_code == 422
    assert words_of(answer).count("This campaign is not open.") == 1


def test_only_a_form_hands_in(browser: Browser, cycle: Cycle) -> None:
    answers = [browser.get(name, cycle_id=cycle.pk) for name in ("submission", "reopenings")]

    assert [answer.status_code for answer in answers] == [405, 405]


def _close(cycle: Cycle) -> None:
    """As if its days were long over."""
    campaign = cycle.campaign
    long_ago = campaign.district.today() - timedelta(days=400)
    campaign.opens_on = campaign.due_on = campaign.closes_on = long_ago
    with district_scope(cycle.district_id):
        campaign.save()
