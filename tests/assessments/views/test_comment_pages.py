"""Comments on the pages: threads beside what they are about, in place and without scripts."""

from typing import Any
from uuid import uuid4

import pytest

from assessments import comments, workflow
from assessments.models import Comment, Cycle
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, words_of
from tests.assessments.writing import CELL
from tests.factories import answer_everything, cycle_of, make_campaign, make_school, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sam(district: District) -> Membership:
    """A specialist of the district."""
    return seat(district, Role.SPECIALIST)


def say(cycle: Cycle, by: Membership, text: str = "How so?", **where: Any) -> Comment:
    """A comment, by default on the first cell of the team."""
    with district_scope(cycle.district_id):
        return comments.write_comment(cycle, by=by, text=text, **where or {"code": CELL})


def count(cycle: Cycle) -> int:
    """How many there are."""
    with district_scope(cycle.district_id):
        return Comment.objects.count()


@pytest.mark.parametrize(
    ("code", "page"), [(CELL, "/team/"), ("balance", "/part-2/"), ("", "")], ids=str
)
def test_without_scripts_it_leads_to_where_it_stands(
    code: str, page: str, cycle: Cycle, sam: Membership
) -> None:
    browser = Browser(sam)

    answer = browser.post("comments", {"text": "How <so>?", "code": code}, cycle_id=cycle.pk)

    address, _, anchor = answer.url.partition("#")
    assert address.endswith(f"{cycle.pk}{page or '/'}")
    shown = browser.client.get(address).text
    assert f'id="{anchor}"' in shown
    assert "How &lt;so&gt;?" in shown


@pytest.mark.parametrize("htmx", [True, False])
def test_a_refused_comment_comes_back_as_typed(htmx: bool, cycle: Cycle, sam: Membership) -> None:
    text = "More & " + "x" * 5_000

    answer = Browser(sam).post(
        "comments", {"text": text, "code": CELL}, htmx=htmx, cycle_id=cycle.pk
    )

    assert (answer.status_code, count(cycle)) == (422, 0)
    assert "at most 5000" in words_of(answer).replace(",", "")
    assert "\nMore &amp; xxx" in answer.text


def test_a_page_of_someone_else_says_nothing(cycle: Cycle, sam: Membership) -> None:
    browser = Browser(sam)
    browser.client.defaults["HTTP_X_PERSON"] = "someone else"

    answer = browser.post("comments", {"text": "So?", "code": CELL}, htmx=True, cycle_id=cycle.pk)

    assert (answer.status_code, count(cycle)) == (403, 0)


def test_the_thread_of_a_school_next_door_does_not_exist_here(
    district: District, cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    other = make_school(district)
    theirs = say(cycle_of(other, make_campaign(district, district.this_school_year - 1)), sam)

    answers = [
        Browser(alice).post("comments", {"text": "So.", "thread": thread}, cycle_id=cycle.pk)
        for thread in (theirs.pk, uuid4(), "no id", "\0")
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert count(cycle) == 1


def test_another_school_s_thread_is_not_settled_from_here(
    district: District, cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    other = make_school(district)
    past = make_campaign(district, district.this_school_year - 1)
    theirs = say(cycle_of(other, past), sam)

    answer = Browser(alice).post("comment_resolution", {"resolved": "1"}, comment_id=theirs.pk)

    assert answer.status_code == 404


def test_a_reply_cannot_be_settled(cycle: Cycle, alice: Membership, sam: Membership) -> None:
    reply = say(cycle, alice, "So.", thread=say(cycle, sam))

    answer = Browser(sam).post("comment_resolution", {"resolved": "1"}, comment_id=reply.pk)

    assert answer.status_code == 404


def test_a_settled_thread_is_folded_and_opened_again(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    thread = say(cycle, sam)
    browser = Browser(alice)

    browser.post("comment_resolution", {"resolved": "1"}, comment_id=thread.pk)
    folded = words_of(browser.get("section", cycle_id=cycle.pk, context="team"))
    browser.post("comment_resolution", {"resolved": ""}, comment_id=thread.pk)
    opened = words_of(browser.get("section", cycle_id=cycle.pk, context="team"))

    assert ("1 resolved comment" in folded, "1 resolved comment" in opened) == (True, False)


def test_the_overview_counts_open_threads_and_has_those_on_the_whole(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    say(cycle, alice, "So.", thread=say(cycle, sam))
    say(cycle, sam, "And then?")
    say(cycle, sam, "A good year.", code="")

    page = words_of(Browser(alice).get("cycle", cycle_id=cycle.pk))

    assert "2 open comments" in page
    assert "A good year." in page


def test_a_specialist_comments_on_what_was_handed_in(
    cycle: Cycle, alice: Membership, sam: Membership
) -> None:
    answer_everything(cycle, alice)
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=alice, quoting="never")

    page = Browser(sam).get("section", cycle_id=cycle.pk, context="team")

    assert page.text.count('name="text"') == 3


def test_a_viewer_reads_and_does_not_write(
    district: District, cycle: Cycle, sam: Membership
) -> None:
    say(cycle, sam)

    page = Browser(seat(district, Role.VIEWER)).get("section", cycle_id=cycle.pk, context="team")

    assert "How so?" in page.text
    assert "/comments/" not in page.text


@pytest.mark.parametrize("schools_words", [1, 6])
def test_threads_cost_the_same_however_many(
    schools_words: int,
    cycle: Cycle,
    alice: Membership,
    sam: Membership,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(schools_words):
        say(cycle, alice, f"No. {number}", thread=say(cycle, sam, f"About {number}"))
    browser = Browser(alice)
    browser.get("section", cycle_id=cycle.pk, context="team")

    with django_assert_max_num_queries(21):
        browser.get("section", cycle_id=cycle.pk, context="team")
