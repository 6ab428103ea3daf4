"""What the lists of NCES say, oddities included."""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from schools.models import SchoolLevel
from schools.rosters.csv_table import UnreadableFile
from schools.rosters.nces import (
    DistrictRecord,
    Refusal,
    SchoolRecord,
    level_of,
    read_districts,
    read_schools,
)
from schools.rosters.nces_cells import Status
from tests.schools.rosters.made_files import (
    Row,
    district,
    district_file,
    elsi_file,
    real_files,
    school,
    school_file,
)


def made_schools(folder: Path) -> Path:
    return school_file(
        folder,
        school("120039000001"),
        school("120039000002", low="PK", high="05", students="†"),
        school("120039000003", status="Future", low="\N{EN DASH}", high="\N{EN DASH}"),
    )


def made_elsi(folder: Path) -> Path:
    return elsi_file(folder, ("1200390", "MIAMI-DADE"), ("0100005", "NULL"))


@pytest.fixture
def one_school(tmp_path: Path) -> Callable[[Row], SchoolRecord | Refusal]:
    """The one school that a file with this line has."""

    def read(row: Row) -> SchoolRecord | Refusal:
        [record] = read_schools(school_file(tmp_path, row))
        return record

    return read


ReadOne = Callable[[Row], SchoolRecord]


def test_a_school_of_the_ccd_search_is_read(one_school: ReadOne) -> None:
    record = one_school(school("120039000001", "BAY HIGH SCHOOL"))

    assert record == SchoolRecord(
        line=2,
        schid="120039000001",
        leaid="1200390",
        name="BAY HIGH SCHOOL",
        status=Status.OPEN,
        low_grade="09",
        high_grade="12",
        students=500,
        city="MIAMI",
    )


def test_a_district_of_the_ccd_search_is_read(tmp_path: Path) -> None:
    path = district_file(tmp_path, district("1200390", "MIAMI-DADE"))

    assert list(read_districts(path)) == [
        DistrictRecord(line=2, leaid="1200390", name="MIAMI-DADE", status=Status.OPEN)
    ]


def test_a_district_of_elsi_is_read_past_what_surrounds_the_table(tmp_path: Path) -> None:
    path = elsi_file(tmp_path, ("1200390", "MIAMI-DADE"), ("1200540", "FLAGLER"))

    assert list(read_districts(path)) == [
        DistrictRecord(line=8, leaid="1200390", name="MIAMI-DADE", status=Status.OPEN),
        DistrictRecord(line=9, leaid="1200540", name="FLAGLER", status=Status.OPEN),
    ]


def test_an_id_gets_its_lost_zero_back(tmp_path: Path) -> None:
    districts = list(read_districts(district_file(tmp_path, district("100005"))))
    schools = list(read_schools(school_file(tmp_path, school("10000500870", leaid="100005"))))

    assert [(each.leaid, each.regained_zero) for each in districts] == [("0100005", True)]
    assert [(each.schid, each.regained_zero) for each in schools] == [("010000500870", True)]


@pytest.mark.parametrize("leaid", ["1200390.0", "1200390.00000", '="1200390"'])
def test_an_id_is_known_as_a_spreadsheet_writes_it(tmp_path: Path, leaid: str) -> None:
    [record] = read_districts(district_file(tmp_path, district(leaid)))

    assert record.leaid == "1200390"


@pytest.mark.parametrize("leaid", ["", "†", "12003", "12003900", "1.20E+06", "FL-13", "١٢٠٠٣٩٠"])
def test_what_is_no_id_is_refused(tmp_path: Path, leaid: str) -> None:
    [record] = read_districts(district_file(tmp_path, district(leaid)))

    assert record == Refusal(2, f"“{leaid}” is no NCES id of 7 digits", name="MIAMI-DADE")


def test_the_second_line_with_one_id_is_refused(tmp_path: Path) -> None:
    path = school_file(
        tmp_path, school("120039000001"), school("120039000002"), school("120039000001", "AGAIN")
    )

    assert list(read_schools(path))[2] == Refusal(
        4,
        "its id stands in line 2 already",
        leaid="1200390",
        nces_id="120039000001",
        name="AGAIN",
    )


