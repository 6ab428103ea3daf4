"""The reading queue as pages: only what is new, read and on to the next, put back, commented."""

import re
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from assessments import comments, workflow
from assessments.models import Campaign, Comment, Cycle
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, doubled_ids, words_of
from tests.assessments.writing import CELL, read_cell, save
from tests.factories import cycle_of, make_campaign, make_school, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


@pytest.fixture
def browser(specialist: Membership) -> Browser:
    return Browser(specialist)


@pytest.fixture
def schools(district: District) -> list[School]:
    """Adams teaches small ones, Burr big ones."""
    levels = {"Adams": "elementary", "Burr": "high"}
    return [make_school(district, name, level=level) for name, level in levels.items()]


@pytest.fixture
def principal(district: District, schools: list[School]) -> Membership:
    """Of both."""
    return seat(district, Role.PRINCIPAL, *schools)


@pytest.fixture
def cycles(district: District, schools: list[School], principal: Membership) -> list[Cycle]:
    """Both have handed in, Adams first."""
    campaign = make_campaign(district)
    return [submitted(cycle_of(school, campaign), principal) for school in schools]


def mark(browser: Browser, cycle: Cycle, number: int = 1, /, **sent: Any) -> Any:
    sent = {"number": number, "read": "1", **sent}
    return browser.post("reading_mark", sent, cycle_id=cycle.pk)


def hand_in_again(cycle: Cycle, by: Membership, **answer: Any) -> None:
    take_back(cycle, by)
    save(read_cell(cycle, CELL), by, **answer)
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=by, quoting="never")


def take_back(cycle: Cycle, by: Membership) -> None:
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(cycle, by=by, reason="We forgot Ms. Osei")


def names(page: Any) -> list[str]:
    _before, _, rest = page.text.partition('<ol class="waiting"')
    return re.findall(r'<a href="[^"]*">([^<]*)</a>', rest.partition("</ol>")[0])


def news(page: Any) -> list[str]:
    """The codes of what is shown as new."""
    return re.findall(r'<article class="card news [^"]*" id="([^"]*)"', page.text)


def test_before_the_first_campaign_it_says_so(browser: Browser) -> None:
    assert "No campaign yet" in words_of(browser.get("reading"))


def test_everybody_who_handed_in_waits(browser: Browser, cycles: list[Cycle]) -> None:
    page = browser.get("reading")

    assert names(page) == ["Adams", "Burr"]
    assert "2 schools wait for you, of 2 that have submitted." in words_of(page)


def test_read_next_goes_on_to_the_next_and_then_home(browser: Browser, cycles: list[Cycle]) -> None:
    first = browser.get("reading_school", cycle_id=cycles[0].pk)
    onward = re.search(r'name="next" value="([^"]*)"', first.text)
    assert onward is not None

    to_second = mark(browser, cycles[0], next=onward[1])
    second = browser.client.get(to_second.headers["Location"])
    home = mark(browser, cycles[1])

    assert "Read, done" in words_of(second)
    assert home.headers["Location"] == browser.address("reading")
    assert "Nothing waits for you" in words_of(browser.get("reading"))


def test_what_is_put_back_waits_again(browser: Browser, cycles: list[Cycle]) -> None:
    mark(browser, cycles[0])
    between = names(browser.get("reading"))

    mark(browser, cycles[0], read="")

    assert (between, names(browser.get("reading"))) == (["Burr"], ["Adams", "Burr"])


def test_handed_in_again_it_shows_only_what_changed_since(
    browser: Browser, cycles: list[Cycle], principal: Membership
) -> None:
    mark(browser, cycles[0])

    hand_in_again(cycles[0], principal, opportunities="Now: on Tuesdays", opportunity_level=4)
    page = browser.get("reading_school", cycle_id=cycles[0].pk)

    assert (names(browser.get("reading")), news(page)) == (["Burr", "Adams"], [CELL])
    assert "handed in again" in words_of(browser.get("reading"))
    assert "New since you read no. 1" in words_of(page)
    assert "Now and then → now: Built into how we work" in words_of(page)


def test_who_reads_an_old_page_has_not_read_the_new_submission(
    browser: Browser, cycles: list[Cycle], principal: Membership
) -> None:
    hand_in_again(cycles[0], principal, opportunities="Anew")

    mark(browser, cycles[0], 1)

    assert "Adams" in names(browser.get("reading"))


def test_the_first_time_it_shows_what_is_new_since_last_year(
    browser: Browser, district: District, schools: list[School], principal: Membership
) -> None:
    years = [make_campaign(district, district.this_school_year - back) for back in (1, 0)]
    submitted(cycle_of(schools[0], years[0]), principal, level=1)
    now = cycle_of(schools[0], years[1])
    submitted(now, principal, level=1)
    hand_in_again(now, principal, opportunities="We meet on Tuesdays", disposition="done")

    page = browser.get("reading_school", cycle_id=now.pk)

    assert news(page) == [CELL]
    assert "New since last year." in words_of(page)
    assert "Last year’s plan: Done" in words_of(page)


