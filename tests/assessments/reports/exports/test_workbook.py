"""The workbook: a sheet a question, one that explains every column, in the person's language."""

from typing import Any

import pytest

from assessments import commitments
from assessments.models import Cycle
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.taking import book_in, taken
from tests.factories import seat, submitted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


@pytest.fixture
def done(cycle: Cycle, alice: Membership, school: School) -> Cycle:
    """Handed in, with a commitment whose words begin as a formula does."""
    with district_scope(cycle.district_id):
        School.objects.filter(pk=school.pk).update(nces_schid="010000500870")
    submitted(cycle, alice)
    with district_scope(cycle.district_id):
        cell = cycle.cells.in_order()[0]
        today = alice.district.today()
        commitments.make_commitment(cell, by=alice, what="=1+1", who="@All", due_on=today)
    return cycle


def workbook(who: Membership, cycle: Cycle, language: str = "en") -> Any:
    wanted = {"school_year": cycle.school_year, "language": language}
    return book_in(taken(who, "workbook", "xlsx", **wanted))


def rows(sheet: Any) -> list[dict[str, Any]]:
    head, *rest = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_it_has_a_sheet_for_each_question_and_one_that_explains_them(
    specialist: Membership, done: Cycle
) -> None:
    book = workbook(specialist, done)

    explained = {row[1].value for row in book["About"].iter_rows() if row[1].value}
    heads = {cell.value for sheet in book.worksheets[1:] for cell in sheet[1]}
    assert book.sheetnames == [
        *("About", "Progress", "The nine cells"),
        *("Balance of the contexts", "Where attention goes", "How learning travels"),
        *("Who is missed", "What helps, what holds back", "What we move first"),
        "Commitments",
    ]
    assert heads - explained == set()


def test_a_question_s_sheet_has_the_school_s_words_and_its_answers_in_words(
    specialist: Membership, done: Cycle
) -> None:
    (row,) = rows(workbook(specialist, done)["Balance of the contexts"])

    assert (row["School"], row["In their own words"]) == ("Lincoln", "About balance")
    assert "Team learning" in row.values()
    assert row["NCES school id"] == "010000500870"


def test_its_heads_stay_in_sight_and_its_texts_are_wrapped(
    specialist: Membership, done: Cycle
) -> None:
    sheet = workbook(specialist, done)["The nine cells"]

    assert (sheet.freeze_panes, sheet["F2"].alignment.wrap_text) == ("B2", True)
    assert sheet.column_dimensions["F"].width >= 60


def test_nothing_in_it_is_a_formula(specialist: Membership, done: Cycle) -> None:
    book = workbook(specialist, done)

    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert rows(book["Commitments"])[0]["What we will do"] == "=1+1"


def test_it_says_how_fresh_it_is_and_from_how_many_cycles(
    specialist: Membership, done: Cycle
) -> None:
    about = " ".join(
        str(cell.value) for row in workbook(specialist, done)["About"].iter_rows() for cell in row
    )

    assert "from 1 submitted cycle, of 1 school." in about
    assert "As things stood on" in about


def test_it_speaks_the_language_that_was_asked_for(specialist: Membership, done: Cycle) -> None:
    (row,) = rows(workbook(specialist, done, "es")[_name_in_spanish(done)])

    assert "Aprendizaje en equipo" in row.values()


def _name_in_spanish(cycle: Cycle) -> str:
    with district_scope(cycle.district_id):
        wording = cycle.campaign.instrument_version.wording("es")
        question = wording.question("balance")
    assert question is not None
    return question.short
