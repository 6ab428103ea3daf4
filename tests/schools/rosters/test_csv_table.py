"""A table is found in a file whatever an office has done to it, or the file is turned down."""

from pathlib import Path

import pytest

from schools.rosters.csv_table import BrokenLine, Line, UnreadableFile, encoding_of, read_table

LAYOUT = {"id": "NCES ID", "name": "Name"}
OTHER_LAYOUT = {"id": "Agency ID - NCES Assigned", "name": "Agency Name"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


def lines_of(path: Path) -> list[Line | BrokenLine]:
    return list(read_table(path, [LAYOUT, OTHER_LAYOUT]))


def the_cells(path: Path) -> list[dict[str, str]]:
    return [line.cells for line in lines_of(path) if isinstance(line, Line)]


def why_turned_down(path: Path) -> str:
    with pytest.raises(UnreadableFile) as turned_down:
        lines_of(path)
    return str(turned_down.value)


def test_columns_are_found_by_their_headings_wherever_they_stand(path: Path) -> None:
    path.write_text("City,Name,NCES ID\nMIAMI,BAY HIGH,120039000001\n")

    assert lines_of(path) == [Line(2, {"id": "120039000001", "name": "BAY HIGH"})]


@pytest.mark.parametrize(
    "headings",
    [
        "NCES ID*,Name*",
        " nces  id , NAME ",
        '"NCES ID","Name"',
        "NCES ID [District] 2021-22,Name [District] Latest available year",
        "\ufeffNCES ID,Name",
        "Agency ID - NCES Assigned [District] Latest available year,Agency Name",
    ],
)
def test_a_heading_is_known_however_it_is_dressed(path: Path, headings: str) -> None:
    path.write_text(f"{headings}\n1,BAY HIGH\n", encoding="utf-8")

    assert the_cells(path) == [{"id": "1", "name": "BAY HIGH"}]


def test_the_headings_may_stand_below_a_preamble(path: Path) -> None:
    path.write_text("ELSI Export\n\nApplied filters: Name, State\n\nNCES ID,Name\n1,BAY HIGH\n")

    assert lines_of(path) == [Line(6, {"id": "1", "name": "BAY HIGH"})]


def test_empty_lines_and_footnotes_are_passed_over(path: Path) -> None:
    path.write_text("NCES ID,Name\n1,BAY HIGH\n,\n\nData Source: NCES\n† not applicable,\n2,MOON\n")

    assert lines_of(path) == [
        Line(2, {"id": "1", "name": "BAY HIGH"}),
        Line(7, {"id": "2", "name": "MOON"}),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_line_may_end_as_any_system_ends_it(path: Path, ending: str) -> None:
    path.write_bytes(ending.join(["NCES ID,Name", "1,BAY HIGH"]).encode())

    assert lines_of(path) == [Line(2, {"id": "1", "name": "BAY HIGH"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_letters_survive_the_encodings_that_offices_use(path: Path, encoding: str) -> None:
    path.write_text("NCES ID,Name\n1,ESCUELA PEÑA\n", encoding=encoding)

    assert the_cells(path) == [{"id": "1", "name": "ESCUELA PEÑA"}]


def test_a_dagger_survives_a_spreadsheet(path: Path) -> None:
    path.write_text("NCES ID,Name\n1,†\n", encoding="cp1252")

    assert (encoding_of(path), the_cells(path)) == ("cp1252", [{"id": "1", "name": "†"}])


def test_a_letter_may_lie_across_the_places_where_the_file_is_read_in_parts(path: Path) -> None:
    path.write_text("NCES ID,Name\n" + "1,Ñ\n2,MOÑO\n3,ÑU\n" * 100_000, encoding="utf-8")

    assert encoding_of(path) == "utf-8-sig"


def test_an_id_that_a_spreadsheet_was_told_to_keep_is_read(path: Path) -> None:
    path.write_text('NCES ID,Name\n="0100005",BAY HIGH\n"=""0100006""",MOON\n')

    assert [cells["id"] for cells in the_cells(path)] == ["0100005", "0100006"]


def test_a_line_that_was_cut_off_is_told_with_its_number(path: Path) -> None:
    path.write_text("NCES ID,Name,City,State\n1,BAY HIGH,MIAMI,FL\n2,MO\n3")

    assert lines_of(path)[1:] == [
        BrokenLine(3, "the number of its cells is 2, of headings 4"),
        BrokenLine(4, "the number of its cells is 1, of headings 4"),
    ]


def test_a_comma_too_many_is_told(path: Path) -> None:
    path.write_text("NCES ID,Name\n1,BAY, HIGH\n")

    assert lines_of(path) == [BrokenLine(2, "the number of its cells is 3, of headings 2")]


def test_empty_cells_beyond_the_headings_do_no_harm(path: Path) -> None:
    path.write_text("NCES ID,Name\n1,BAY HIGH,,\n")

    assert the_cells(path) == [{"id": "1", "name": "BAY HIGH"}]


def test_lines_are_counted_as_an_editor_counts_them(path: Path) -> None:
    path.write_text('NCES ID,Name\n1,"BAY\nHIGH"\n2\n')

    assert [line.number for line in lines_of(path)] == [3, 4]


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    assert why_turned_down(path) == f"There is no file {path}."


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert why_turned_down(tmp_path) == f"{tmp_path} cannot be opened: Is a directory."


@pytest.mark.parametrize("nothing", ["", "\n", " \n\n,,\n"])
def test_an_empty_file_is_told(path: Path, nothing: str) -> None:
    path.write_text(nothing)

    assert why_turned_down(path) == f"{path} is empty."


@pytest.mark.parametrize(
    "content",
    [
        "NCES ID,Name\n1,BAY HIGH\n".encode("utf-16"),
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00workbook",
        b"NCES ID,Name\n1,BAY\x00HIGH\n",
        b"NCES ID,Name\n1,BAY\x81HIGH\n",
    ],
)
def test_what_is_no_text_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    assert why_turned_down(path) == (
        f"{path} is not plain text in UTF-8 or Latin-1."
        " If it is a workbook, save it as “CSV UTF-8” first."
    )


def test_missing_columns_are_named_beside_those_that_are_there(path: Path) -> None:
    path.write_text("Export of today\n\nNCES ID,School,City*\n1,BAY HIGH,MIAMI\n")

    assert why_turned_down(path) == (
        f"{path} has other columns than expected. Missing: Name."
        " Found in line 3: NCES ID, School, City*."
    )


def test_another_list_altogether_shows_its_own_headings(path: Path) -> None:
    path.write_text("sourcedId,status\n1,active\n")

    assert why_turned_down(path) == (
        f"{path} has other columns than expected. Missing: NCES ID, Name."
        " Found in line 1: sourcedId, status."
    )


def test_headings_with_nothing_below_them_are_told(path: Path) -> None:
    path.write_text("NCES ID,Name\n\nData Source: NCES\n")

    assert why_turned_down(path) == f"{path} has headings and nothing below them."


def test_a_quotation_mark_left_open_swallows_no_lines(path: Path) -> None:
    path.write_text('NCES ID,Name\n1,"BAY HIGH\n2,MOON\n3,"SUN"\n')

    assert why_turned_down(path) == (
        f"{path} cannot be read past line 4: its quotation marks do not match."
    )
