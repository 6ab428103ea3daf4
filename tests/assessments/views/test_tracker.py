"""The tracker: every school of a year and how far it is."""

import re
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from schools.models import District, Membership, Role, School, SchoolLevel
from tests.assessments.views.browsing import Browser, rows_of, words_of
from tests.factories import (
    answer_everything,
    cycle_of,
    make_campaign,
    make_school,
    seat,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(district: District) -> Browser:
    """The specialist's."""
    return Browser(seat(district, Role.SPECIALIST))


@pytest.fixture
def garfield(district: District) -> School:
    """A school that has handed in."""
    return make_school(district, "Garfield", level=SchoolLevel.HIGH)


@pytest.fixture
def year(district: District, school: School, garfield: School) -> int:
    """Lincoln is blank, Garfield has submitted, Jefferson is at work."""
    jefferson = make_school(district, "Jefferson")
    campaign = make_campaign(district)
    submitted(cycle_of(garfield, campaign), by=seat(district, Role.PRINCIPAL, garfield))
    answer_everything(cycle_of(jefferson, campaign), by=seat(district, Role.TEAM_MEMBER, jefferson))
    return campaign.school_year


def schools_in(answer: object) -> list[str]:
    """The schools that are listed, in their order."""
    return [row.split()[0] for row in rows_of(answer)[1:]]


def test_it_lists_every_school_and_how_far_it_is(browser: Browser, year: int) -> None:
    rows = rows_of(browser.get("schools"))

    assert [_without_days(row) for row in rows[1:]] == [
        "Garfield Garfield Submitted 9/9 6/6 High",
        "Jefferson Jefferson In progress 9/9 6/6 Other",
        "Lincoln Lincoln Not started 0/9 0/6 – Other",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=submitted", ["Garfield"]),
        ("?status=in_progress", ["Jefferson"]),
        ("?school_level=high", ["Garfield"]),
        ("?q=LINC", ["Lincoln"]),
        ("?q=%25", []),
        ("?q=Gar%00field", ["Garfield"]),
        ("?timeliness=late", []),
        ("?status=unheard&timeliness=of", ["Garfield", "Jefferson", "Lincoln"]),
        ("?page=9999", ["Garfield", "Jefferson", "Lincoln"]),
        ("?page=last", ["Garfield", "Jefferson", "Lincoln"]),
    ],
)
def test_filters_live_in_the_address(
    browser: Browser, year: int, query: str, found: list[str]
) -> None:
    assert schools_in(browser.get("schools", query)) == found


def test_the_script_gets_the_list_alone(browser: Browser, year: int) -> None:
    answer = browser.get("schools", "?status=submitted", htmx=True)

    assert ("<html" in answer.text, schools_in(answer)) == (False, ["Garfield"])


def test_who_is_late_can_be_listed(browser: Browser, district: District, garfield: School) -> None:
    today = district.today()
    campaign = make_campaign(district, due_on=max(today - timedelta(days=1), _first(district)))
    assert campaign.is_past_due

    assert schools_in(browser.get("schools", "?timeliness=late")) == ["Garfield"]


def test_another_year_can_be_asked_for(browser: Browser, district: District, year: int) -> None:
    make_campaign(district, year - 1)

    before = browser.get("schools", f"?year={year - 1}")

    assert ["Not started 0/9" in row for row in rows_of(before)[1:]] == [True] * 3


@pytest.mark.parametrize("query", ["?year=1999", "?year=all", "?year=%00", "?year=-1"])
def test_a_year_without_a_campaign_is_not_there(browser: Browser, year: int, query: str) -> None:
    assert browser.get("schools", query).status_code == 404


def test_a_principal_finds_their_own_school_alone(
    alice: Membership, year: int, garfield: School
) -> None:
    answer = Browser(alice).get("schools")

    assert schools_in(answer) == ["Lincoln"]
    assert "Garfield" not in answer.text


def test_before_the_first_campaign_it_says_so(browser: Browser, school: School) -> None:
    page = browser.get("schools")

    assert (page.status_code, "No campaign yet" in words_of(page)) == (200, True)


@pytest.mark.parametrize("schools", [1, 4, 40])
def test_it_costs_the_same_however_many_schools_there_are(
    browser: Browser,
    district: District,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
) -> None:
    for _ in range(schools):
        make_school(district)
    make_campaign(district)

    # Session, person, membership; BEGIN, scope, SAVEPOINT; campaigns, how many, the page, what is
    # answered in its cells and its reflections, who was reminded, the groups; RELEASE, COMMIT.
    with django_assert_num_queries(15):
        browser.get("schools")


def _without_days(row: str) -> str:
    return re.sub(r" \d+/\d+/\d{4}", "", row)


def _first(district: District) -> object:
    return district.first_day_of(district.this_school_year)
