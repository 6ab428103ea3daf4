"""What follows, as pages: each figure leads to as many schools, each pair is one click."""

import re
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from assessments import answers, commitments, workflow
from assessments.dashboards.following_rows import followed_up
from assessments.instrument.codes import CellCode, ContentArea, Context
from assessments.models import Campaign, Introduction
from assessments.tasks import refresh_dashboard
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, words_of
from tests.factories import answer_everything, cycle_of, make_campaign, make_school, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = {"context": "team", "content_area": "beliefs"}
CELL = "team.beliefs"
FIGURE = re.compile(r'<a (?:id="[^"]*" )?href="([^"]*(?:follow-up|/commitments)/\?[^"]*)">(\d+)<')
SAID = {
    "Adams": {"disposition": "done", "disposition_why": "All of it.", "offer": "seeking"},
    "Burr": {"disposition": "dropped", "disposition_why": "No time.", "offer": "offering"},
    "Clay": {"offer": "offering"},
}


@pytest.fixture
def browser(district: District) -> Browser:
    """The specialist's."""
    return Browser(seat(district, Role.SPECIALIST))


def hand_in(campaign: Campaign, school: School, by: Membership, **said: Any) -> None:
    cycle = cycle_of(school, campaign)
    answer_everything(cycle, by)
    with district_scope(campaign.district_id):
        cell = cycle.cells.get(**PLACE)
        cell.cycle = cycle
        answers.save_cell(cell, by=by, version=cell.version, answer=said)
        workflow.submit_cycle(cycle, by=by, quoting="never")


def promise(campaign: Campaign, school: School, by: Membership, days: int) -> None:
    with district_scope(campaign.district_id):
        cell = cycle_of(school, campaign).cells.get(**PLACE)
        made = commitments.make_commitment(
            cell, by=by, what=f"In {days}", who="All", due_on=campaign.district.today()
        )
        type(made).objects.filter(pk=made.pk).update(
            due_on=campaign.district.today() + timedelta(days=days)
        )


@pytest.fixture
def principals(district: District) -> dict[str, Membership]:
    """Of three schools, by the school's name."""
    return {name: seat(district, Role.PRINCIPAL, make_school(district, name)) for name in SAID}


@pytest.fixture
def campaign(district: District, principals: dict[str, Membership]) -> Campaign:
    """All three planned something last year, and said this year what became of it."""
    years = [make_campaign(district, district.this_school_year - back) for back in (1, 0)]
    with district_scope(district.pk):
        schools = {school.name: school for school in School.objects.all()}
    for name, by in principals.items():
        submitted(cycle_of(schools[name], years[0]), by)
        hand_in(years[1], schools[name], by, **SAID[name])
    for days in (-3, 2, 400):
        promise(years[1], schools["Adams"], principals["Adams"], days)
    for year in years:
        refresh_dashboard(str(district.pk), year.school_year)
    return years[1]


def schools_on(page: Any) -> list[str]:
    return re.findall(r'<article [^>]*aria-label="([^"]*)"', page.text)


def test_every_figure_leads_to_as_many(browser: Browser, campaign: Campaign) -> None:
    figures = FIGURE.findall(browser.get("district").text)

    wrong = [
        (address, count)
        for address, count in figures
        if _entries(browser.client.get(address.replace("&amp;", "&"))) != int(count)
    ]

    assert (wrong, len(figures) > 9) == ([], True)


def test_behind_what_became_of_it_stand_the_plan_and_the_why(
    browser: Browser, campaign: Campaign
) -> None:
    page = browser.get(
        "follow_up_across_schools",
        "?disposition=dropped",
        school_year=campaign.school_year,
        **PLACE,
    )

    assert schools_on(page) == ["Burr"]
    assert f"Next: {CELL}" in words_of(page)
    assert "No time." in words_of(page)
    assert "1 of 3 schools that planned something here" in words_of(page)


def test_what_became_of_plans_is_told_of_the_asking_person_s_schools(
    campaign: Campaign, principals: dict[str, Membership]
) -> None:
    place = CellCode(Context.TEAM, ContentArea.BELIEFS)
    with district_scope(campaign.district_id):
        cells = followed_up(principals["Adams"], campaign.school_year, place)
        told = [cell.school.name for cell in cells]

    assert told == ["Adams"]


def test_silence_about_last_year_is_told_apart(browser: Browser, campaign: Campaign) -> None:
    page = browser.get(
        "follow_up_across_schools",
        "?disposition=not_said",
        school_year=campaign.school_year,
        **PLACE,
    )

    assert schools_on(page) == ["Clay"]


