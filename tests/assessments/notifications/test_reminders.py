"""What the calendar asks for, and for whom."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assessments.models import Campaign, Cycle, Notice
from assessments.notifications import reminders
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import at, extend, plan, promise, stages
from tests.factories import make_campaign, make_district, make_school, make_user, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def every_morning(clock: Any, district: District, *days: datetime) -> None:
    for day in days:
        clock.move_to(day)
        plan(district)


def test_a_cycle_that_nobody_hands_in_is_told_of_five_times(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    march, april = range(1, 32), range(1, 31)

    every_morning(
        clock, district, *(at(day) for day in march), *(at(day, month=4) for day in april)
    )

    assert stages(alice.user) == ["opened", "two_weeks", "three_days", "due_today", "late"]


def test_each_is_told_on_its_day(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    seen = {}
    for moment in [*(at(day) for day in range(1, 32)), *(at(day, month=4) for day in range(1, 6))]:
        before = len(stages(alice.user))
        every_morning(clock, district, moment)
        for stage in stages(alice.user)[before:]:
            seen[stage] = (moment.month, moment.day)

    assert seen == {
        "opened": (3, 1),
        "two_weeks": (3, 18),
        "three_days": (3, 29),
        "due_today": (4, 1),
        "late": (4, 2),
    }


def test_nobody_is_told_before_seven(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    every_morning(clock, district, at(1, hour=6, minute=59))
    early = stages(alice.user)
    every_morning(clock, district, at(1, hour=7))

    assert (early, stages(alice.user)) == ([], ["opened"])


def test_seven_is_seven_also_on_the_days_on_which_the_clock_changes(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    extend(cycle, date(2027, 11, 7))  # clocks go back on that day, and forward on 14 March
    told = []
    for moment in (
        datetime(2027, 3, 14, 10, 59, tzinfo=ZoneInfo("UTC")),
        datetime(2027, 3, 14, 11, 0, tzinfo=ZoneInfo("UTC")),
        datetime(2027, 11, 7, 11, 59, tzinfo=ZoneInfo("UTC")),
        datetime(2027, 11, 7, 12, 0, tzinfo=ZoneInfo("UTC")),
    ):
        clock.move_to(moment)
        is_visited = str(district.pk) in reminders.districts_to_visit()
        plan(district)
        told.append((is_visited, stages(alice.user)))

    assert told == [(False, []), (True, []), (False, []), (True, ["due_today"])]


def test_what_was_missed_is_not_piled_up(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    every_morning(clock, district, at(2, month=4))

    assert stages(alice.user) == ["late"]


def test_a_campaign_that_is_due_in_two_weeks_is_told_of_once(
    clock: Any, district: District, school: School, alice: Membership
) -> None:
    make_campaign(
        district, opens_on=date(2027, 3, 1), due_on=date(2027, 3, 15), closes_on=date(2027, 3, 30)
    )

    every_morning(clock, district, at(1), at(2), at(3))

    assert stages(alice.user) == ["two_weeks"]


def test_more_time_moves_the_stages(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    every_morning(clock, district, at(29))
    extend(cycle, date(2027, 5, 20))  # later than the campaign closes
    every_morning(clock, district, at(1, month=4), at(2, month=4), at(6, month=5), at(20, month=5))
    every_morning(clock, district, at(21, month=5))

    assert stages(alice.user) == ["three_days", "two_weeks", "due_today"]


def test_nothing_after_a_submission_and_again_after_it_is_taken_back(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, alice)

    every_morning(clock, district, at(18), at(29), at(2, month=4))

    assert stages(alice.user) == []


def test_only_principals_of_the_school_are_told(
    clock: Any, district: District, school: School, alice: Membership, cycle: Cycle
) -> None:
    elsewhere = make_school(district, "Garfield")
    others = [
        seat(district, Role.PRINCIPAL, elsewhere),
        seat(district, Role.TEAM_MEMBER, school),
        seat(district, Role.VIEWER, school),
        seat(district, Role.SPECIALIST),
        seat(district, Role.PRINCIPAL, school, user=make_user("Gone", is_active=False)),
        seat(district, Role.PRINCIPAL, school, user=make_user("Off", gets_reminders_by_mail=False)),
    ]

    every_morning(clock, district, at(1))

    told = set(Notice.objects.values_list("user", flat=True))
    assert (told, [stages(other.user) for other in others]) == ({alice.user_id}, [[]] * 6)


def test_a_commitment_is_told_of_a_week_before_and_the_day_after(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, alice)
    promise(cycle, date(2027, 3, 20))
    told = []
    for day in (12, 13, 14, 20, 21, 22):
        every_morning(clock, district, at(day))
        told.append(stages(alice.user))

    assert told == [[], ["soon"], ["soon"], ["soon"], ["soon", "overdue"], ["soon", "overdue"]]


def test_a_commitment_for_this_week_is_not_told_of_at_once(
    clock: Any, district: District, alice: Membership, cycle: Cycle
) -> None:
    submitted(cycle, alice)
    promise(cycle, date(2027, 3, 5))

    every_morning(clock, district, at(1), at(4))

    assert stages(alice.user) == []


def test_districts_are_visited_when_their_own_hour_begins(clock: Any) -> None:
    places = {
        "New York": "America/New_York",
        "Chicago": "America/Chicago",
        "Kathmandu": "Asia/Kathmandu",
    }
    districts = {
        name: make_district(name, time_zone=zone, slug=name[:3].lower())
        for name, zone in places.items()
    }
    for district in districts.values():
        seat(district, Role.PRINCIPAL, make_school(district))
    make_district("Nobody works here")
    visited = {}
    for moment in (at(1, hour=7), at(1, hour=7, minute=15), at(1, hour=8), at(1, hour=21)):
        clock.move_to(moment)
        found = reminders.districts_to_visit()
        visited[moment.hour, moment.minute] = {
            name for name, district in districts.items() if str(district.pk) in found
        }

    # At seven in New York it is 17:45 in Kathmandu, and 18:00 a quarter of an hour later.
    assert visited == {
        (7, 0): {"New York"},
        (7, 15): {"Kathmandu"},
        (8, 0): {"New York", "Chicago"},
        (21, 0): {"Chicago"},
    }


@pytest.mark.parametrize("schools", [1, 4])
def test_a_visit_costs_the_same_however_many_schools(
    clock: Any,
    district: District,
    schools: int,
    django_assert_num_queries: Any,
) -> None:
    for _ in range(schools):
        seat(district, Role.PRINCIPAL, make_school(district))
    make_campaign(district, opens_on=date(2027, 3, 1))

    with district_scope(district.pk):
        with django_assert_num_queries(6):  # district, cycles, commitments, seats, told, leave
            reminders.plan_reminders(district.pk)
        with django_assert_num_queries(5):
            reminders.plan_reminders(district.pk)


def test_a_visit_to_a_district_without_a_campaign_reads_next_to_nothing(
    clock: Any, district: District, alice: Membership, django_assert_num_queries: Any
) -> None:
    with district_scope(district.pk), django_assert_num_queries(3):
        reminders.plan_reminders(district.pk)


def test_a_closed_campaign_is_past(
    clock: Any, district: District, alice: Membership, campaign: Campaign
) -> None:
    every_morning(clock, district, at(1, month=5))

    assert stages(alice.user) == []
