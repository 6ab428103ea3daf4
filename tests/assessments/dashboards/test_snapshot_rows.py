"""What a snapshot is made of: last year's too, on the district's clock, in few statements."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments import workflow
from assessments.dashboards.snapshot import cycle_facts, refresh_snapshot
from assessments.models import Campaign, Cell, Cycle, Reflection, Status
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.dashboards.rebuilding import (
    as_key,
    figures,
    leave_a_mark,
    marked,
    rebuild,
    rebuild_all,
)
from tests.assessments.writing import CELL, read_cell, save
from tests.factories import (
    ANSWERS,
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    seat,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)

# quality.md allows fifteen.
STATEMENTS = 13
NOT_COMPARED = {"compared": 0, "higher": 0, "same": 0, "lower": 0}


@pytest.fixture
def last_year(district: District, school: School) -> Campaign:
    return make_campaign(district, district.this_school_year - 1)


def movement(campaign: Campaign) -> dict[str, int]:
    found: dict[str, int] = figures(campaign)["grid"][CELL]["same_schools"]
    return found


def test_a_year_is_compared_with_the_one_before(
    school: School, last_year: Campaign, alice: Membership
) -> None:
    submitted(cycle_of(school, last_year), alice, level=1)
    campaign = make_campaign(school.district)
    submitted(cycle_of(school, campaign), alice, level=3)

    rebuild_all()

    assert movement(campaign) == {"compared": 1, "higher": 1, "same": 0, "lower": 0}
    assert movement(last_year) == NOT_COMPARED


def test_a_change_to_last_year_reaches_this_year_s_comparison(
    school: School, last_year: Campaign, alice: Membership
) -> None:
    handed_in = submitted(cycle_of(school, last_year), alice, level=1)
    campaign = make_campaign(school.district)
    submitted(cycle_of(school, campaign), alice, level=3)
    rebuild_all()

    with district_scope(school.district_id):
        workflow.reopen_cycle(handed_in, by=alice, reason="We counted again.")
    save(read_cell(handed_in), alice, opportunity_level=4)
    with district_scope(school.district_id):
        workflow.submit_cycle(handed_in, by=alice, quoting="never")
    rebuild(last_year)
    left = marked()
    rebuild_all()

    assert left == [as_key(campaign)]
    assert movement(campaign) == {"compared": 1, "higher": 0, "same": 0, "lower": 1}


def test_a_school_that_took_last_year_back_is_not_compared(
    school: School, last_year: Campaign, alice: Membership
) -> None:
    handed_in = submitted(cycle_of(school, last_year), alice, level=1)
    campaign = make_campaign(school.district)
    submitted(cycle_of(school, campaign), alice, level=3)

    with district_scope(school.district_id):
        workflow.reopen_cycle(handed_in, by=alice, reason="We counted again.")
    rebuild_all()

    assert movement(campaign) == NOT_COMPARED


def test_the_years_of_two_districts_stay_apart(
    school: School, cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    millbrook = make_district("Millbrook")
    namesake = make_school(millbrook, "Lincoln")
    next_door = make_campaign(millbrook)
    submitted(cycle, alice, level=3)
    submitted(cycle_of(namesake, next_door), seat(millbrook, Role.PRINCIPAL, namesake), level=0)

    rebuild_all()

    assert (figures(campaign)["schools"], figures(next_door)["schools"]) == (1, 1)
    assert figures(campaign)["grid"][CELL]["levels"]["3"] == 1
    assert figures(next_door)["grid"][CELL]["levels"]["0"] == 1


def test_a_cycle_is_late_by_the_district_s_own_clock(
    school: School, cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    answer_everything(cycle, alice)
    zone = ZoneInfo(school.district.time_zone)
    last_minute = datetime.combine(campaign.due_on, time(23, 59), zone)

    late = []
    for minutes in (0, 1):
        with time_machine.travel(last_minute + timedelta(minutes=minutes), tick=False):
            handed_in = submitted(cycle, alice)
            rebuild(campaign)
            late.append(figures(campaign)["progress"]["submitted_late"])
            with district_scope(school.district_id):
                workflow.reopen_cycle(handed_in, by=alice, reason="Once more.")

    assert late == [0, 1]


def test_what_is_counted_of_a_school_is_its_submitted_cycle_whole(
    school: School, cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice, level=3)

    with district_scope(school.district_id):
        (facts,) = cycle_facts(campaign)

    assert (facts.school_id, facts.school_name) == (str(school.pk), "Lincoln")
    assert (facts.submitted_on, facts.counts) == (school.district.today(), True)
    assert set(facts.levels.values()) == {3}
    assert facts.answers == {key: answer for key, answer in ANSWERS.items() if key != "moved"}


def test_of_a_draft_nothing_is_read_but_its_status(
    school: School, cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    answer_everything(cycle, alice)

    with district_scope(school.district_id):
        (facts,) = cycle_facts(campaign)

    assert (facts.status, facts.counts) == (Status.IN_PROGRESS, False)
    assert (facts.levels, facts.answers, facts.submitted_on) == ({}, {}, None)


def test_a_rebuild_costs_the_same_however_many_schools() -> None:
    statements = []

    for schools in (1, 60):
        campaign = campaign_that_all_have_submitted(schools)
        leave_a_mark(campaign)
        with district_scope(campaign.district_id), CaptureQueriesContext(connection) as captured:
            refresh_snapshot(campaign.district_id, campaign.school_year)
        statements.append(len(captured))
        assert figures(campaign)["grid"][CELL]["answered"] == schools

    assert statements == [STATEMENTS] * 2


def campaign_that_all_have_submitted(schools: int) -> Campaign:
    """Made in bulk: what the verbs would make, school by school, in ten seconds."""
    district = make_district()
    for _ in range(schools):
        make_school(district)
    campaign = make_campaign(district)
    with district_scope(district.pk):
        Cell.objects.update(opportunity_level=2)
        Reflection.objects.update(answer={"most_effort": "team"})
        Cycle.objects.update(status=Status.SUBMITTED, submitted_at=timezone.now())
    return campaign
