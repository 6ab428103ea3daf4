"""What the lists of NCES say, oddities included."""

import csv
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


def the_districts(path: Path) -> list[DistrictRecord]:
    return [record for record in read_districts(path) if isinstance(record, DistrictRecord)]


def the_schools(path: Path) -> list[SchoolRecord]:
    return [record for record in read_schools(path) if isinstance(record, SchoolRecord)]


def test_a_school_of_the_ccd_search_is_read(tmp_path: Path) -> None:
    path = school_file(tmp_path, school("120039000001", "BAY HIGH SCHOOL"))

    assert list(read_schools(path)) == [
        SchoolRecord(
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
    ]


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
    districts = the_districts(district_file(tmp_path, district("100005")))
    schools = the_schools(school_file(tmp_path, school("10000500870", leaid="100005")))

    assert [(each.leaid, each.regained_zero) for each in districts] == [("0100005", True)]
    assert [(each.schid, each.regained_zero) for each in schools] == [("010000500870", True)]


def test_a_district_without_an_id_is_refused(tmp_path: Path) -> None:
    path = district_file(tmp_path, district("FL-13", "MIAMI-DADE"))

    assert list(read_districts(path)) == [
        Refusal(2, "“FL-13” is no NCES id of 7 digits", name="MIAMI-DADE")
    ]


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

    assert [each.schid for each in the_schools(path)] == ["120039000001", "120039000002"]


def test_a_school_under_another_district_s_id_is_refused(tmp_path: Path) -> None:
    path = school_file(tmp_path, school("120039000001", "BAY HIGH", leaid="1200030"))

    assert list(read_schools(path)) == [
        Refusal(
            2,
            "its id 120039000001 does not begin with that of its district, 1200030",
            leaid="1200030",
            nces_id="120039000001",
            name="BAY HIGH",
        )
    ]


@pytest.mark.parametrize("name", ["", " ", "†", "\N{EN DASH}", "‡"])
def test_a_school_without_a_name_is_refused(tmp_path: Path, name: str) -> None:
    [record] = read_schools(school_file(tmp_path, school("120039000001", name)))

    assert (record.nces_id, record) == (
        "120039000001",
        Refusal(2, "it has no name", "1200390", "120039000001", name.strip()),
    )


def test_a_detail_that_makes_no_sense_is_not_known_and_remarked_on(tmp_path: Path) -> None:
    path = school_file(tmp_path, school(high="14", students="many", city="A" * 101))

    [record] = the_schools(path)

    assert (record.high_grade, record.students, record.city) == ("", None, "")
    assert record.remarks == (
        "“14” is no grade that NCES has; left as not known",
        "“many” is no number of students; left as not known",
        "its city cannot be kept, left as not known:"
        " This text has 101 characters; at most 100 can be kept.",
    )


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

    records = the_schools(path)

    assert [record.schid for record in records] == [line["NCES School ID"] for line in lines]
    assert [record.status is Status.OPEN for record in records] == [
        line["Status"] != "Future" for line in lines
    ]
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

    records = the_districts(path)

    assert [record.name for record in records] == [" ".join(line[0].split()) for line in lines[1:]]
