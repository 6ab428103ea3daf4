"""Last year's improvement comes back as a question, and only where there was one."""

import pytest
from django.core.exceptions import ValidationError

from assessments.models import Cycle
from schools.models import District, Membership, School
from tests.assessments.views.browsing import Browser, save, words_of
from tests.assessments.writing import CELL, read_cell
from tests.assessments.writing import save as save_answer
from tests.factories import answer_everything, cycle_of, make_campaign, submitted

pytestmark = pytest.mark.django_db(transaction=True)

TEAM = {"context": "team"}


@pytest.fixture
def second_year(district: District, school: School, alice: Membership) -> Cycle:
    """This year's cycle of a school that handed in last year's."""
    last_year = make_campaign(district, district.this_school_year - 1)
    submitted(cycle_of(school, last_year), by=alice)
    return cycle_of(school, make_campaign(district))


def test_what_became_of_last_year_s_improvement_is_kept_with_the_cell(
    second_year: Cycle, alice: Membership
) -> None:
    save_answer(
        read_cell(second_year), alice, disposition="dropped", disposition_why="The coach left."
    )

    cell = read_cell(second_year)
    assert (cell.disposition, cell.disposition_why) == ("dropped", "The coach left.")
    assert not cell.is_answered


def test_in_the_first_year_there_is_nothing_to_look_back_at(
    cycle: Cycle, alice: Membership
) -> None:
    with pytest.raises(ValidationError) as refused:
        save_answer(read_cell(cycle), alice, disposition="done")

    assert refused.value.error_dict["disposition"][0].code == "nothing_promised"
    assert read_cell(cycle).version == 0


def test_a_draft_of_last_year_promised_nothing(
    district: District, school: School, alice: Membership
) -> None:
    answer_everything(
        cycle_of(school, make_campaign(district, district.this_school_year - 1)), alice
    )
    cycle = cycle_of(school, make_campaign(district))

    with pytest.raises(ValidationError):
        save_answer(read_cell(cycle), alice, disposition="done")


@pytest.mark.parametrize(
    "answer", [{"disposition": "forgotten"}, {"disposition_why": "x" * 301}, {"disposition": None}]
)
def test_an_answer_that_cannot_be_is_refused(
    second_year: Cycle, alice: Membership, answer: dict[str, str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        save_answer(read_cell(second_year), alice, **answer)

    assert refused.value.error_dict.keys() == answer.keys()


def test_the_page_asks_beside_last_year_s_words(second_year: Cycle, alice: Membership) -> None:
    page = words_of(Browser(alice).get("section", cycle_id=second_year.pk, **TEAM))

    assert "Next: team.beliefs" in page
    assert "What became of it?" in page


def test_the_page_of_a_first_year_asks_nothing_about_last_year(
    cycle: Cycle, alice: Membership
) -> None:
    page = words_of(Browser(alice).get("section", cycle_id=cycle.pk, **TEAM))

    assert "What became of it?" not in page
    assert "Bring last year’s words over" not in page


def test_a_disposition_is_never_brought_over_from_last_year(
    district: District, school: School, alice: Membership, second_year: Cycle
) -> None:
    save(Browser(alice), second_year, 0, opportunities="Weekly.", disposition="done")

    assert read_cell(second_year).disposition == "done"
    assert read_cell(second_year, "team.systems").disposition == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"opportunities": f"Now: {CELL}", "improvements": f"Next: {CELL}"}, "As last year"),
        ({"opportunities": "Every week now."}, "Changed since last year"),
    ],
)
def test_the_overview_says_what_is_as_it_was(
    second_year: Cycle, alice: Membership, words: dict[str, str], said: str
) -> None:
    save_answer(read_cell(second_year), alice, opportunity_level=2, **words)

    page = words_of(Browser(alice).get("cycle", cycle_id=second_year.pk))

    assert [note for note in ("As last year", "Changed since last year") if note in page] == [said]


def test_the_second_year_asks_what_moved(second_year: Cycle, alice: Membership) -> None:
    page = words_of(Browser(alice).get("part_2", cycle_id=second_year.pk))

    assert "What moved since last year, and what surprised us?" in page
