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


def test_a_parameter_that_is_not_known_is_refused(district: District) -> None:
    answer = with_key(district).get("dashboards/2027", level="high")

    assert refused_parameters(answer) == {"level": "unknown_parameter"}


@pytest.fixture
def two_schools(district: District, school: School, alice: Membership) -> int:
    """Lincoln is not in a group and built it in; Garfield, in the north, has nothing yet."""
    garfield = make_school(district, "Garfield", level="high", students=700, group="North")
    campaign = make_campaign(district)
    submitted(cycle_of(school, campaign), alice, level=4)
    submitted(cycle_of(garfield, campaign), seat(district, Role.PRINCIPAL, garfield), level=0)
    compute(district, campaign.school_year)
    return campaign.school_year


@pytest.mark.parametrize(
    ("asked", "levels"),
    [
        ({"school_level": "high"}, {"0": 1}),
        ({"size": "600_and_more"}, {"0": 1}),
        ({"size": "unknown"}, {"4": 1}),
        ({"group": "North", "cell": "team.beliefs", "at": "0"}, {"0": 1}),
        ({"group": "South"}, {}),
        ({"cell": "team.systems", "at": "4"}, {"4": 1}),
    ],
)
def test_a_filter_leaves_the_schools_that_match(
    district: District, two_schools: int, asked: dict[str, str], levels: dict[str, int]
) -> None:
    dashboard = with_key(district).get(f"dashboards/{two_schools}", **asked).json()

    counts = dashboard["grid"]["team.beliefs"]["levels"]
    assert {level: count for level, count in counts.items() if count} == levels
    assert dashboard["denominators"] == {"schools": len(levels), "submitted": len(levels)}


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"size": "huge"}, {"size": "invalid_parameter"}),
        ({"cell": "team.beliefs"}, {"cell": "invalid_parameter"}),
        ({"at": "2"}, {"at": "invalid_parameter"}),
        ({"group": "x" * 61}, {"group": "invalid_parameter"}),
        ({"group": "a\0"}, {"group": "invalid_parameter"}),
    ],
)
def test_a_filter_that_is_none_is_refused(
    district: District, two_schools: int, asked: dict[str, str], refused: dict[str, str]
) -> None:
    answer = with_key(district).get(f"dashboards/{two_schools}", **asked)

    assert refused_parameters(answer) == refused


def test_a_filtered_dashboard_that_has_not_changed_is_known(
    district: District, two_schools: int
) -> None:
    reader = with_key(district)
    asked = {"group": "North"}
    first = reader.get(f"dashboards/{two_schools}", **asked)
    with district_scope(district.pk):
        School.objects.filter(name="Garfield").update(group="South")
    then = reader.get(f"dashboards/{two_schools}", **asked)

    assert first.headers["ETag"] != then.headers["ETag"]
    assert reader.get(f"dashboards/{two_schools}", **asked).headers["ETag"] == then.headers["ETag"]
