"""The dashboard of some schools: filters, the same schools in both years, and back again."""

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from assessments.models import Campaign, InstrumentVersion
from assessments.tasks import refresh_dashboard
from schools.models import District, Role, SchoolLevel
from schools.tenancy import district_scope
from tests.assessments.dashboards.rebuilding import leave_a_mark
from tests.assessments.views.browsing import Browser, rows_of, words_of
from tests.factories import cycle_of, make_campaign, make_school, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

FIGURE = re.compile(r'<a id="(?:cell|answer|pair)-[^"]*" href="([^"]*\?[^"]*)">(\d+)<')
LAST_YEAR = re.compile(
    r'<a href="([^"]*/years/[^"]*)">(\d+)<span class="visually-hidden"> schools l'
)
BACK = re.compile(r'<a id="back" href="([^"]*)"')


@pytest.fixture
def browser(district: District) -> Browser:
    """The specialist's."""
    return Browser(seat(district, Role.SPECIALIST))


@pytest.fixture
def campaign(district: District) -> Campaign:
    """Two high schools and a middle school; one of each submitted last year, too."""
    rooms = [
        make_school(district, "Adams", level=SchoolLevel.HIGH, students=900, group="North"),
        make_school(district, "Burr", level=SchoolLevel.HIGH, students=200),
        make_school(district, "Clay", level=SchoolLevel.MIDDLE, group="North"),
    ]
    people = [seat(district, Role.PRINCIPAL, room) for room in rooms]
    for step, levels in ((-1, (1, None, 4)), (0, (3, 3, 0))):
        campaign = make_campaign(district, district.this_school_year + step)
        for room, principal, level in zip(rooms, people, levels, strict=True):
            if level is not None:
                submitted(cycle_of(room, campaign), by=principal, level=level)
        computed(campaign)
    return campaign


def computed(campaign: Campaign) -> None:
    refresh_dashboard(str(campaign.district_id), campaign.school_year)


@pytest.mark.parametrize(
    ("query", "schools"),
    [
        ("?school_level=high", ["Adams", "Burr"]),
        ("?size=600_and_more", ["Adams"]),
        ("?size=unknown", ["Clay"]),
        ("?group=North", ["Adams", "Clay"]),
        ("?group=North&school_level=high", ["Adams"]),
        ("?cell=team.beliefs&at=3", ["Adams", "Burr"]),
        ("?cell=team.beliefs&at=0&group=North", ["Clay"]),
    ],
)
def test_the_figures_are_of_the_schools_that_match(
    browser: Browser, campaign: Campaign, query: str, schools: list[str]
) -> None:
    page = browser.get("district", query)

    assert _heat(page) == schools
    assert f"of {len(schools)} that submitted, of {len(schools)}" in words_of(page)


@pytest.mark.parametrize(
    "query", ["?school_level=high", "?compare=same", "?group=North&compare=same"]
)
def test_every_figure_leads_to_as_many_schools_and_back_to_its_place(
    browser: Browser, campaign: Campaign, query: str
) -> None:
    page = browser.get("district", query)
    figures = FIGURE.findall(page.text)
    before = LAST_YEAR.findall(page.text)

    # A page each is slow: every fifth, this year's and last year's.
    asked = [(unescape(address), int(n)) for address, n in (*figures[::5], *before[::9])]
    answers = [(browser.client.get(address), n) for address, n in asked]

    assert [n for answer, n in answers if answer.text.count("<article") != n] == []
    backs = {unescape(match) for answer, _ in answers for match in BACK.findall(answer.text)}
    for back in backs:
        assert set(query[1:].split("&")) <= _query(back)
        assert f"year={campaign.school_year}" in _query(back)
    for address, _n in asked[:6]:
        (back,) = BACK.findall(browser.client.get(address).text)
        assert f'id="{unescape(back).partition("#")[2]}"' in page.text


def test_the_same_schools_are_compared_on_request(browser: Browser, campaign: Campaign) -> None:
    page = browser.get("district", "?compare=same")

    assert "the 2 schools that submitted in both years, of 3 that submitted this year" in words_of(
        page
    )
    assert "of 2 that submitted in both years" in words_of(page)


def test_a_filter_that_matches_nothing_says_so_and_leads_on(
    browser: Browser, campaign: Campaign
) -> None:
    page = browser.get("district", "?group=Nowhere&size=unknown")

    assert "No school matches these filters" in words_of(page)
    assert 'class="filter-chip" href="' in page.text


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?size=huge", "size=huge"),
        ("?school_level=%00", "school_level="),
        ("?cell=team.beliefs", "cell=team.beliefs"),
        ("?compare=districts", "compare=districts"),
        ("?group=%3Cscript%3E%0A", "group="),
    ],
)
def test_an_unknown_filter_shows_nothing_rather_than_something_else(
    browser: Browser, campaign: Campaign, query: str, named: str
) -> None:
    for name, route in (
        ("district", {}),
        ("schools", {}),
        ("cell_across_schools", _cell(campaign)),
    ):
        page = browser.get(name, query, **route)

        assert (page.status_code, named in words_of(page)) == (422, True)
        assert ("Adams" in page.text, "<script>" in page.text) == (False, False)