def test_a_figure_that_there_is_not_leads_nowhere(browser: Browser, campaign: Campaign) -> None:
    cell = {"school_year": campaign.school_year, **PLACE}
    follow_up = browser.get("follow_up_across_schools", "?disposition=x", **cell)
    queries = ("?cell=team.feelings", "?month=2027-13", "?month=%00", "?month=9999-12")
    lists = [browser.get("commitments_across_schools", query).status_code for query in queries]

    assert (follow_up.status_code, lists) == (404, [404] * len(queries))


def test_commitments_count_live_without_a_submission(
    browser: Browser, campaign: Campaign, principals: dict[str, Membership]
) -> None:
    with district_scope(campaign.district_id):
        school = School.objects.get(name="Burr")
    promise(campaign, school, principals["Burr"], 1)

    words = words_of(browser.get("district"))

    assert "4 open commitments today, whatever year they were made in, of 2 of 3 schools" in words
    assert "1 with a date that has passed" in words


def test_one_click_introduces_two_schools_and_both_see_it(
    browser: Browser, campaign: Campaign, principals: dict[str, Membership]
) -> None:
    page = browser.get("examples_across_schools", school_year=campaign.school_year, **PLACE)
    looking, showing = re.findall(r'name="(?:looking|showing)" value="([^"]*)"', page.text)[:2]
    sent = {"looking": looking, "showing": showing}

    for _click in (1, 2):
        browser.post("introductions", sent, school_year=campaign.school_year, **PLACE)

    after = browser.get("examples_across_schools", school_year=campaign.school_year, **PLACE)
    assert (schools_on(page), page.text.count('<form method="post" action="/d/')) == (["Adams"], 2)
    assert ("introduced by" in words_of(after), after.text.count('name="showing"')) == (True, 1)
    assert "Burr could show you an example." in _overview(principals["Adams"], campaign, "Adams")
    assert "Adams looks for an example that you" in _overview(principals["Burr"], campaign, "Burr")
    assert "You could meet" not in _overview(principals["Clay"], campaign, "Clay")


def test_who_only_reads_is_offered_no_click(campaign: Campaign, district: District) -> None:
    viewer = Browser(seat(district, Role.VIEWER))

    page = viewer.get("examples_across_schools", school_year=campaign.school_year, **PLACE)

    assert (schools_on(page), 'name="showing"' in page.text) == (["Adams"], False)


def test_an_answer_that_was_taken_back_meanwhile_is_said(
    browser: Browser, campaign: Campaign, principals: dict[str, Membership]
) -> None:
    page = browser.get("examples_across_schools", school_year=campaign.school_year, **PLACE)
    looking, showing = re.findall(r'name="(?:looking|showing)" value="([^"]*)"', page.text)[:2]
    with district_scope(campaign.district_id):
        school = School.objects.get(pk=showing)
        cycle = cycle_of(school, campaign)
        workflow.reopen_cycle(cycle, by=principals[school.name], reason="Not so sure")

    sent = {"looking": looking, "showing": showing}
    answer = browser.post("introductions", sent, school_year=campaign.school_year, **PLACE)
    after = browser.client.get(answer.headers["Location"])

    assert "has changed its answer meanwhile" in words_of(after)
    with district_scope(campaign.district_id):
        assert Introduction.objects.count() == 0


def test_these_pages_cost_the_same_however_many_schools_there_are(
    browser: Browser, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    year = {"school_year": campaign.school_year, **PLACE}

    # Session, person, membership; BEGIN, scope, SAVEPOINT; RELEASE, COMMIT: eight, and their own.
    with django_assert_num_queries(8 + 4):  # campaign, how many, the page, last year's words
        browser.get("follow_up_across_schools", **year)
    with django_assert_num_queries(8 + 5):  # campaign, who looks, who shows, who met, submitted
        browser.get("examples_across_schools", **year)
    with django_assert_num_queries(8 + 3):  # the months, how many, the page
        browser.get("commitments_across_schools")


def _entries(page: Any) -> int:
    count: int = page.text.count("<article") + page.text.count('<li class="commitment ')
    return count


def _overview(who: Membership, campaign: Campaign, school: str) -> str:
    with district_scope(campaign.district_id):
        cycle = cycle_of(School.objects.get(name=school), campaign)
    return words_of(Browser(who).get("cycle", cycle_id=cycle.pk))
