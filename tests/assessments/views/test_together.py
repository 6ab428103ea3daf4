"""What a school sees of the others: enough of them at once, and words that may be quoted."""

import re
from urllib.parse import quote_plus

import pytest

from assessments import excerpts, themes, workflow
from assessments.models import Campaign, Cycle, Submission
from schools.models import District, Role, School
from schools.tenancy import district_scope
from tests.assessments.dashboards.rebuilding import rebuild_all
from tests.assessments.views.browsing import Browser, words_of
from tests.factories import answer_everything, cycle_of, make_campaign, make_district, make_school
from tests.factories import seat as seat_at

pytestmark = pytest.mark.django_db(transaction=True)

# Figures of the first cell: how many schools, and how many of them regularly.
DENOMINATOR = re.compile(r"of (\d+) schools?")


@pytest.fixture
def schools(district: District) -> list[School]:
    """Seven elementary schools, six middle schools and two others."""
    levels = ["elementary"] * 7 + ["middle"] * 6 + ["high", "other"]
    return [make_school(district, f"School {n:02}", level=it) for n, it in enumerate(levels)]


@pytest.fixture
def campaign(district: District, schools: list[School]) -> Campaign:
    return make_campaign(district)


@pytest.fixture
def reader(district: District, schools: list[School]) -> Browser:
    """A principal of the first school."""
    return Browser(seat_at(district, Role.PRINCIPAL, schools[0]))


def hand_in(school: School, campaign: Campaign, quoting: str = "never") -> Cycle:
    """The cycle of a school, with words that name it, handed in."""
    principal = seat_at(campaign.district, Role.PRINCIPAL, school)
    cycle = cycle_of(school, campaign)
    answer_everything(cycle, principal)
    with district_scope(cycle.district_id):
        return workflow.submit_cycle(cycle, by=principal, quoting=quoting)


def counted(page: str) -> set[int]:
    return {int(number) for number in DENOMINATOR.findall(page)}


def test_nothing_is_shown_until_enough_schools_have_handed_in(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    for school in schools[:4]:
        hand_in(school, campaign)
    rebuild_all()
    few = reader.get("together").text
    hand_in(schools[4], campaign)
    rebuild_all()

    assert "Not enough schools yet" in few
    assert counted(few) == set()
    assert counted(reader.get("together").text) == {5}


def test_no_filter_and_no_second_look_gives_more_than_the_blocks_and_their_sum(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    seen: set[int] = set()
    for number, school in enumerate([*schools[:5], *schools[7:12], *schools[12:], schools[5]]):
        hand_in(school, campaign)
        if number in (4, 9, 12, 13):
            rebuild_all()
            seen |= everything_shown_to(reader)

    one_block = reader.get("together", "?schools=elementary").text
    assert seen == {5, 10}
    assert (counted(reader.get("together").text), counted(one_block)) == ({10}, {5})
    assert "High, Middle, Other" in one_block


def everything_shown_to(reader: Browser) -> set[int]:
    """What the page gives for every block that one could ask for, and every filter beside it."""
    blocks = ["", "elementary", "high+middle+other", "middle", "high", "other"]
    beside = ["", "&level=high", "&size=small", "&group=north", "&compare=same"]
    queries = [f"?schools={quote_plus(block)}" for block in blocks] + [f"?{it}" for it in beside]
    return set().union(*(counted(reader.get("together", query).text) for query in queries))


def test_it_says_of_which_levels_the_counted_schools_are(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    for school in schools[:5]:
        hand_in(school, campaign)
    rebuild_all()

    assert "Counted so far: Elementary." in reader.get("together").text


def test_how_many_speak_of_a_theme_does_not_tell_of_one_school(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    cycles = [hand_in(school, campaign) for school in schools[:7]]
    rebuild_all()
    specialist = seat_at(campaign.district, Role.SPECIALIST)
    with district_scope(campaign.district_id):
        theme = themes.make_theme(by=specialist, name="Time", school_year=campaign.school_year)
        for cycle in cycles[:6]:
            last = Submission.objects.get(cycle=cycle)
            excerpts.add_excerpt(theme, last, by=specialist, place=("balance", "text"), span=(0, 8))
    six = words_of(reader.get("together"))
    with district_scope(campaign.district_id):
        excerpts.remove_excerpt(theme.excerpts.first(), by=specialist)
    five = words_of(reader.get("together"))

    assert "at least 5 of 7 schools" in six
    assert six == five


def test_a_district_may_ask_for_more_schools(
    reader: Browser, campaign: Campaign, schools: list[School], district: District
) -> None:
    District.objects.filter(pk=district.pk).update(fewest_schools=8)
    for school in schools[:7]:
        hand_in(school, campaign)
    rebuild_all()

    assert counted(reader.get("together").text) == set()


def test_words_are_read_by_others_only_where_their_school_agreed(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    for school, quoting in zip(schools[1:4], ["never", "unnamed", "named"], strict=True):
        hand_in(school, campaign, quoting)
    place = {"school_year": campaign.school_year, "context": "team", "content_area": "beliefs"}

    page = reader.get("cell_quotes", **place).text

    assert "2 schools that agreed" in page
    assert [f"School {n:02}" in page for n in (1, 2, 3)] == [False, False, True]
    assert page.count("Now: team.beliefs") == 2


def test_a_school_that_takes_its_word_back_is_quoted_no_more(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    cycle = hand_in(schools[1], campaign, "named")
    asked = {"school_year": campaign.school_year, "question": "balance"}
    before = reader.get("question_quotes", **asked).text
    with district_scope(cycle.district_id):
        Cycle.objects.filter(pk=cycle.pk).update(quoting="never")

    after = reader.get("question_quotes", **asked).text

    assert ("About balance" in before, "About balance" in after) == (True, False)


def test_another_district_s_quotes_are_not_there(reader: Browser, campaign: Campaign) -> None:
    elsewhere = make_district()
    school = make_school(elsewhere, "Far away")
    hand_in(school, make_campaign(elsewhere), "named")
    asked = {"school_year": campaign.school_year, "question": "balance"}

    assert "Far away" not in reader.get("question_quotes", **asked).text


def test_the_figures_are_those_of_the_submissions_that_they_name(
    reader: Browser, campaign: Campaign, schools: list[School]
) -> None:
    for school in schools[:6]:
        hand_in(school, campaign)
    rebuild_all()
    page = reader.get("together").text

    # Every school of the tests stands at level 2, in every cell.
    counts = re.findall(r'<td class="count">(\d+)</td>', page)[:6]
    assert counts == ["0", "0", "6", "0", "0", "0"]


def test_where_levels_are_off_it_shows_what_remains(
    reader: Browser, district: District, schools: list[School]
) -> None:
    years = [(-1, True), (0, False)]
    for step, asks_level in years:
        year = district.this_school_year + step
        campaign = make_campaign(district, year, asks_level=asks_level)
        for school in schools[:5]:
            hand_in(school, campaign)
        rebuild_all()

    page = reader.get("together").text

    assert ("In words" in page, "Now and then" in page) == (True, False)
    assert "Levels were asked for in only one of the two years" in page
    assert re.findall(r'<td class="count(?: was)?">(\d+)</td>', page)[:4] == ["0", "5", "0", "5"]
