"""`load_nces`: from NCES's files to districts with schools, told in an operator's words."""

import csv
from pathlib import Path

import pytest

from schools.models import District, School
from schools.tenancy import district_scope
from tests.factories import make_district
from tests.schools.rosters.loading import counts, load
from tests.schools.rosters.made_files import (
    district,
    district_file,
    elsi_file,
    real_files,
    school,
    school_file,
)

pytestmark = pytest.mark.django_db(transaction=True)


def names_of(leaid: str) -> list[str]:
    [its_district] = District.objects.filter(nces_leaid=leaid)
    with district_scope(its_district.pk):
        return list(School.objects.order_by("nces_schid").values_list("name", flat=True))


def test_a_district_is_loaded_with_its_schools(tmp_path: Path) -> None:
    said = load(
        tmp_path,
        "--leaid",
        "1200390",
        districts=[district(), district("1200030", "ALACHUA")],
        schools=[
            school("120039000001", "BAY HIGH"),
            school("120003000001", "ELSEWHERE"),
            school("120039000002", "MOON HIGH"),
        ],
    )

    assert said == [
        "MIAMI-DADE (1200390): created, address miami-dade-fl, time zone America/New_York"
        " (the usual one in FL; --time-zone names another).",
        f"  {counts(created=2)}",
        "Districts: 1 created, 0 there already, 0 left out, 0 refused.",
        counts(created=2),
    ]
    assert names_of("1200390") == ["BAY HIGH", "MOON HIGH"]


def test_loading_it_again_says_that_nothing_changed(tmp_path: Path) -> None:
    load(tmp_path, "--leaid", "1200390")

    assert load(tmp_path, "--leaid", "1200390") == [
        "MIAMI-DADE (1200390): there already, address miami-dade-fl.",
        f"  {counts(unchanged=1)}",
        "Districts: 0 created, 1 there already, 0 left out, 0 refused.",
        counts(unchanged=1),
    ]


def test_everything_that_happens_to_a_school_is_told(tmp_path: Path) -> None:
    load(
        tmp_path,
        *("--leaid", "1200390", "--time-zone", "America/New_York"),
        schools=[school("120039000001"), school("120039000002"), school("120039000009", "GONE")],
    )

    said = load(
        tmp_path,
        "--leaid",
        "1200390",
        schools=[
            school("120039000001", "BAY HIGH SCHOOL", low="06", students="501"),
            school("120039000002", status="Closed"),
            school("120039000003", "SOON", status="Future"),
            school("120039000004", ""),
            school("120039000005", "ODD", students="many"),
        ],
    )

    assert said[1:-2] == [
        f"  {counts(created=1, changed=1, inactive=1, left_out=1, refused=1, absent=1)}",
        "  Line 3: 120039000002 BAY HIGH SCHOOL: made inactive, it has closed",
        "  Line 4: 120039000003 SOON: left out, it has not opened yet",
        "  Line 2: 120039000001 BAY HIGH SCHOOL: changed: lowest grade 09 → 06,"
        " students 500 → 501, level high → other",
        "  Not in the file, left as it is: 120039000009 GONE",
        "  Line 5: 120039000004: refused, it has no name",
        "  Line 6: 120039000005 ODD: note: “many” is no number of students; left as not known",
    ]


def test_many_changes_are_told_in_full_only_when_asked(tmp_path: Path) -> None:
    load(tmp_path, "--leaid", "1200390", schools=[school(f"12003900{n:04}") for n in range(12)])
    renamed = [school(f"12003900{n:04}", "RENAMED") for n in range(12)]

    brief = load(tmp_path, "--leaid", "1200390", "--dry-run", schools=renamed)
    full = load(tmp_path, "--leaid", "1200390", "--dry-run", "--verbosity", "2", schools=renamed)

    assert brief[-3] == "  … and 2 more like these; --verbosity 2 lists them."
    assert (len(brief), len(full)) == (1 + 2 + 10 + 1 + 2, 1 + 2 + 12 + 2)


def test_a_dry_run_says_so_and_writes_nothing(tmp_path: Path) -> None:
    said = load(tmp_path, "--leaid", "1200390", "--dry-run")

    assert said[0] == "A dry run: nothing is written, this is what would be."
    assert District.objects.count() == 0


def test_the_operator_may_choose_time_zone_and_address(tmp_path: Path) -> None:
    load(tmp_path, "--leaid", "1200390", "--time-zone", "America/Chicago", "--slug", "dade")

    [dade] = District.objects.all()
    assert (dade.slug, dade.time_zone) == ("dade", "America/Chicago")


def test_a_time_zone_can_be_put_right_later(tmp_path: Path) -> None:
    load(tmp_path, "--leaid", "1200390")

    said = load(tmp_path, "--leaid", "1200390", "--time-zone", "America/Chicago")

    assert said[0] == (
        "MIAMI-DADE (1200390): there already, address miami-dade-fl, time zone now America/Chicago."
    )


def test_a_district_keeps_the_name_it_has_here(tmp_path: Path) -> None:
    make_district("Miami-Dade Schools", slug="dade", nces_leaid="1200390", state="FL")

    assert load(tmp_path, "--leaid", "1200390")[:2] == [
        "MIAMI-DADE (1200390): there already, address dade.",
        "  Here it is named Miami-Dade Schools, and keeps that name.",
    ]


