"""A district's dashboard, as a program reads it."""

import pytest

from assessments.dashboards.snapshot import refresh_snapshot
from assessments.instrument import CELL_CODES
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted
from tests.reading import problem, refused_parameters, signed_in, with_key

pytestmark = pytest.mark.django_db(transaction=True)


def compute(district: District, *years: int) -> None:
    for year in years:
        with district_scope(district.pk):
            refresh_snapshot(district.pk, year)


def test_a_dashboard_holds_the_year_s_figures_and_what_they_are_counted_out_of(
    district: District, school: School, alice: Membership
) -> None:
    make_school(district, "Garfield")
    campaign = make_campaign(district)
    submitted(cycle_of(school, campaign), alice, level=0)
    compute(district, campaign.school_year)

    dashboard = with_key(district).get(f"dashboards/{campaign.school_year}").json()

    assert dashboard["school_year"] == campaign.school_year
    assert dashboard["denominators"] == {"schools": 2, "submitted": 1}
    assert dashboard["progress"]["statuses"] == {"submitted": 1, "not_started": 1}
    assert list(dashboard["grid"]) == list(CELL_CODES)
    assert dashboard["grid"]["team.beliefs"] == {
        "levels": {"0": 1, "1": 0, "2": 0, "3": 0, "4": 0},
        "not_sure": 0,
        "answered": 1,
        "same_schools": {"compared": 0, "higher": 0, "same": 0, "lower": 0},
    }
    assert dashboard["part2"]["balance"]["most_effort"] == {
        "answered": 1,
        "counts": {"individual": 0, "team": 1, "whole_school": 0},
    }
    assert dashboard["previous"] is None


def test_a_dashboard_stands_beside_that_of_the_year_before(
    district: District, school: School
) -> None:
    year = district.this_school_year
    make_campaign(district, year - 1)
    make_school(district, "Garfield")
    make_campaign(district, year)
    compute(district, year - 1, year)

    dashboard = with_key(district).get(f"dashboards/{year}").json()

    assert dashboard["denominators"]["schools"] == 2
    assert dashboard["previous"]["school_year"] == year - 1
    assert dashboard["previous"]["denominators"]["schools"] == 1
    assert "previous" not in dashboard["previous"]


@pytest.mark.parametrize("school_year", ["2019", "0", "99999999999999999999"])
def test_a_year_without_figures_is_not_there(district: District, school_year: str) -> None:
    answer = with_key(district).get(f"dashboards/{school_year}")

    assert problem(answer) == (404, "not_found")


def test_another_district_s_figures_are_not_there(district: District) -> None:
    elsewhere = make_district("Millbrook")
    make_school(elsewhere)
    campaign = make_campaign(elsewhere)
    compute(elsewhere, campaign.school_year)

    answer = with_key(district).get(f"dashboards/{campaign.school_year}")

    assert problem(answer) == (404, "not_found")


@pytest.mark.parametrize("role", [Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.VIEWER])
def test_the_district_s_own_people_read_it_too(district: District, role: Role) -> None:
    make_school(district)
    campaign = make_campaign(district)
    compute(district, campaign.school_year)
    person = seat(district, role)

    answer = signed_in(person.user, district).get(f"dashboards/{campaign.school_year}")

    assert answer.status_code == 200


def test_a_dashboard_takes_no_parameters(district: District) -> None:
    answer = with_key(district).get("dashboards/2027", level="high")

    assert refused_parameters(answer) == {"level": "unknown_parameter"}
