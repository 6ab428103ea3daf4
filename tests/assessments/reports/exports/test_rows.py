"""The flat exports in every format: what is in them, and what no program takes for a command."""

from datetime import UTC, datetime
from typing import Any

import pytest

from assessments import answers, commitments, workflow
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Cycle, Export
from assessments.reports.exports.columns import COLUMNS
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.taking import (
    ask,
    book_in,
    make,
    objects_in,
    read,
    rows_in,
    table_in,
    taken,
)
from tests.assessments.writing import read_cell, save
from tests.factories import (
    ANSWERS,
    answer_everything,
    cycle_of,
    make_campaign,
    make_school,
    seat,
    submitted,
)

pytestmark = pytest.mark.django_db(transaction=True)

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)")
TRICKY = 'He said "no",\nthen\t\\N and \\\\ and {"a": 1} – ñ 😀'


@pytest.fixture
def specialist(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


def write(cycle: Cycle, by: Membership, code: str = "team.beliefs", **answer: Any) -> None:
    save(read_cell(cycle, code), by, **answer)


def test_a_row_says_whose_it_is_and_what_was_handed_in(
    specialist: Membership, school: School, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice, level=3)

    row = next(row for row in rows_in(taken(specialist)) if row["cell"] == "team.beliefs")

    expected = {
        "schema_version": "1",
        "school_id": str(school.pk),
        "school": "Lincoln",
        "school_year": str(cycle.school_year),
        "cycle_id": str(cycle.pk),
        "context": "team",
        "content_area": "beliefs",
        "opportunities": "Now: team.beliefs",
        "improvements": "Next: team.beliefs",
        "opportunity_level": "3",
        "opportunity_level_label": "Regularly",
        "reach": "",
        "quoting": "unnamed",
        "submission": "1",
    }
    assert {name: row[name] for name in expected} == expected
    assert datetime.strptime(row["submitted_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def test_the_cells_of_a_school_stand_together_in_the_tool_s_order(
    specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    assert [row["cell"] for row in rows_in(taken(specialist))] == list(CELL_CODES)


@pytest.mark.parametrize("kind", ["cells", "reflections"])
def test_drafts_and_what_was_taken_back_stay_at_the_school(
    specialist: Membership, district: District, campaign: Campaign, kind: str
) -> None:
    late = make_school(district, "Monroe")
    principal = seat(district, Role.PRINCIPAL, late)
    year = campaign.school_year - 1
    cycle = cycle_of(late, make_campaign(district, year))
    answer_everything(cycle, principal)
    before = taken(specialist, kind, school_year=year)
    with district_scope(district.pk):
        workflow.submit_cycle(cycle, by=principal, quoting="never")
    during = taken(specialist, kind, school_year=year)
    with district_scope(district.pk):
        workflow.reopen_cycle(cycle, by=principal, reason="Once more")
    after = taken(specialist, kind, school_year=year)

    assert [len(rows_in(found)) for found in (before, after)] == [0, 0]
    assert {row["school"] for row in rows_in(during)} == {"Monroe"}


def test_the_years_are_those_that_were_asked_for(
    specialist: Membership, cycle: Cycle, alice: Membership, district: District, school: School
) -> None:
    submitted(cycle, alice)
    last_year = make_campaign(district, cycle.school_year - 1)
    submitted(cycle_of(school, last_year), alice)

    one = rows_in(taken(specialist, school_year=cycle.school_year))
    all_of_them = rows_in(taken(specialist))

    assert {row["school_year"] for row in one} == {str(cycle.school_year)}
    assert len(all_of_them) == 2 * len(CELL_CODES)


def test_no_text_begins_as_a_formula_in_a_csv_file(
    specialist: Membership, cycle: Cycle, alice: Membership, school: School
) -> None:
    for code, formula in zip(CELL_CODES, FORMULAS, strict=False):
        write(cycle, alice, code, opportunities=formula, improvements=formula)
    with district_scope(cycle.district_id):
        School.objects.filter(pk=school.pk).update(name="=HYPERLINK(1)")
        for name in ("\tTab", "\rReturn", "@x", "-x"):
            School.objects.create(district_id=cycle.district_id, name=name)
    _hand_in(cycle, alice)
    content = taken(specialist) + taken(specialist, "cycles")

    cells = [value for row in rows_in(content) for value in row.values() if isinstance(value, str)]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == []
    assert "'=1+1" in cells
    assert "'=HYPERLINK(1)" in cells


def test_no_text_is_a_formula_in_a_sheet(
    specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    for code, formula in zip(CELL_CODES, FORMULAS, strict=False):
        write(cycle, alice, code, opportunities=formula)
    _hand_in(cycle, alice)

    sheet = book_in(taken(specialist, "cells", "xlsx"))["rows"]

    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"}
    assert kinds == {"s"}
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("file_format", ["csv", "ndjson", "parquet", "xlsx"])
def test_whatever_was_typed_comes_out_as_it_was_typed(
    specialist: Membership, cycle: Cycle, alice: Membership, file_format: str
) -> None:
    write(cycle, alice, opportunities=TRICKY)
    _hand_in(cycle, alice)

    assert TRICKY in _texts(taken(specialist, "cells", file_format), file_format)


@pytest.mark.parametrize("kind", ["cells", "reflections", "commitments", "cycles"])
@pytest.mark.parametrize("file_format", ["csv", "ndjson", "parquet", "xlsx"])
def test_every_format_has_the_same_columns_and_as_many_rows(
    specialist: Membership, cycle: Cycle, alice: Membership, kind: str, file_format: str
) -> None:
    submitted(cycle, alice)
    _commit(cycle, alice)

    export = make(ask(specialist, kind, file_format))
    names, count = _shape(export)

    assert names == [column.name for column in COLUMNS[kind]]
    assert (export.state, export.done, export.total) == ("done", count, count)
    assert count == {"cells": 9, "reflections": 6, "commitments": 1, "cycles": 1}[kind]


def test_answers_are_json_where_there_is_json_and_its_text_elsewhere(
    specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    as_object = objects_in(taken(specialist, "reflections", "ndjson"))
    as_text = rows_in(taken(specialist, "reflections", "csv"))

    balance = {"most_effort": "team", "most_in_need": "individual"}
    assert next(row["answer"] for row in as_object if row["question"] == "balance") == balance
    text = next(row["answer"] for row in as_text if row["question"] == "balance")
    assert text == '{"most_effort": "team", "most_in_need": "individual"}'


def test_in_parquet_years_are_numbers_ids_are_texts_and_moments_know_their_zone(
    specialist: Membership, cycle: Cycle, alice: Membership, school: School
) -> None:
    with district_scope(cycle.district_id):
        School.objects.filter(pk=school.pk).update(nces_schid="010000500870")
    submitted(cycle, alice)

    table = table_in(taken(specialist, "cells", "parquet"))

    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert (types["school_year"], types["nces_schid"]) == ("int32", "string")
    assert types["submitted_at"] == "timestamp[us, tz=UTC]"
    assert table["nces_schid"][0].as_py() == "010000500870"
    assert table.schema.field("cell").metadata[b"description"]


def test_labels_are_in_the_language_that_was_asked_for(
    specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice, level=0)

    row = rows_in(taken(specialist, language="es"))[0]

    assert (row["opportunity_level"], row["opportunity_level_label"]) == ("0", "Todavía no")


def test_private_notes_are_in_no_file(
    specialist: Membership, cycle: Cycle, alice: Membership
) -> None:
    names = {column.name for columns in COLUMNS.values() for column in columns}

    assert {name for name in names if "note" in name} == set()


def _hand_in(cycle: Cycle, by: Membership) -> None:
    """What is still empty is filled, and the cycle is submitted."""
    with district_scope(cycle.district_id):
        for cell in cycle.cells.all():
            if not cell.opportunities:
                cell.cycle = cycle
                answer = {"opportunities": "We meet.", "opportunity_level": 1}
                answers.save_cell(cell, by=by, version=cell.version, answer=answer)
    _reflect(cycle, by)
    with district_scope(cycle.district_id):
        workflow.submit_cycle(cycle, by=by, quoting="never")


def _reflect(cycle: Cycle, by: Membership) -> None:
    with district_scope(cycle.district_id):
        for reflection in cycle.reflections.all():
            reflection.cycle = cycle
            answer = {"text": "All in all", "answer": ANSWERS[reflection.question]}
            answers.save_reflection(reflection, by=by, version=0, answer=answer)


def _commit(cycle: Cycle, by: Membership) -> None:
    with district_scope(cycle.district_id):
        cell = cycle.cells.in_order()[0]
        today = by.district.today()
        commitments.make_commitment(cell, by=by, what="=Meet", who="+All", due_on=today)


def _texts(content: bytes, file_format: str) -> list[Any]:
    if file_format == "csv":
        return [row["opportunities"] for row in rows_in(content)]
    if file_format == "ndjson":
        return [row["opportunities"] for row in objects_in(content)]
    if file_format == "parquet":
        return list(table_in(content)["opportunities"].to_pylist())
    sheet = book_in(content)["rows"]
    return [cell.value for row in sheet.iter_rows() for cell in row]


def _shape(export: Export) -> tuple[list[str], int]:
    with read(export).file.open("rb") as file:
        content = file.read()
    if export.file_format == "csv":
        rows = rows_in(content)
        return list(rows[0]), len(rows)
    if export.file_format == "ndjson":
        objects = objects_in(content)
        return list(objects[0]), len(objects)
    if export.file_format == "parquet":
        table = table_in(content)
        return table.column_names, table.num_rows
    head, *rows = book_in(content)["rows"].iter_rows(values_only=True)
    return list(head), len(rows)
