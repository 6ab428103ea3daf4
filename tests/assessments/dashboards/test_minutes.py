"""How long a part takes: medians over schools, and no figure over fewer than five."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from assessments import workflow
from assessments.dashboards.minutes import measure_minutes, measured_minutes, minutes_left
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Cycle
from assessments.revisions import ONE_SITTING
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, read_reflection, save
from tests.factories import ANSWERS, answer_everything, cycle_of, make_campaign, make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)

BEGAN = "individual.beliefs"
CODES = ("team.beliefs", "team.practices")


@pytest.fixture
def schools(district: District) -> list[School]:
    return [make_school(district) for _ in range(5)]


def at_work(school: School, campaign: Campaign, pauses: tuple[int, ...]) -> Cycle:
    """Two cells, written that many minutes after what was written before them; then the rest."""
    cycle = cycle_of(school, campaign)
    principal = seat(school.district, Role.PRINCIPAL, school)
    moment: datetime = timezone.now() - timedelta(hours=3)
    for code, pause in zip((BEGAN, *CODES), (0, *pauses), strict=True):
        moment += timedelta(minutes=pause)
        with time_machine.travel(moment, tick=False):
            save(read_cell(cycle, code), principal, opportunities=f"Words on {code}.")
    with time_machine.travel(moment + ONE_SITTING + timedelta(minutes=1), tick=False):
        answer_everything(cycle, principal)
        with district_scope(school.district_id):
            workflow.submit_cycle(cycle, by=principal, quoting="never")
    return cycle


def measure(district: District) -> dict[str, dict[str, float]]:
    with district_scope(district.pk):
        refresh_snapshot(district.pk, district.this_school_year)
        measure_minutes(district.pk, district.this_school_year)
        return measured_minutes(district.pk, district.this_school_year)


def test_the_time_since_the_last_save_belongs_to_what_is_saved(
    district: District, schools: list[School]
) -> None:
    campaign = make_campaign(district)
    for number, school in enumerate(schools):
        at_work(school, campaign, (2 + number, 9))

    measured = measure(district)

    assert measured == {
        "team.beliefs": {"schools": 5, "median": 4.0},
        "team.practices": {"schools": 5, "median": 9.0},
    }


def test_a_pause_longer_than_a_sitting_is_nobody_s_work(
    district: District, schools: list[School]
) -> None:
    campaign = make_campaign(district)
    for school in schools:
        at_work(school, campaign, (4, 45))

    assert measure(district) == {"team.beliefs": {"schools": 5, "median": 4.0}}


def test_over_four_schools_there_is_no_figure(district: District, schools: list[School]) -> None:
    campaign = make_campaign(district)
    for school in schools[:4]:
        at_work(school, campaign, (4, 4))

    assert measure(district) == {}


def test_a_figure_outlives_the_next_rebuild(district: District, schools: list[School]) -> None:
    campaign = make_campaign(district)
    for school in schools:
        at_work(school, campaign, (4, 4))

    first, again = measure(district), measure(district)

    assert first == again != {}


def test_what_is_answered_takes_no_more_time(cycle: Cycle, alice: Membership) -> None:
    cell, reflection = read_cell(cycle), read_reflection(cycle, "balance")
    both = minutes_left([cell, reflection], {})

    save(cell, alice, opportunities="Weekly.")
    one = minutes_left([read_cell(cycle), reflection], {})
    save(reflection, alice, text="To teams.", answer=ANSWERS["balance"])
    none = minutes_left([read_cell(cycle), read_reflection(cycle, "balance")], {})

    assert (both, one, none) == (10, 5, 0)


def test_what_was_measured_takes_the_place_of_a_guess(cycle: Cycle) -> None:
    cell = read_cell(cycle)

    assert minutes_left([cell], {cell.code: {"schools": 9, "median": 21.0}}) == 25
