"""Rebuilding a year's snapshot: it ends up right whatever happens meanwhile, and however often."""

import psycopg
import pytest

from assessments import workflow
from assessments.dashboards.snapshot import mark_present_years, refresh_snapshot
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cycle, DashboardSnapshot, DirtyMark
from schools.models import District, Membership, School
from schools.tenancy import district_scope
from tests.assessments.dashboards.rebuilding import (
    as_key,
    figures,
    leave_a_mark,
    levels,
    marked,
    rebuild,
    rebuild_all,
    rebuilding,
    snapshot,
    stored,
)
from tests.assessments.writing import CELL, read_cell, save
from tests.factories import answer_everything, make_campaign, make_district, submitted
from tests.racing import all_at_once, wait_for_someone_to_wait, what_becomes_of_the_second

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8


def set_level(cycle: Cycle, by: Membership, level: int) -> None:
    """Take the cycle back, say another level and hand it in again."""
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(cycle, by=by, reason="We counted again.")
    save(read_cell(cycle, CELL), by, opportunity_level=level)
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=by, quoting="never")


def test_a_rebuild_claims_the_marks_of_its_year_alone(cycle: Cycle, campaign: Campaign) -> None:
    next_door = make_campaign(make_district("Millbrook"))
    leave_a_mark(next_door)
    leave_a_mark(campaign)
    last_year = make_campaign(campaign.district, campaign.school_year - 1)
    leave_a_mark(last_year)

    rebuild(campaign)

    assert marked() == sorted([as_key(next_door), as_key(last_year)])
    assert (snapshot(next_door), snapshot(last_year)) == (None, None)
    assert figures(campaign)["schools"] == 1


def test_a_submission_reaches_the_dashboard(
    cycle: Cycle, campaign: Campaign, school: School, alice: Membership
) -> None:
    submitted(cycle, alice, level=3)

    rebuild(campaign)

    assert (figures(campaign)["submitted"], levels(campaign)) == (1, {"3": 1})
    assert figures(campaign)["part2"]["balance"]["most_effort"]["counts"]["team"] == 1
    assert stored(campaign).heatmap == [
        [str(cycle.pk), str(school.pk), "Lincoln", "other", [3] * len(CELL_CODES)]
    ]


def test_a_draft_and_a_reopened_cycle_do_not_count(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    answer_everything(cycle, alice, level=3)
    rebuild(campaign)
    as_a_draft = (figures(campaign)["submitted"], levels(campaign))

    handed_in = submitted(cycle, alice, level=3)
    with district_scope(campaign.district_id):
        workflow.reopen_cycle(handed_in, by=alice, reason="A page was left out.")
    rebuild(campaign)
    reopened = (figures(campaign)["submitted"], levels(campaign))

    assert (as_a_draft, reopened) == ((0, {}), (0, {}))
    assert figures(campaign)["progress"]["statuses"] == {"in_progress": 1}


def test_without_a_mark_nothing_is_rebuilt(cycle: Cycle, campaign: Campaign) -> None:
    rebuild(campaign)
    before = stored(campaign)

    rebuild(campaign)

    after = stored(campaign)
    assert (after.pk, after.computed_at) == (before.pk, before.computed_at)


def test_rebuilding_twice_changes_nothing_but_the_time(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice)
    rebuild(campaign)
    before = stored(campaign)

    leave_a_mark(campaign)
    rebuild(campaign)

    after = stored(campaign)
    assert (after.figures, after.heatmap) == (before.figures, before.heatmap)
    assert (after.pk, after.computed_at > before.computed_at) == (before.pk, True)


def test_a_forced_rebuild_puts_a_wrong_snapshot_right(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice, level=3)
    rebuild(campaign)
    right = figures(campaign)
    with district_scope(campaign.district_id):
        DashboardSnapshot.objects.update(figures={"schools": 99}, heatmap=[])

    leave_a_mark(campaign)
    rebuild(campaign)

    assert figures(campaign) == right


def test_a_school_that_was_renamed_is_found_by_the_nightly_rebuild(
    cycle: Cycle, campaign: Campaign, school: School, alice: Membership
) -> None:
    submitted(cycle, alice)
    next_door = make_campaign(make_district("Millbrook"))
    rebuild_all()
    with district_scope(school.district_id):
        School.objects.update(name="Abraham Lincoln")

    mark_present_years()
    left = marked()
    rebuild_all()

    assert left == sorted([as_key(campaign), as_key(next_door)])
    assert [row[2] for row in stored(campaign).heatmap] == ["Abraham Lincoln"]


def test_a_year_without_a_campaign_loses_its_marks_and_gets_no_snapshot(
    district: District,
) -> None:
    DirtyMark.objects.create(district=district, school_year=2031)

    rebuild_all()

    with district_scope(district.pk):
        assert (marked(), DashboardSnapshot.objects.count()) == ([], 0)


def test_a_mark_left_while_a_rebuild_runs_is_not_lost(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice, level=1)

    def change_and_rebuild() -> None:
        set_level(cycle, alice, 4)
        rebuild(campaign)

    what_becomes_of_the_second(
        campaign.district_id,
        lambda: refresh_snapshot(campaign.district_id, campaign.school_year),
        change_and_rebuild,
    )

    assert (levels(campaign), marked()) == ({"4": 1}, [])


def test_a_worker_waits_for_another_one_s_claim(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice, level=1)

    def claim() -> None:
        DirtyMark.objects.filter(district_id=campaign.district_id).delete()

    def change_and_rebuild() -> None:
        set_level(cycle, alice, 4)
        rebuild(campaign)

    what_becomes_of_the_second(campaign.district_id, claim, change_and_rebuild)

    assert (levels(campaign), marked()) == ({"4": 1}, [])


def test_a_change_made_after_the_rows_were_read_is_not_lost(
    cycle: Cycle, campaign: Campaign, alice: Membership, second_connection: psycopg.Connection
) -> None:
    submitted(cycle, alice, level=1)
    # The rebuild can read everything, and waits with what it made of it.
    second_connection.execute("LOCK TABLE assessments_dashboardsnapshot IN SHARE MODE")

    def change_meanwhile() -> None:
        try:
            wait_for_someone_to_wait()
            set_level(cycle, alice, 4)
        finally:
            second_connection.rollback()

    all_at_once(rebuilding(campaign), change_meanwhile)
    made_before = levels(campaign)
    rebuild_all()

    assert (made_before, levels(campaign)) == ({"1": 1}, {"4": 1})


def test_two_workers_on_the_same_year_end_right(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice, level=0)
    rebuild(campaign)

    for number in range(ROUNDS):
        level = number % 5
        outcomes = all_at_once(
            lambda level=level: set_level(cycle, alice, level),
            rebuilding(campaign),
            rebuilding(campaign),
        )
        rebuild_all()

        assert (outcomes, levels(campaign)) == ([None] * 3, {str(level): 1})


def test_two_workers_make_the_first_snapshot_of_a_year_together(
    cycle: Cycle, campaign: Campaign
) -> None:
    leave_a_mark(campaign)

    outcomes = all_at_once(rebuilding(campaign), rebuilding(campaign))

    assert (outcomes, figures(campaign)["schools"]) == ([None, None], 1)
