"""More time for one school, and for all of them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import campaigns, workflow
from assessments.models import Campaign, Cycle, Extension
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, rows_of, words_of
from tests.assessments.writing import marks, read_cell, read_cycle, save
from tests.factories import make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


def extend(cycle: Cycle, by: Membership, until: date, reason: str = "The roof fell in.") -> None:
    with district_scope(cycle.district_id):
        workflow.extend_cycle(cycle, by=by, until=until, reason=reason)


def given(cycle: Cycle) -> list[tuple[date, str]]:
    with district_scope(cycle.district_id):
        rows = Extension.objects.filter(cycle=cycle).order_by("given_at")
        return [(row.until, row.reason) for row in rows]


def test_a_school_with_more_time_is_due_and_open_until_then(
    cycle: Cycle, specialist: Membership, alice: Membership
) -> None:
    until = cycle.campaign.closes_on + timedelta(days=7)
    before = marks(cycle)

    extend(cycle, specialist, until)

    longer = read_cycle(cycle)
    assert (longer.due_on, longer.closes_on, marks(cycle)) == (until, until, before + 1)
    with time_machine.travel(cycle.campaign.district.midnight_after(until) - timedelta(seconds=1)):
        save(read_cell(cycle), alice, opportunities="In the last second.")
        assert not read_cycle(cycle).is_late
    with time_machine.travel(cycle.campaign.district.midnight_after(until)):
        with pytest.raises(ValidationError) as refused:
            save(read_cell(cycle), alice, opportunities="Too late.")
        assert (refused.value.code, read_cycle(cycle).is_late) == ("campaign_closed", True)


def test_a_short_extension_does_not_close_a_school_before_the_others(
    cycle: Cycle, specialist: Membership
) -> None:
    until = cycle.campaign.due_on + timedelta(days=1)

    extend(cycle, specialist, until)

    longer = read_cycle(cycle)
    assert (longer.due_on, longer.closes_on) == (until, cycle.campaign.closes_on)


def test_every_extension_is_kept_and_the_latest_counts(
    cycle: Cycle, specialist: Membership
) -> None:
    days = [cycle.campaign.closes_on + timedelta(days=number) for number in (7, 3)]

    for day in (*days, days[-1]):
        extend(cycle, specialist, day)

    assert given(cycle) == [(day, "The roof fell in.") for day in days]
    assert read_cycle(cycle).extended_to == days[-1]


def test_no_day_that_gives_no_time_is_taken(cycle: Cycle, specialist: Membership) -> None:
    campaign = cycle.campaign
    for until in (
        campaign.district.today() - timedelta(days=1),
        campaign.due_on,
        campaign.closes_on + timedelta(days=367),
    ):
        with pytest.raises(ValidationError) as refused:
            extend(cycle, specialist, until)
        assert refused.value.error_dict.keys() == {"until"}
    assert given(cycle) == []


@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
def test_a_school_gives_itself_no_time(
    district: District, school: School, cycle: Cycle, role: Role
) -> None:
    with pytest.raises(PermissionDenied):
        extend(cycle, seat(district, role, school), cycle.campaign.closes_on + timedelta(days=7))


def test_the_specialist_gives_it_on_the_review_page(cycle: Cycle, specialist: Membership) -> None:
    browser = Browser(specialist)
    until = cycle.campaign.closes_on + timedelta(days=7)

    browser.post("extensions", {"until": until, "reason": "The flu."}, cycle_id=cycle.pk)
    refused = browser.post("extensions", {"until": "2020-01-01"}, cycle_id=cycle.pk)

    assert given(cycle) == [(until, "The flu.")]
    assert (refused.status_code, "That day is over." in words_of(refused)) == (422, True)
    assert "The flu." in words_of(browser.get("review", cycle_id=cycle.pk))


def test_the_tracker_tells_more_time_from_late(
    district: District, campaign: Campaign, cycle: Cycle, specialist: Membership
) -> None:
    make_school(district, "Garfield")
    with district_scope(district.pk):
        campaigns.include_new_schools(campaign, by=specialist)
    extend(cycle, specialist, campaign.closes_on)

    with time_machine.travel(district.midnight_after(campaign.due_on), tick=False):
        browser = Browser(specialist)
        late = rows_of(browser.get("schools", "?timeliness=late"))[1:]
        longer = rows_of(browser.get("schools", "?timeliness=more_time"))[1:]

    assert ([row.split()[0] for row in late], [row.split()[0] for row in longer]) == (
        ["Garfield"],
        ["Lincoln"],
    )


def test_the_dates_of_a_campaign_can_be_moved_for_all(
    campaign: Campaign, cycle: Cycle, specialist: Membership
) -> None:
    due_on, closes_on = (day + timedelta(days=5) for day in (campaign.due_on, campaign.closes_on))
    sent = {"due_on": due_on, "closes_on": closes_on, "message": "A week more."}

    answer = Browser(specialist).post("campaign", sent, campaign_id=campaign.pk)

    moved = read_cycle(cycle)
    assert answer.status_code == 302
    assert (moved.due_on, moved.closes_on, moved.campaign.message) == (
        due_on,
        closes_on,
        "A week more.",
    )


def test_dates_out_of_order_are_refused_and_stay_in_the_form(
    campaign: Campaign, cycle: Cycle, specialist: Membership
) -> None:
    due_on = campaign.due_on + timedelta(days=1)
    sent = {"due_on": due_on, "closes_on": campaign.due_on, "message": "Oh."}

    answer = Browser(specialist).post("campaign", sent, campaign_id=campaign.pk)

    assert (answer.status_code, due_on.isoformat() in answer.text) == (422, True)
    assert "It cannot close before it is due." in words_of(answer)
    assert read_cycle(cycle).due_on == campaign.due_on


def test_a_campaign_that_closed_in_a_school_year_that_is_over_stays_closed(
    campaign: Campaign, cycle: Cycle, specialist: Membership
) -> None:
    district = campaign.district
    later = district.first_day_of(campaign.school_year + 1) + timedelta(days=60)
    sent = {"due_on": campaign.due_on, "closes_on": later, "message": "Once more."}

    with time_machine.travel(district.midnight_after(later - timedelta(days=9))):
        browser = Browser(specialist)
        answer = browser.post("campaign", sent, campaign_id=campaign.pk)
        said = sent | {"closes_on": campaign.closes_on}
        words_alone = browser.post("campaign", said, campaign_id=campaign.pk)

    assert (answer.status_code, words_alone.status_code) == (422, 302)
    assert "its school year is over: its dates stay." in words_of(answer)
    stored = read_cycle(cycle)
    assert (stored.closes_on, stored.campaign.message) == (campaign.closes_on, "Once more.")


def test_a_campaign_that_is_open_beyond_its_school_year_can_be_moved(
    campaign: Campaign, cycle: Cycle, specialist: Membership
) -> None:
    next_first = campaign.district.first_day_of(campaign.school_year + 1)
    sent = {"due_on": campaign.due_on, "closes_on": next_first + timedelta(days=9), "message": ""}
    Browser(specialist).post("campaign", sent, campaign_id=campaign.pk)

    with time_machine.travel(campaign.district.midnight_after(next_first)):
        further = sent | {"closes_on": next_first + timedelta(days=19)}
        Browser(specialist).post("campaign", further, campaign_id=campaign.pk)

    assert read_cycle(cycle).closes_on == next_first + timedelta(days=19)


def test_a_school_moves_no_campaign(campaign: Campaign, alice: Membership) -> None:
    sent = {"due_on": campaign.due_on, "closes_on": campaign.closes_on, "message": ""}

    answer = Browser(alice).post("campaign", sent, campaign_id=campaign.pk)

    assert answer.status_code == 403
