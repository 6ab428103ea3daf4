"""Opening a campaign: who gets a cycle, and when the year cannot be opened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import blank_cycles, campaigns
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cell, Cycle, InstrumentVersion, Reflection, Status
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import marks
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted
from tests.racing import all_at_once, in_scope

pytestmark = pytest.mark.django_db(transaction=True)

STATEMENTS = 18
QUESTIONS = ["balance", "attention", "connection", "missed", "conditions", "focus"]


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


def open_campaign(by: Membership, **changes: Any) -> Campaign:
    """Open this school year from today on, but for what is to be different."""
    today, year = by.district.today(), by.district.this_school_year
    wanted: dict[str, Any] = {
        "school_year": year,
        "opens_on": today,
        "due_on": today + timedelta(days=14),
        "closes_on": today + timedelta(days=30),
        "instrument_version": InstrumentVersion.objects.latest(),
    }
    with district_scope(by.district_id):
        return campaigns.open_campaign(by=by, **wanted | changes)


def codes(refused: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    """The fields that are refused."""
    return sorted(refused.value.message_dict)


def schools_with_a_cycle(campaign: Campaign) -> list[str]:
    with district_scope(campaign.district_id):
        return sorted(campaign.cycles.values_list("school__name", flat=True))


def questions_of(cycle: Cycle) -> list[str]:
    with district_scope(cycle.district_id):
        return list(Reflection.objects.filter(cycle=cycle).values_list("question", flat=True))


def test_every_active_school_gets_its_blank_cycle(
    district: District, specialist: Membership
) -> None:
    lincoln = make_school(district, "Lincoln")
    make_school(district, "Jefferson")
    make_school(district, "Closed in June", is_active=False)
    make_school(make_district("Millbrook"), "Elsewhere")

    campaign = open_campaign(specialist, message="  Welcome.\r\n", asks_reach=False)

    cycle = cycle_of(lincoln, campaign)
    with district_scope(district.pk):
        cells = [(it.code, it.version, it.is_answered) for it in cycle.cells.in_order()]
        placed = Cell.objects.filter(cycle=cycle, school=lincoln, school_year=cycle.school_year)
        assert placed.count() == len(CELL_CODES)
    assert schools_with_a_cycle(campaign) == ["Jefferson", "Lincoln"]
    assert (cycle.status, cycle.school_year) == (Status.NOT_STARTED, district.this_school_year)
    assert cells == [(code, 0, False) for code in CELL_CODES]
    assert questions_of(cycle) == QUESTIONS
    assert (campaign.message, campaign.asks_level, campaign.asks_reach) == ("Welcome.", True, False)
    assert marks(cycle) == 1


def test_a_year_is_opened_once(specialist: Membership) -> None:
    open_campaign(specialist)

    with pytest.raises(ValidationError) as refused:
        open_campaign(specialist)

    (error,) = refused.value.error_dict["school_year"]
    assert error.code == "campaign_exists"


def test_two_people_who_open_a_year_at_once_make_one_campaign(
    district: District, school: School, specialist: Membership
) -> None:
    outcomes = all_at_once(lambda: open_campaign(specialist), lambda: open_campaign(specialist))

    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    with district_scope(district.pk):
        assert (kinds, Campaign.objects.count()) == (["Campaign", "ValidationError"], 1)
        assert Cycle.objects.count() == 1


def test_two_districts_open_the_same_year(specialist: Membership) -> None:
    open_campaign(specialist)

    campaign = open_campaign(seat(make_district("Millbrook"), Role.SPECIALIST))

    assert campaign.district.name == "Millbrook"


@pytest.mark.parametrize(
    ("due", "closes", "wrong"),
    [(0, 0, []), (-1, 30, ["due_on"]), (14, 13, ["closes_on"]), (-1, -2, ["closes_on", "due_on"])],
)
def test_the_dates_are_in_order(
    specialist: Membership, due: int, closes: int, wrong: list[str]
) -> None:
    today = specialist.district.today()
    dates = {
        "opens_on": today,
        "due_on": today + timedelta(days=due),
        "closes_on": today + timedelta(days=closes),
    }

    if wrong:
        with pytest.raises(ValidationError) as refused:
            open_campaign(specialist, **dates)
        assert codes(refused) == wrong
    else:
        assert open_campaign(specialist, **dates).is_open


def test_a_campaign_opens_within_its_school_year(specialist: Membership) -> None:
    district = specialist.district
    year = district.this_school_year
    first, next_first = district.first_day_of(year), district.first_day_of(year + 1)
    later = {"due_on": next_first, "closes_on": next_first + timedelta(days=9)}

    for day in (first - timedelta(days=1), next_first):
        with pytest.raises(ValidationError) as refused:
            open_campaign(specialist, opens_on=day, **later)
        assert codes(refused) == ["opens_on"]

    last = next_first - timedelta(days=1)
    assert open_campaign(specialist, opens_on=last, **later).opens_on == last


@pytest.mark.parametrize(
    ("role", "opens"),
    [
        (Role.DISTRICT_ADMIN, True),
        (Role.SPECIALIST, True),
        (Role.PRINCIPAL, False),
        (Role.TEAM_MEMBER, False),
        (Role.VIEWER, False),
    ],
)
def test_who_opens_a_campaign(district: District, school: School, role: Role, opens: bool) -> None:
    schools = (school,) if role in (Role.PRINCIPAL, Role.TEAM_MEMBER) else ()
    person = seat(district, role, *schools)

    if opens:
        assert open_campaign(person).school_year == district.this_school_year
    else:
        with pytest.raises(PermissionDenied):
            open_campaign(person)


def test_what_moved_is_asked_of_schools_that_submitted_last_year(district: District) -> None:
    veteran, newcomer, straggler = (
        make_school(district, "Veteran"),
        make_school(district, "Newcomer", is_active=False),
        make_school(district, "Straggler"),
    )
    last_year = make_campaign(district, district.this_school_year - 1)
    submitted(cycle_of(veteran, last_year), seat(district, Role.PRINCIPAL, veteran))
    newcomer.is_active = True
    with district_scope(district.pk):
        newcomer.save()

    campaign = make_campaign(district)

    assert questions_of(cycle_of(veteran, campaign)) == ["moved", *QUESTIONS]
    assert questions_of(cycle_of(newcomer, campaign)) == QUESTIONS
    assert questions_of(cycle_of(straggler, campaign)) == QUESTIONS


def test_a_school_that_joins_later_gets_its_own_cycle_and_the_others_keep_theirs(
    district: District, school: School, campaign: Campaign
) -> None:
    kept = cycle_of(school, campaign)
    newcomer = make_school(district, "Newcomer")

    with district_scope(district.pk):
        started = blank_cycles.start_cycles(campaign, School.objects.active())
        again = blank_cycles.start_cycles(campaign, School.objects.active())

    assert (started, again, marks(kept)) == (1, 0, 2)
    assert cycle_of(school, campaign).pk == kept.pk
    assert schools_with_a_cycle(campaign) == ["Lincoln", newcomer.name]
    assert questions_of(cycle_of(newcomer, campaign)) == QUESTIONS


def test_a_specialist_includes_schools_that_joined_later(
    district: District, school: School, campaign: Campaign, specialist: Membership
) -> None:
    make_school(district, "Newcomer")
    make_school(district, "Closed in June", is_active=False)

    with district_scope(district.pk):
        included = campaigns.include_new_schools(campaign, by=specialist)
        again = campaigns.include_new_schools(campaign, by=specialist)

    assert (included, again) == (1, 0)
    assert schools_with_a_cycle(campaign) == ["Lincoln", "Newcomer"]


def test_a_closed_campaign_includes_nobody(campaign: Campaign, specialist: Membership) -> None:
    make_school(campaign.district, "Newcomer")

    with (
        time_machine.travel(datetime.now(UTC) + timedelta(days=32)),
        pytest.raises(ValidationError) as refused,
        district_scope(campaign.district_id),
    ):
        campaigns.include_new_schools(campaign, by=specialist)

    assert refused.value.code == "campaign_closed"


def test_a_principal_includes_nobody(campaign: Campaign, alice: Membership) -> None:
    with pytest.raises(PermissionDenied), district_scope(campaign.district_id):
        campaigns.include_new_schools(campaign, by=alice)


def test_two_rosters_that_bring_the_same_school_at_once_start_one_cycle(
    district: District, campaign: Campaign
) -> None:
    newcomer = make_school(district, "Newcomer")
    starting = in_scope(district.pk, lambda: blank_cycles.start_cycles(campaign, [newcomer]))

    all_at_once(starting, starting)

    with district_scope(district.pk):
        assert Cycle.objects.filter(school=newcomer).count() == 1
        assert Cell.objects.filter(school=newcomer).count() == len(CELL_CODES)


def test_opening_costs_the_same_however_many_schools() -> None:
    statements = []

    for place, schools in (("Smalltown", 1), ("Bigtown", 40)):
        specialist = seat(make_district(place), Role.SPECIALIST)
        for _ in range(schools):
            make_school(specialist.district)
        with CaptureQueriesContext(connection) as captured:
            open_campaign(specialist)
        statements.append(len(captured))

    assert statements == [STATEMENTS] * 2
