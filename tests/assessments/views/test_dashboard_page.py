"""The district's dashboard as a page, and the words behind its figures."""

import re
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from assessments.models import Campaign
from assessments.tasks import refresh_dashboard
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
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

FIGURE = re.compile(r'<a id="(?:cell|answer)-[^"]*" href="([^"]*\?[^"]*)">(\d+)<')


@pytest.fixture
def browser(district: District) -> Browser:
    """The specialist's."""
    return Browser(seat(district, Role.SPECIALIST))


def handed_in(district: District, campaign: Campaign, school: School, level: int | None) -> None:
    principal = seat(district, Role.PRINCIPAL, school)
    submitted(cycle_of(school, campaign), by=principal, level=level)


def computed(campaign: Campaign) -> None:
    refresh_dashboard(str(campaign.district_id), campaign.school_year)


@pytest.fixture
def campaign(district: District) -> Campaign:
    """Three schools have handed in, at different levels; a fourth is at work."""
    schools = [make_school(district, name) for name in ("Adams", "Burr", "Clay", "Dallas")]
    campaign = make_campaign(district)
    for school, level in zip(schools, (0, 3, None), strict=False):
        handed_in(district, campaign, school, level)
    last = seat(district, Role.PRINCIPAL, schools[-1])
    answer_everything(cycle_of(schools[-1], campaign), by=last, level=3)
    computed(campaign)
    return campaign


def test_before_the_first_campaign_it_says_so(browser: Browser) -> None:
    page = browser.get("district")

    assert (page.status_code, "No campaign yet" in words_of(page)) == (200, True)


def test_before_the_first_figures_it_says_so(browser: Browser, district: District) -> None:
    make_campaign(district)

    page = browser.get("district")

    assert "The figures are being computed" in words_of(page)


def test_a_year_without_a_campaign_is_not_there(browser: Browser, campaign: Campaign) -> None:
    found = [browser.get("district", f"?year={year}").status_code for year in ("1999", "x", "%00")]

    assert found == [404, 404, 404]


def test_every_figure_leads_to_as_many_schools(browser: Browser, campaign: Campaign) -> None:
    page = browser.get("district")
    figures = FIGURE.findall(page.text)

    wrong = [
        (address, count)
        for address, count in figures
        if _articles(browser.client.get(address.replace("&amp;", "&"))) != int(count)
    ]

    assert (wrong, len(figures) > 9 * 6) == ([], True)


def test_behind_a_cell_stand_the_words_of_submitted_cycles_alone(
    browser: Browser, campaign: Campaign
) -> None:
    page = browser.get(
        "cell_across_schools",
        school_year=campaign.school_year,
        context="team",
        content_area="beliefs",
    )

    assert _schools(page) == ["Adams", "Burr", "Clay"]


@pytest.mark.parametrize(
    ("query", "schools"), [("0", ["Adams"]), ("3", ["Burr"]), ("not_sure", ["Clay"]), ("4", [])]
)
def test_behind_a_level_stand_the_schools_at_it(
    browser: Browser, campaign: Campaign, query: str, schools: list[str]
) -> None:
    page = browser.get(
        "cell_across_schools",
        f"?level={query}",
        school_year=campaign.school_year,
        context="team",
        content_area="beliefs",
    )

    assert _schools(page) == schools


def test_a_figure_that_there_is_not_leads_nowhere(browser: Browser, campaign: Campaign) -> None:
    year = campaign.school_year
    addresses = [
        f"years/{year}/cells/team/beliefs/?level=5",
        f"years/{year}/cells/team/beliefs/?level=%00",
        f"years/{year}/cells/team/feelings/",
        "years/2001/cells/team/beliefs/",
        "years/20xx/cells/team/beliefs/",
        f"years/{year}/part-2/ranking/",
        f"years/{year}/part-2/balance/?field=most_effort&choice=everyone",
        f"years/{year}/part-2/balance/?field=most&choice=team",
        f"years/{year}/part-2/balance/?choice=team",
        "years/2001/part-2/balance/",
    ]
    district = browser.address("district")

    statuses = {
        address: browser.client.get(district + address).status_code for address in addresses
    }

    assert statuses == dict.fromkeys(addresses, 404)


def test_no_address_on_the_page_carries_a_leftover(browser: Browser, campaign: Campaign) -> None:
    page = browser.get("district").content.decode()

    addresses = re.findall(r' href="([^"]*)"', page)
    assert addresses
    assert [address for address in addresses if re.search(r"[{}\s]|None", address)] == []


def test_the_script_gets_new_figures_alone(browser: Browser, campaign: Campaign) -> None:
    page = browser.get("district", htmx=True)
    stamp = re.search(r"seen=([^&\"]+)", page.text)
    assert stamp

    again = browser.get("district", f"?seen={stamp[1]}", htmx=True)
    with district_scope(campaign.district_id):
        school = School.objects.get(name="Dallas")
        principal = Membership.objects.get(seats__school=school)
    submitted(cycle_of(school, campaign), by=principal)
    computed(campaign)
    later = browser.get("district", f"?seen={stamp[1]}", htmx=True)

    assert ("<html" in page.text, again.status_code, later.status_code) == (False, 204, 200)
    assert "from 4 submitted cycles, of 4 schools" in words_of(later)


def test_the_heatmap_is_in_the_order_of_the_alphabet(browser: Browser, campaign: Campaign) -> None:
    rows = rows_of(browser.get("district"))

    heat = [row.split()[0] for row in rows if row.startswith(("Adams", "Burr", "Clay", "Dallas"))]
    assert heat == ["Adams", "Burr", "Clay"]


@pytest.mark.parametrize("schools", [1, 4])
def test_the_dashboard_costs_the_same_however_many_schools_there_are(
    browser: Browser,
    district: District,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
) -> None:
    rooms = [make_school(district) for _ in range(schools)]
    campaigns = [make_campaign(district, district.this_school_year + step) for step in (-1, 0)]
    for campaign in campaigns:
        for room in rooms:
            principal = Membership.objects.filter(district=district, role=Role.PRINCIPAL).first()
            submitted(
                cycle_of(room, campaign), by=principal or seat(district, Role.PRINCIPAL, *rooms)
            )
        computed(campaign)

    # Session, person, membership; BEGIN, scope, SAVEPOINT; campaigns, the two snapshots, when they
    # were computed, the quiet schools, the groups, open commitments, themes; RELEASE, COMMIT.
    with django_assert_num_queries(18):
        browser.get("district")


@pytest.mark.parametrize("schools", [1, 4])
def test_the_words_behind_a_figure_cost_the_same_however_many_schools_there_are(
    browser: Browser,
    district: District,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
) -> None:
    rooms = [make_school(district) for _ in range(schools)]
    campaign = make_campaign(district)
    for room in rooms:
        handed_in(district, campaign, room, level=2)

    for name, route in (
        ("cell_across_schools", {"context": "team", "content_area": "beliefs"}),
        ("question_across_schools", {"question": "balance"}),
    ):
        # Session, person, membership; BEGIN, scope, SAVEPOINT; the campaign, how many, the page;
        # RELEASE, COMMIT.
        with django_assert_num_queries(11):
            browser.get(name, school_year=campaign.school_year, **route)


def _articles(page: Any) -> int:
    count: int = page.text.count("<article")
    return count


def _schools(page: Any) -> list[str]:
    return re.findall(r'<article [^>]*aria-label="([^"]*)"', page.text)