def test_all_districts_of_a_file_are_loaded(tmp_path: Path) -> None:
    said = load(
        tmp_path,
        "--all",
        districts=[
            district(),
            district("1200030", "ALACHUA"),
            district("1202021", "DJJ", "Future"),
        ],
        schools=[
            school("120039000001"),
            school("120202100001", status="Future"),
            school("129999900001"),
            school("129999900002"),
        ],
    )

    assert said == [
        "MIAMI-DADE (1200390): created, address miami-dade-fl, time zone America/New_York"
        " (the usual one in FL; --time-zone names another).",
        f"  {counts(created=1)}",
        "ALACHUA (1200030): created, address alachua-fl, time zone America/New_York"
        " (the usual one in FL; --time-zone names another).",
        f"  {counts()}",
        "DJJ (1202021), line 4: left out, it has not opened yet. Schools: 1.",
        "Left out, for their district was not read (how many schools): 1299999 (2).",
        "Districts: 2 created, 0 there already, 1 left out, 0 refused.",
        counts(created=1, left_out=3),
    ]


def test_a_district_that_is_not_open_is_loaded_when_it_is_named(tmp_path: Path) -> None:
    said = load(tmp_path, "--leaid", "1202021", districts=[district("1202021", "DJJ", "Future")])

    assert said[1] == "  Mind: it has not opened yet."
    assert names_of("1202021") == []


def test_a_school_of_a_known_district_that_has_closed_becomes_inactive(tmp_path: Path) -> None:
    load(tmp_path, "--all")

    said = load(
        tmp_path, "--all", districts=[district(status="Closed")], schools=[school(status="Closed")]
    )

    assert said[-1] == counts(inactive=1)


def test_one_district_of_many_that_cannot_be_loaded_is_passed_over(tmp_path: Path) -> None:
    said = load(tmp_path, "--all", districts=[district("9900001", "NOWHERE"), district()])

    assert said[0] == (
        "NOWHERE (9900001), line 2: refused. No time zone is known for districts whose id begins"
        " with 99; name one. Schools: 0."
    )
    assert names_of("1200390") == ["BAY HIGH SCHOOL"]


def test_lines_that_name_no_district_are_told_with_their_file(tmp_path: Path) -> None:
    said = load(
        tmp_path,
        "--all",
        districts=[district(), district("", "NAMELESS")],
        schools=[school(), school("FL-13", "LOST", leaid="†")],
    )

    assert said[:2] == [
        f"{tmp_path}/ccd_lea.csv: Line 3: NAMELESS: refused, “” is no NCES id of 7 digits",
        f"{tmp_path}/ccd_sch.csv: Line 3: LOST: refused, “†” is no NCES id of 7 digits",
    ]
    assert said[-2:] == [
        "Districts: 1 created, 0 there already, 0 left out, 1 refused.",
        counts(created=1, refused=1),
    ]


def test_a_district_of_elsi_gets_its_schools_from_the_ccd_search(tmp_path: Path) -> None:
    load(tmp_path, "--leaid", "1200390", districts=elsi_file(tmp_path, ("1200390", "MIAMI-DADE")))

    assert names_of("1200390") == ["BAY HIGH SCHOOL"]


def test_a_district_named_null_is_loaded_like_any(tmp_path: Path) -> None:
    load(tmp_path, "--leaid", "1200390", districts=[district(name="NULL")])

    assert District.objects.get().name == "NULL"


def test_ids_that_got_their_zero_back_are_told(tmp_path: Path) -> None:
    said = load(
        tmp_path,
        "--leaid",
        "0100005",
        districts=[district("100005", "ALBERTVILLE")],
        schools=[school("10000500870", leaid="100005")],
    )

    assert said[:3] == [
        f"{tmp_path}/ccd_lea.csv: ids that had lost their leading zero,"
        " as they do in a spreadsheet, and have it back: 1.",
        f"{tmp_path}/ccd_sch.csv: ids that had lost their leading zero,"
        " as they do in a spreadsheet, and have it back: 1.",
        "ALBERTVILLE (0100005): created, address albertville-al, time zone America/Chicago"
        " (the usual one in AL; --time-zone names another).",
    ]


def test_a_file_in_latin_1_is_read_and_told(tmp_path: Path) -> None:
    path = school_file(tmp_path, school(name="ESCUELA PEÑA", students="†"))
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))

    said = load(tmp_path, "--leaid", "1200390", schools=path)

    assert said[0] == f"{path} is not UTF-8; it was read as Latin-1."
    assert names_of("1200390") == ["ESCUELA PEÑA"]


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = school_file(tmp_path, school(name="\x1b[31mRED"))

    said = load(tmp_path, "--leaid", "1200390", schools=path)

    assert said[2] == (
        "  Line 2: 120039000001 �[31mRED: refused, This text holds invisible control characters."
        " Please type them out or remove them."
    )


def made_state(folder: Path) -> tuple[Path, Path]:
    return (
        district_file(folder, district(), district("1200030", "ALACHUA")),
        school_file(
            folder,
            school("120039000001"),
            school("120039000002", status="Future"),
            school("120003000001", low="PK", high="05"),
        ),
    )


@pytest.mark.parametrize(
    "state", [None, *zip(real_files("ccd_lea_*"), real_files("ccd_sch_*"), strict=True)]
)
def test_a_whole_state_is_loaded_and_loading_it_again_changes_nothing(
    tmp_path: Path, state: tuple[Path, Path] | None
) -> None:
    districts, schools = state or made_state(tmp_path)
    with schools.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    future = sum(line["Status"] == "Future" for line in lines)

    first = load(tmp_path, "--all", districts=districts, schools=schools)
    second = load(tmp_path, "--all", districts=districts, schools=schools)

    assert (first[-1], second[-1]) == (
        counts(created=len(lines) - future, left_out=future),
        counts(unchanged=len(lines) - future, left_out=future),
    )
