"""What was handed in, as it was, and what changed between one submission and the next."""

import pytest

from assessments import workflow
from assessments.models import Cycle
from schools.models import District, Membership, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, words_of
from tests.assessments.writing import read_cell
from tests.assessments.writing import save as write
from tests.factories import answer_everything, cycle_of, make_campaign, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


def test_a_submission_is_shown_as_it_was_with_what_changed_since_the_one_before(
    browser: Browser, cycle: Cycle, alice: Membership
) -> None:
    hand_in_twice(cycle, alice)
    write_after_reopening(cycle, alice)

    first = browser.get("handed_in", cycle_id=cycle.pk, number=1)
    second = browser.get("handed_in", cycle_id=cycle.pk, number=2)

    assert "What changed" not in words_of(first)
    assert "Now: team.beliefs" in words_of(first)
    assert "What changed since no. 1" in words_of(second)
    assert "only" not in words_of(second)
    assert second.text.count("<del") == 1
    assert "Changed between the two." in words_of(second)
    assert "After the second." not in words_of(second)


def test_a_submission_that_never_was_is_not_there(browser: Browser, cycle: Cycle) -> None:
    assert browser.get("handed_in", cycle_id=cycle.pk, number=1).status_code == 404
    assert browser.get("handed_in", cycle_id=cycle.pk, number=10**30).status_code == 404


def test_the_review_of_a_reopened_cycle_says_what_you_changed_since_you_submitted(
    browser: Browser, cycle: Cycle, alice: Membership
) -> None:
    hand_in_twice(cycle, alice)
    handed_in = words_of(browser.get("review", cycle_id=cycle.pk))
    reopen(cycle, alice)
    untouched = words_of(browser.get("review", cycle_id=cycle.pk))
    write(read_cell(cycle), alice, opportunities="After the second.")

    changed = browser.get("review", cycle_id=cycle.pk)

    assert "since you submitted" not in handed_in
    assert "Nothing: every word is as it was." in untouched
    assert "What you changed since you submitted" in words_of(changed)
    assert ">After the second.</ins>" in changed.text


def test_the_review_shows_what_changed_since_last_year(
    browser: Browser, district: District, school: School, alice: Membership
) -> None:
    last_year = make_campaign(district, district.this_school_year - 1)
    submitted(cycle_of(school, last_year), by=alice)
    cycle = cycle_of(school, make_campaign(district))
    answer_everything(cycle, alice)
    write(read_cell(cycle), alice, opportunities="Now: team and beliefs")

    page = browser.get("review", cycle_id=cycle.pk)

    assert words_of(page).count("What changed since last year") == 1
    assert ">. beliefs</del>" in page.text or "</ins>" in page.text


def hand_in_twice(cycle: Cycle, alice: Membership) -> None:
    """One cell says something else the second time."""
    submitted(cycle, by=alice)
    reopen(cycle, alice)
    write(read_cell(cycle), alice, opportunities="Changed between the two.")
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=alice, quoting="named")


def write_after_reopening(cycle: Cycle, alice: Membership) -> None:
    reopen(cycle, alice)
    write(read_cell(cycle), alice, opportunities="After the second.")


def reopen(cycle: Cycle, alice: Membership) -> None:
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(cycle, by=alice, reason="Once more.")
