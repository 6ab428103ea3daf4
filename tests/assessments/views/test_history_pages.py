"""What was written before: to look at, and to bring back."""

import re
from typing import Any

import pytest

from assessments.models import Cycle, Revision
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.views.browsing import CELL, Browser, save, words_of
from tests.assessments.writing import history, read_cell, read_reflection
from tests.assessments.writing import save as write
from tests.factories import make_district, make_school, seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)

PLACE = {"context": "team", "content_area": "beliefs"}
LONG = "We meet every week in the library, all of us."


@pytest.fixture
def browser(alice: Membership) -> Browser:
    """Alice's."""
    return Browser(alice)


@pytest.fixture
def written(cycle: Cycle, alice: Membership, bob: Membership) -> Cycle:
    """Alice wrote, Bob replaced it, and Alice came too late."""
    write(read_cell(cycle), alice, opportunities=LONG)
    write(read_cell(cycle), bob, opportunities="Nothing of the kind.")
    save(Browser(alice), cycle, version=1, opportunities="Too late, sadly.")
    return cycle


def revision(cycle: Cycle, words: str) -> Revision:
    """The version of the cell that says so."""
    with district_scope(cycle.district_id):
        found: Revision = Revision.objects.get(cycle=cycle, content__opportunities=words)
        return found


def bring_back(browser: Browser, cycle: Cycle, words: str, version: Any = 2) -> Any:
    """As the button below a version does."""
    route = {"revision_id": revision(cycle, words).pk}
    return browser.post("restoration", {"version": version}, **route)


def test_the_history_lists_who_wrote_what_and_what_was_refused(
    browser: Browser, written: Cycle
) -> None:
    page = browser.get("cell_revisions", cycle_id=written.pk, **PLACE)

    words = words_of(page)
    assert page.status_code == 200
    assert re.findall(r"<h2>(.*?)</h2>", page.text) == ["Alice", "Bob", "Alice"]
    assert (page.text.count("status late"), "version 2" in words, "version 1" in words) == (
        1,
        True,
        True,
    )
    assert f">{LONG}</del>" in page.text


def test_a_reflection_has_its_history_too(
    browser: Browser, cycle: Cycle, alice: Membership
) -> None:
    write(read_reflection(cycle, "balance"), alice, text="All in all.", answer={})

    page = browser.get("reflection_revisions", cycle_id=cycle.pk, question="balance")

    assert ("All in all." in words_of(page), page.status_code) == (True, 200)


def test_before_the_first_word_the_history_says_what_it_will_keep(
    browser: Browser, cycle: Cycle
) -> None:
    page = browser.get("cell_revisions", cycle_id=cycle.pk, **PLACE)

    assert "Nothing has been written here yet." in words_of(page)


def test_a_long_history_comes_page_by_page_and_costs_the_same(
    browser: Browser, cycle: Cycle, alice: Membership, django_assert_max_num_queries: Any
) -> None:
    for number in range(35):
        write(read_cell(cycle), alice, opportunities=f"{number} " * 20)

    with django_assert_max_num_queries(20):
        first = words_of(browser.get("cell_revisions", cycle_id=cycle.pk, **PLACE))
    second = words_of(browser.get("cell_revisions", "?page=2", cycle_id=cycle.pk, **PLACE))

    assert ("20 versions in this sitting" in first, "version 35" in first) == (True, True)
    assert ("15 versions in this sitting" in second, "version 1 " in second) == (True, True)
    assert "version 35" not in second


def test_no_question_of_that_name_has_a_history(browser: Browser, cycle: Cycle) -> None:
    page = browser.get("reflection_revisions", cycle_id=cycle.pk, question="no-such-question")

    assert page.status_code == 404


def test_a_version_is_shown_whole_with_what_bringing_it_back_would_change(
    browser: Browser, written: Cycle
) -> None:
    page = browser.get("revision", revision_id=revision(written, LONG).pk)

    assert LONG in words_of(page)
    assert ">Nothing of the kind.</del>" in page.text
    assert 'name="version" value="2"' in page.text
    assert "Bring this version back" in words_of(page)


def test_what_stands_there_now_is_not_brought_back(browser: Browser, written: Cycle) -> None:
    found = revision(written, "Nothing of the kind.")

    words = words_of(browser.get("revision", revision_id=found.pk))

    assert ("This is what stands there now." in words, "Bring this" in words) == (True, False)


