"""What a cell of an NCES file says."""

import pytest
from django.core.exceptions import ValidationError

from schools.rosters import nces_cells
from schools.rosters.nces_cells import Status

NOT_KNOWN = ("", "†", "\N{EN DASH}", "‡")


@pytest.mark.parametrize(
    ("cell", "leaid", "regained_zero"),
    [
        ("1200390", "1200390", False),
        ("0100005", "0100005", False),
        ("100005", "0100005", True),
        ("1200390.0", "1200390", False),
        ("100005.00000", "0100005", True),
    ],
)
def test_an_id_is_known_however_a_spreadsheet_has_left_it(
    cell: str, leaid: str, regained_zero: bool
) -> None:
    assert nces_cells.nces_id(cell, 7) == (leaid, regained_zero)


@pytest.mark.parametrize(
    "cell", [*NOT_KNOWN, "12003", "12003900", "1.20E+06", "FL-13", "-1200390", "١٢٠٠٣٩٠"]
)
def test_what_is_no_id_is_refused(cell: str) -> None:
    with pytest.raises(ValidationError) as refused:
        nces_cells.nces_id(cell, 7)

    assert refused.value.messages == [f"“{cell}” is no NCES id of 7 digits"]


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("IPREP  ACADEMY NORTH", "IPREP ACADEMY NORTH"),
        ("Discovery Community\u00a0 School", "Discovery Community School"),
        ("BAY\nHIGH", "BAY HIGH"),
        ("NULL", "NULL"),
        ("St. Mary's (K-8), East", "St. Mary's (K-8), East"),
        ("Pen\u0303a", "Pe\u00f1a"),
        ("FLORIDA STATE UNIVERSITY PANAMA CITY DEVELOPMENTAL LABORATO",) * 2,
    ],
)
def test_a_name_is_kept_as_the_file_has_it(cell: str, name: str) -> None:
    assert nces_cells.name(cell) == name


@pytest.mark.parametrize("cell", NOT_KNOWN)
def test_a_name_must_be_there(cell: str) -> None:
    with pytest.raises(ValidationError, match="it has no name"):
        nces_cells.name(cell)


def test_a_name_that_cannot_be_kept_whole_is_refused() -> None:
    with pytest.raises(ValidationError, match="201 characters; at most 200 can be kept"):
        nces_cells.name("A" * 201)


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("Open", Status.OPEN),
        ("OPEN", Status.OPEN),
        ("1-Open", Status.OPEN),
        ("New", Status.OPEN),
        ("Added", Status.OPEN),
        ("Changed Boundary/Agency", Status.OPEN),
        ("5-Changed boundary/agency", Status.OPEN),
        ("Reopened", Status.OPEN),
        ("Closed", Status.CLOSED),
        ("2-Closed", Status.CLOSED),
        ("Inactive", Status.INACTIVE),
        ("Future", Status.FUTURE),
    ],
)
def test_a_status_says_whether_a_school_works_now(cell: str, status: Status) -> None:
    assert nces_cells.status(cell) is status


@pytest.mark.parametrize("cell", [*NOT_KNOWN, "Perhaps"])
def test_a_status_that_says_nothing_is_refused(cell: str) -> None:
    with pytest.raises(ValidationError) as refused:
        nces_cells.status(cell)

    assert refused.value.messages == [f"“{cell}” does not say whether it is open"]


@pytest.mark.parametrize(
    ("cell", "grade"),
    [
        ("PK", "PK"),
        ("kg", "KG"),
        ("06", "06"),
        ("6", "06"),
        ("13", "13"),
        ("UG", "UG"),
        ("AE", "AE"),
        *((cell, "") for cell in (*NOT_KNOWN, "N", "M")),
    ],
)
def test_a_grade_has_two_characters_or_is_not_known(cell: str, grade: str) -> None:
    assert nces_cells.grade(cell) == grade


@pytest.mark.parametrize("cell", ["14", "TK", "KG-05", "00"])
def test_a_grade_that_nces_does_not_have_is_refused(cell: str) -> None:
    with pytest.raises(ValidationError, match="is no grade that NCES has"):
        nces_cells.grade(cell)


@pytest.mark.parametrize(
    ("cell", "students"),
    [
        ("18354.00000", 18354),
        ("0.00000", 0),
        ("18354", 18354),
        ("18,354", 18354),
        *((cell, None) for cell in (*NOT_KNOWN, "-1", "-2", "-9")),
    ],
)
def test_students_are_a_number_or_not_known(cell: str, students: int | None) -> None:
    assert nces_cells.students(cell) == students


@pytest.mark.parametrize("cell", ["many", "12.5", "-4", "1e3", "2147483648"])
def test_what_is_no_number_of_students_is_refused(cell: str) -> None:
    with pytest.raises(ValidationError) as refused:
        nces_cells.students(cell)

    assert refused.value.messages == [f"“{cell}” is no number of students; left as not known"]


@pytest.mark.parametrize(
    ("cell", "city"),
    [("Panama  City BEACH", "Panama City BEACH"), *((cell, "") for cell in NOT_KNOWN)],
)
def test_a_city_keeps_its_case_or_is_not_known(cell: str, city: str) -> None:
    assert nces_cells.city(cell) == city
