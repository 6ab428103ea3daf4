"""What stands on the pages of a cycle, for those who write and those who read."""

import pytest
from pytest_django import DjangoAssertNumQueries

from assessments.models import Cycle
from schools.models import District, Membership, Role, School
from tests.assessments.views.browsing import Browser, fields_of, rows_of, words_of
from tests.factories import (
    answer_everything,
    cycle_of,
    make_campaign,
    make_school,
    make_user,
    seat,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)

SECTION = {"context": "team"}


@pytest.fixture
def viewer(district: District, school: School) -> Membership:
    """Reads at the school."""
    return seat(district, Role.VIEWER, school, user=make_user("Vera"))


def test_who_writes_finds_a_form(alice: Membership, cycle: Cycle) -> None:
    page = Browser(alice).get("section", cycle_id=cycle.pk, **SECTION)

    texts = {name.partition("-")[2] for name in fields_of(page)}
    assert {"opportunities", "improvements", "minority_view", "version"} <= texts
    assert "Save this page" in page.text


@pytest.mark.parametrize("name", ["section", "part_2"])
def test_who_reads_finds_words_and_no_form(
    alice: Membership, viewer: Membership, cycle: Cycle, name: str
) -> None:
    answer_everything(cycle, by=alice)
    route = SECTION if name == "section" else {}

    page = Browser(viewer).get(name, cycle_id=cycle.pk, **route)

    assert (page.status_code, fields_of(page), "Save" in page.text) == (200, [], False)
    assert ("Now: team.beliefs" if name == "section" else "About balance") in words_of(page)


def test_the_district_reads_drafts_and_writes_nothing(
    district: District, alice: Membership, cycle: Cycle
) -> None:
    answer_everything(cycle, by=alice)
    specialist = Browser(seat(district, Role.SPECIALIST))

    page = specialist.get("section", cycle_id=cycle.pk, **SECTION)

    assert ("Now: team.beliefs" in words_of(page), fields_of(page)) == (True, [])


def test_beside_each_cell_stands_what_the_school_wrote_last_year(
    district: District, school: School, alice: Membership
) -> None:
    last_year = make_campaign(district, district.this_school_year - 1)
    submitted(cycle_of(school, last_year), by=alice)
    cycle = cycle_of(school, make_campaign(district))

    section = Browser(alice).get("section", cycle_id=cycle.pk, **SECTION)
    part_2 = Browser(alice).get("part_2", cycle_id=cycle.pk)

    assert "Next: team.systems" in words_of(section)
    assert "About focus" in words_of(part_2)


def test_a_draft_of_last_year_is_not_shown_as_what_the_school_wrote(
    district: District, school: School, alice: Membership
) -> None:
    last_year = make_campaign(district, district.this_school_year - 1)
    answer_everything(cycle_of(school, last_year), by=alice)
    cycle = cycle_of(school, make_campaign(district))

    section = Browser(alice).get("section", cycle_id=cycle.pk, **SECTION)

    assert "Next: team.systems" not in words_of(section)


def test_a_submitted_cycle_is_there_to_be_read(alice: Membership, cycle: Cycle) -> None:
    submitted(cycle, by=alice)

    page = Browser(alice).get("section", cycle_id=cycle.pk, **SECTION)

    assert (fields_of(page), "Submitted on" in words_of(page)) == ([], True)


def test_words_are_shown_as_they_are_written_and_never_as_markup(
    alice: Membership, viewer: Membership, cycle: Cycle
) -> None:
    written = '<script>alert(1)</script> & "{{ user }}"'
    sent = {"team.beliefs-version": 0, "team.beliefs-opportunities": written}
    Browser(alice).post("cell", sent, cycle_id=cycle.pk, content_area="beliefs", **SECTION)

    for name, route in (("section", SECTION), ("cycle", {}), ("review", {}), ("part_2", {})):
        for reader in (alice, viewer):
            page = Browser(reader).get(name, cycle_id=cycle.pk, **route)
            assert "<script>alert" not in page.text

    assert written in words_of(Browser(viewer).get("section", cycle_id=cycle.pk, **SECTION))


def test_a_school_s_page_lists_its_years_newest_first(
    district: District, school: School, alice: Membership
) -> None:
    years = [district.this_school_year + step for step in (-1, 0)]
    for year in years:
        make_campaign(district, year)

    page = Browser(alice).get("school", school_id=school.pk)

    first, second = (page.text.index(f"{year - 1}–{year % 100:02}") for year in reversed(years))
    assert first < second


@pytest.mark.parametrize("schools", [1, 4])
@pytest.mark.parametrize(
    ("name", "queries"), [("cycle", 24), ("section", 21), ("part_2", 21), ("review", 27)]
)
def test_a_page_of_a_cycle_costs_the_same_however_many_schools_there_are(
    district: District,
    django_assert_num_queries: DjangoAssertNumQueries,
    schools: int,
    name: str,
    queries: int,
) -> None:
    rooms = [make_school(district) for _ in range(schools)]
    people = [seat(district, Role.PRINCIPAL, room) for room in rooms]
    campaigns = [make_campaign(district, district.this_school_year + step) for step in (-1, 0)]
    for room, principal in zip(rooms, people, strict=True):
        submitted(cycle_of(room, campaigns[0]), by=principal)
        answer_everything(cycle_of(room, campaigns[1]), by=principal)
    cycle = cycle_of(rooms[0], campaigns[1])
    browser = Browser(people[0])
    route = SECTION if name == "section" else {}

    # Session, person, membership; BEGIN, scope, SAVEPOINT; the cycle, its cells and reflections,
    # the seat, the same of last year; RELEASE, COMMIT. Beside the answers: commitments and the seat
    # of who may make them, comments, notes, a meeting, the minutes. The review asks for what is
    # missing, for submissions and extensions, and twice more for the seat; the overview, why it
    # was reopened, and what the district has answered.
    with django_assert_num_queries(queries):
        browser.get(name, cycle_id=cycle.pk, **route)


def test_the_grid_shows_nine_cells(alice: Membership, cycle: Cycle) -> None:
    rows = rows_of(Browser(alice).get("cycle", cycle_id=cycle.pk))

    assert len(rows) == 4
    assert [row.count("Nothing yet") for row in rows] == [0, 3, 3, 3]