def test_a_page_far_away_is_the_last(browser: Browser, campaign: Campaign) -> None:
    page = browser.get("district", f"?page={10**30}&school_level=high")

    assert _heat(page) == ["Adams", "Burr"]


@pytest.mark.parametrize(
    ("query", "says_so"), [("", False), ("?group=North", True), ("?compare=same", True)]
)
def test_what_no_filter_narrows_says_so(
    browser: Browser, campaign: Campaign, query: str, says_so: bool
) -> None:
    page = words_of(browser.get("district", query))

    assert ("Themes are counted over all schools." in page) == says_so


def test_the_first_year_has_no_same_schools_to_be_compared_over(
    browser: Browser, campaign: Campaign
) -> None:
    page = browser.get("district", f"?year={campaign.school_year - 1}&compare=same")

    assert "submitted in both years" not in words_of(page)
    assert _heat(page) == ["Adams", "Clay"]
    assert [address for address, _ in FIGURE.findall(page.text) if "compare" in address] == []


def test_the_other_end_of_a_comparison_is_the_comparison(
    browser: Browser, campaign: Campaign
) -> None:
    page = browser.get("district", "?compare=next")

    assert "The figures below are of the 2 schools that submitted in both years" in words_of(page)


def test_where_levels_are_off_the_grid_shows_what_remains(
    browser: Browser, district: District
) -> None:
    room = make_school(district, "Adams")
    campaign = make_campaign(district, asks_level=False)
    submitted(cycle_of(room, campaign), by=seat(district, Role.PRINCIPAL, room), level=None)
    computed(campaign)

    page = browser.get("district")

    assert "did not ask how settled the opportunities are" in words_of(page)
    assert sorted(
        {row.split(" schools")[0] for row in rows_of(page) if "Individual learning, Beliefs" in row}
    ) == ["In words 1", "None yet 0"]
    assert (
        "Regularly"
        not in words_of(page).partition("Filter the schools")[2].partition("Computed")[2]
    )


def test_levels_that_only_last_year_asked_for_are_not_compared(
    browser: Browser, campaign: Campaign, district: District
) -> None:
    with district_scope(district.pk):
        Campaign.objects.filter(pk=campaign.pk).update(asks_level=False)
    grid = browser.get("district").text.partition('id="grid"')[2].partition("</section></div>")[0]

    assert "Levels were asked for in only one of the two years" in grid
    assert LAST_YEAR.findall(grid.partition('id="part-2"')[0]) == []


def test_another_wording_is_compared_only_where_both_asked(
    browser: Browser, campaign: Campaign, district: District
) -> None:
    newest = InstrumentVersion.objects.latest()
    definition = {
        **newest.definition,
        "questions": [dict(it) for it in newest.definition["questions"]],
    }
    definition["options"] = {
        **definition["options"],
        "groups": [
            *definition["options"]["groups"],
            {"code": "families", "label": {"en": "Families"}},
        ],
    }
    definition["questions"] = [it for it in definition["questions"] if it["key"] != "attention"]
    # A version stays for good: published before the shipped one, it is nobody's newest.
    with time_machine.travel("2020-01-01", tick=False):
        other = InstrumentVersion.objects.create(code="other", version="1", definition=definition)
    with district_scope(district.pk):
        Campaign.objects.filter(pk=campaign.pk).update(instrument_version=other)
    leave_a_mark(campaign)
    computed(campaign)

    page = browser.get("district")

    assert "Last year’s wording was another (advancing-equity 2026.1)" in words_of(page)
    assert "Missed so far: Families (new this year)" in words_of(page)
    assert "not among the answers last year" in words_of(page)


@pytest.mark.parametrize("schools", [1, 4])
def test_a_filtered_dashboard_costs_the_same_however_many_schools_there_are(
    browser: Browser,
    district: District,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
) -> None:
    rooms = [make_school(district) for _ in range(schools)]
    principal = seat(district, Role.PRINCIPAL, *rooms)
    for step in (-1, 0):
        campaign = make_campaign(district, district.this_school_year + step)
        for room in rooms:
            submitted(cycle_of(room, campaign), by=principal)
        computed(campaign)

    # As the dashboard of all schools without what follows, and three for the rows of each year.
    with django_assert_num_queries(17 + 6):
        browser.get("district", "?school_level=other&compare=same")


def _cell(campaign: Campaign) -> dict[str, Any]:
    return {"school_year": campaign.school_year, "context": "team", "content_area": "beliefs"}


def _heat(page: Any) -> list[str]:
    return re.findall(r'<a id="heat-[^"]*" href="[^"]*">([^<]*)<', page.text)


def _query(address: str) -> set[str]:
    return set(address.partition("?")[2].partition("#")[0].split("&"))