def test_a_school_that_took_it_back_says_so_and_comes_last(
    browser: Browser, cycles: list[Cycle], principal: Membership
) -> None:
    take_back(cycles[0], principal)

    page = browser.get("reading_school", cycle_id=cycles[0].pk)

    assert names(browser.get("reading")) == ["Burr", "Adams"]
    assert "This school has reopened its cycle." in words_of(page)
    assert "We forgot Ms. Osei" in words_of(page)


def test_a_comment_since_brings_it_back_and_an_own_one_does_not(
    browser: Browser, cycles: list[Cycle], principal: Membership, specialist: Membership
) -> None:
    for cycle in cycles:
        mark(browser, cycle)
    with district_scope(cycles[0].district_id):
        comments.write_comment(cycles[0], by=principal, text="Look again, please.", code=CELL)
        comments.write_comment(cycles[1], by=specialist, text="I will come by.", code=CELL)

    page = browser.get("reading_school", cycle_id=cycles[0].pk)

    assert names(browser.get("reading")) == ["Adams"]
    assert ("Look again, please." in words_of(page), news(page)) == (True, [])


def test_a_comment_that_came_while_it_was_being_read_waits(
    browser: Browser, cycles: list[Cycle], principal: Membership
) -> None:
    page = browser.get("reading_school", cycle_id=cycles[0].pk)
    (shown_at,) = re.findall(r'name="shown_at" value="([^"]*)"', page.text)
    with district_scope(cycles[0].district_id):
        comments.write_comment(cycles[0], by=principal, text="One more thing.", code=CELL)

    mark(browser, cycles[0], shown_at=shown_at)

    assert names(browser.get("reading")) == ["Burr", "Adams"]


@pytest.mark.parametrize("shown_at", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_page_from_another_time_was_read_now_or_when_it_was_handed_in(
    browser: Browser, cycles: list[Cycle], shown_at: str
) -> None:
    mark(browser, cycles[0], shown_at=shown_at)

    assert names(browser.get("reading")) == ["Burr"]


def test_commenting_leads_back_to_the_reading(browser: Browser, cycles: list[Cycle]) -> None:
    sent = {"text": "Thank you.", "code": CELL, "back": "reading"}

    answer = browser.post("comments", sent, cycle_id=cycles[0].pk)

    with district_scope(cycles[0].district_id):
        said = Comment.objects.get()
    there = browser.address("reading_school", cycle_id=cycles[0].pk)
    assert answer.headers["Location"] == f"{there}#comment-{said.pk}"


def test_who_only_reads_has_a_queue_and_no_form_for_a_comment(
    district: District, cycles: list[Cycle]
) -> None:
    viewer = Browser(seat(district, Role.VIEWER))

    page = viewer.get("reading_school", cycle_id=cycles[0].pk)
    mark(viewer, cycles[0])

    assert ('name="text"' in page.text, names(viewer.get("reading"))) == (False, ["Burr"])


def test_the_level_is_kept_from_school_to_school(browser: Browser, cycles: list[Cycle]) -> None:
    page = browser.get("reading", "?level=high")
    school = browser.get("reading_school", "?level=high", cycle_id=cycles[1].pk)

    assert names(page) == ["Burr"]
    assert '/mark/?level=high"' in school.text


@pytest.mark.parametrize("number", ["", "0", "x", "99999"])
def test_nonsense_is_refused(browser: Browser, cycles: list[Cycle], number: str) -> None:
    sent = {"number": number, "read": "1"}

    assert browser.post("reading_mark", sent, cycle_id=cycles[0].pk).status_code == 400


def test_a_submission_that_there_is_not_cannot_be_read(
    browser: Browser, cycles: list[Cycle]
) -> None:
    assert mark(browser, cycles[0], 7).status_code == 404


def test_no_id_stands_twice(browser: Browser, cycles: list[Cycle]) -> None:
    assert doubled_ids(browser.get("reading_school", cycle_id=cycles[0].pk)) == []


@pytest.mark.parametrize("count", [1, 4])
def test_reading_costs_the_same_however_many_schools_wait(
    browser: Browser,
    district: District,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rooms = [make_school(district) for _ in range(count)]
    by = seat(district, Role.PRINCIPAL, *rooms)
    campaign: Campaign = make_campaign(district)
    waiting = [submitted(cycle_of(room, campaign), by) for room in rooms]

    # Session, person, membership; BEGIN, scope, SAVEPOINT; RELEASE, COMMIT: eight. Then the
    # submissions, what was read, comments, the words of this year and of last year.
    with django_assert_num_queries(8 + 1 + 5):  # and the campaigns
        browser.get("reading")
    with django_assert_num_queries(8 + 5 + 5):  # and the cycle, its words thrice, its comments
        browser.get("reading_school", cycle_id=waiting[0].pk)