@pytest.mark.parametrize("words", [LONG, "Too late, sadly."])
def test_a_version_comes_back_as_a_new_one(browser: Browser, written: Cycle, words: str) -> None:
    answer = bring_back(browser, written, words)

    section = browser.address("section", cycle_id=written.pk, context="team")
    assert (answer.status_code, answer["Location"]) == (302, f"{section}#{CELL}")
    assert (read_cell(written).opportunities, read_cell(written).version) == (words, 3)
    assert (2, "Nothing of the kind.", False) in history(written)


def test_who_brings_back_what_someone_has_changed_meanwhile_sees_it_first(
    browser: Browser, written: Cycle, bob: Membership
) -> None:
    write(read_cell(written), bob, opportunities="And one thing more, I think.")

    answer = bring_back(browser, written, LONG)

    words = words_of(answer)
    assert answer.status_code == 409
    assert "Bob saved something here in the meantime." in words
    assert "And one thing more, I think." in words
    assert 'name="version" value="3"' in answer.text
    assert read_cell(written).opportunities == "And one thing more, I think."


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "\0"])
def test_a_version_from_nowhere_brings_nothing_back(
    browser: Browser, written: Cycle, version: str
) -> None:
    answer = bring_back(browser, written, LONG, version)

    assert (answer.status_code, read_cell(written).version) == (422, 2)
    assert "please try it once more" in words_of(answer)


def test_a_version_from_the_future_is_a_conflict(browser: Browser, written: Cycle) -> None:
    answer = bring_back(browser, written, LONG, 99)

    assert (answer.status_code, read_cell(written).version) == (409, 2)


def test_nothing_comes_back_into_what_was_handed_in(
    browser: Browser, written: Cycle, alice: Membership
) -> None:
    submitted(written, by=alice)

    page = browser.get("revision", revision_id=revision(written, LONG).pk)
    answer = bring_back(browser, written, LONG, read_cell(written).version)

    assert "Bring this version back" not in words_of(page)
    assert answer.status_code == 422
    assert "Reopen it to change its words." in words_of(answer)
    assert read_cell(written).opportunities == "Now: team.beliefs"


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.VIEWER, Role.DISTRICT_ADMIN])
def test_who_reads_drafts_reads_their_versions_and_brings_nothing_back(
    district: District, written: Cycle, role: Role
) -> None:
    reader = Browser(seat(district, role))

    pages = [
        reader.get("cell_revisions", cycle_id=written.pk, **PLACE),
        reader.get("revision", revision_id=revision(written, LONG).pk),
    ]

    assert [(page.status_code, LONG in words_of(page)) for page in pages] == [(200, True)] * 2
    assert "Bring this version back" not in words_of(pages[1])
    assert bring_back(reader, written, LONG).status_code == 403
    assert read_cell(written).version == 2


def test_nobody_else_learns_that_there_is_a_history(district: District, written: Cycle) -> None:
    next_door = seat(district, Role.PRINCIPAL, make_school(district, "Next door"))
    elsewhere = make_district("Elsewhere")
    stranger = seat(elsewhere, Role.DISTRICT_ADMIN)

    for browser in (Browser(next_door), Browser(stranger)):
        one = {"revision_id": revision(written, LONG).pk}
        statuses = [
            browser.get("cell_revisions", cycle_id=written.pk, **PLACE).status_code,
            browser.get("revision", **one).status_code,
            browser.post("restoration", {"version": 2}, **one).status_code,
            browser.get("handed_in", cycle_id=written.pk, number=1).status_code,
        ]

        assert statuses == [404] * 4


def test_beside_each_answer_a_link_leads_to_its_history(browser: Browser, cycle: Cycle) -> None:
    section = browser.get("section", cycle_id=cycle.pk, context="team")
    part_2 = browser.get("part_2", cycle_id=cycle.pk)
    review = browser.get("review", cycle_id=cycle.pk)

    cell = browser.address("cell_revisions", cycle_id=cycle.pk, **PLACE)
    question = browser.address("reflection_revisions", cycle_id=cycle.pk, question="balance")
    assert f'href="{cell}"' in section.text
    assert f'href="{question}"' in part_2.text
    assert (f'href="{cell}"' in review.text, f'href="{question}"' in review.text) == (True, True)