def test_two_schools_of_one_name_are_two_schools(tmp_path: Path) -> None:
    path = school_file(tmp_path, school("120039000001", "PREP"), school("120039000002", "PREP"))

    assert [each.schid for each in read_schools(path)] == ["120039000001", "120039000002"]


def test_a_school_under_another_district_s_id_is_refused(one_school: ReadOne) -> None:
    record = one_school(school("120039000001", "BAY HIGH", leaid="1200030"))

    assert record == Refusal(
        2,
        "its id 120039000001 does not begin with that of its district, 1200030",
        leaid="1200030",
        nces_id="120039000001",
        name="BAY HIGH",
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("IPREP  ACADEMY NORTH", "IPREP ACADEMY NORTH"),
        ("Discovery Community\u00a0 School ", "Discovery Community School"),
        ("NULL", "NULL"),
        ("St. Mary's (K-8), East", "St. Mary's (K-8), East"),
        ("Pen\u0303a", "Peña"),
        ("FLORIDA STATE UNIVERSITY PANAMA CITY DEVELOPMENTAL LABORATO",) * 2,
    ],
)
def test_a_name_is_kept_as_the_file_has_it(one_school: ReadOne, written: str, kept: str) -> None:
    assert one_school(school(name=written)).name == kept


@pytest.mark.parametrize("name", ["", " ", "†", "\N{EN DASH}", "‡"])
def test_a_school_without_a_name_is_refused(
    one_school: Callable[[Row], Refusal], name: str
) -> None:
    assert one_school(school(name=name)).reason == "it has no name"


def test_a_name_that_cannot_be_kept_whole_is_refused(one_school: Callable[[Row], Refusal]) -> None:
    record = one_school(school(name="A" * 201))

    assert record.reason == "This text has 201 characters; at most 200 can be kept."


@pytest.mark.parametrize("cell", ["", "†", "\N{EN DASH}", "‡", "-1", "-2", "-9"])
def test_what_nces_does_not_know_is_not_known(one_school: ReadOne, cell: str) -> None:
    record = one_school(school(students=cell))

    assert (record.students, record.remarks) == (None, ())


@pytest.mark.parametrize(
    ("cell", "students"),
    [("18354.00000", 18354), ("0.00000", 0), ("18354", 18354), ("18,354", 18354), ("7.", 7)],
)
def test_a_number_is_read_however_it_is_written(
    one_school: ReadOne, cell: str, students: int
) -> None:
    assert one_school(school(students=cell)).students == students


@pytest.mark.parametrize("cell", ["many", "12.5", "-4", "1e3", "2147483648"])
def test_what_is_no_number_is_not_known_and_remarked_on(one_school: ReadOne, cell: str) -> None:
    record = one_school(school(students=cell))

    assert (record.students, record.remarks) == (
        None,
        (f"“{cell}” is no number of students; left as not known",),
    )


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
        ("†", ""),
        ("\N{EN DASH}", ""),
        ("‡", ""),
        ("N", ""),
        ("M", ""),
    ],
)
def test_a_grade_has_two_characters_or_is_not_known(
    one_school: ReadOne, cell: str, grade: str
) -> None:
    record = one_school(school(low=cell))

    assert (record.low_grade, record.remarks) == (grade, ())


def test_a_grade_that_nces_does_not_have_is_not_known_and_remarked_on(
    one_school: ReadOne,
) -> None:
    record = one_school(school(high="14"))

    assert (record.high_grade, record.remarks) == (
        "",
        ("“14” is no grade that NCES has; left as not known",),
    )


def test_a_city_that_cannot_be_kept_is_not_known_and_remarked_on(one_school: ReadOne) -> None:
    record = one_school(school(city="A" * 101))

    assert (record.city, record.remarks) == (
        "",
        (
            "its city cannot be kept, left as not known:"
            " This text has 101 characters; at most 100 can be kept.",
        ),
    )


def test_a_city_keeps_its_case(one_school: ReadOne) -> None:
    assert one_school(school(city="Panama  City BEACH")).city == "Panama City BEACH"


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
def test_a_status_says_whether_a_school_works_now(
    one_school: ReadOne, cell: str, status: Status
) -> None:
    assert one_school(school(status=cell)).status is status


@pytest.mark.parametrize("cell", ["", "†", "Perhaps"])
def test_a_status_that_says_nothing_is_refused(
    one_school: Callable[[Row], Refusal], cell: str
) -> None:
    assert one_school(school(status=cell)).reason == f"“{cell}” does not say whether it is open"


def test_a_line_that_cannot_be_read_leaves_the_others_alone(tmp_path: Path) -> None:
    path = school_file(
        tmp_path, school("120039000001"), school("12E+11", leaid="1200390"), school("120039000003")
    )

    first, second, third = read_schools(path)

    assert (first.nces_id, third.nces_id) == ("120039000001", "120039000003")
    assert second == Refusal(
        3, "“12E+11” is no NCES id of 12 digits", "1200390", "1200390", "BAY HIGH SCHOOL"
    )


def test_the_schools_file_is_not_taken_for_the_districts(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"Missing: District Name\. Found in line 1: NCES Sch"):
        list(read_districts(school_file(tmp_path, school())))


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [
        ("PK", "PK", SchoolLevel.ELEMENTARY),
        ("PK", "08", SchoolLevel.ELEMENTARY),
        ("KG", "05", SchoolLevel.ELEMENTARY),
        ("03", "03", SchoolLevel.ELEMENTARY),
        ("03", "08", SchoolLevel.ELEMENTARY),
        ("03", "09", SchoolLevel.OTHER),
        ("PK", "12", SchoolLevel.OTHER),
        ("04", "04", SchoolLevel.MIDDLE),
        ("04", "09", SchoolLevel.MIDDLE),
        ("06", "08", SchoolLevel.MIDDLE),
        ("07", "09", SchoolLevel.MIDDLE),
        ("07", "10", SchoolLevel.OTHER),
        ("06", "12", SchoolLevel.OTHER),
        ("07", "12", SchoolLevel.HIGH),
        ("09", "12", SchoolLevel.HIGH),
        ("12", "12", SchoolLevel.HIGH),
        ("08", "09", SchoolLevel.OTHER),
        ("09", "11", SchoolLevel.OTHER),
        ("09", "13", SchoolLevel.OTHER),
        ("12", "PK", SchoolLevel.OTHER),
        ("", "", SchoolLevel.OTHER),
        ("UG", "UG", SchoolLevel.OTHER),
        ("AE", "AE", SchoolLevel.OTHER),
    ],
)
def test_the_grades_make_the_level(low: str, high: str, level: SchoolLevel) -> None:
    assert level_of(low, high) is level


@pytest.mark.parametrize("source", [made_schools, *real_files("ccd_sch_*.csv")])
def test_every_school_in_a_file_is_read(
    source: Path | Callable[[Path], Path], tmp_path: Path
) -> None:
    path = source if isinstance(source, Path) else source(tmp_path)
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))

    records = list(read_schools(path))

    assert [record.nces_id for record in records] == [line["NCES School ID"] for line in lines]
    assert Counter(record.status is Status.OPEN for record in records) == Counter(
        line["Status"] != "Future" for line in lines
    )
    assert sum(record.students or 0 for record in records) == sum(
        float(line["Students*"]) for line in lines if line["Students*"] != "†"
    )


@pytest.mark.parametrize("source", [made_elsi, *real_files("elsi_lea_*.csv")])
def test_every_district_of_elsi_is_read(
    source: Path | Callable[[Path], Path], tmp_path: Path
) -> None:
    path = source if isinstance(source, Path) else source(tmp_path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.reader(file) if len(line) > 1]

    records = list(read_districts(path))

    assert [record.name for record in records] == [line[0] for line in lines[1:]]
