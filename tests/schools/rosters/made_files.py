"""Small files as NCES gives them out, and where the real ones lie, if anywhere."""

import csv
from pathlib import Path
from typing import Final

from tests.running import ROOT

DISTRICT_HEADINGS: Final = (
    *("NCES District ID", "State District ID", "District Name", "County Name*"),
    *("City", "State", "Students*", "Schools", "Type", "Status"),
)
SCHOOL_HEADINGS: Final = (
    *("NCES School ID", "State School ID", "NCES District ID", "Low Grade*", "High Grade*"),
    *("School Name", "District", "City", "State", "Students*", "Type", "Status"),
)
ELSI_HEADINGS: Final = (
    "Agency Name",
    "State Abbr [District] Latest available year",
    "Agency ID - NCES Assigned [District] Latest available year",
    "Total Students All Grades (Excludes AE) [District] 2021-22",
)
ELSI_PREAMBLE: Final = (
    *("ELSI Export", ""),
    *("National Center for Education Statistics - http://nces.ed.gov/ccd/elsi/", ""),
    *("This is a District based table with the following filters applied: All 50 + DC", ""),
)
ELSI_FOOTER: Final = (
    'Data Source: U.S. Department of Education "Local Education Agency Universe Survey" v.1a.',
    "",
    "† indicates that the data are not applicable.",
    "\N{EN DASH} indicates that the data are missing.",
    "‡ indicates that the data do not meet NCES data quality standards.",
)

Row = dict[str, str]


def district(leaid: str = "1200390", name: str = "MIAMI-DADE", status: str = "Open") -> Row:
    """A district's line in the export of the CCD search."""
    return {
        "NCES District ID": leaid,
        "State District ID": "FL-13",
        "District Name": name,
        "City": "MIAMI",
        "State": "FL",
        "Students*": "18354.00000",
        "Type": "Regular Local",
        "Status": status,
    }


def school(schid: str = "120039000001", name: str = "BAY HIGH SCHOOL", **cells: str) -> Row:
    """A school's line there: its id begins with its district's unless `leaid` says otherwise."""
    headings = {
        "low": "Low Grade*",
        "high": "High Grade*",
        "city": "City",
        "students": "Students*",
        "status": "Status",
    }
    return {
        "NCES School ID": schid,
        "NCES District ID": cells.pop("leaid", schid[:7]),
        "Low Grade*": "09",
        "High Grade*": "12",
        "School Name": name,
        "District": "MIAMI-DADE",
        "City": "MIAMI",
        "State": "FL",
        "Students*": "500.00000",
        "Type": "Regular",
        "Status": "Open",
        **{headings[name]: cell for name, cell in cells.items()},
    }


def district_file(folder: Path, *rows: Row) -> Path:
    """A file of the CCD search with these districts, the first on line 2."""
    return _table(folder / "ccd_lea.csv", DISTRICT_HEADINGS, rows)


def school_file(folder: Path, *rows: Row) -> Path:
    """A file of the CCD search with these schools, the first on line 2."""
    return _table(folder / "ccd_sch.csv", SCHOOL_HEADINGS, rows)


def elsi_file(folder: Path, *districts: tuple[str, str]) -> Path:
    """A file of ELSI with districts of these ids and names, the first on line 8."""
    path = folder / "elsi_lea.csv"
    rows = [f'"{name}",FL ,{leaid},18354' for leaid, name in districts]
    lines = [*ELSI_PREAMBLE, ",".join(ELSI_HEADINGS), *rows, "", *ELSI_FOOTER]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return path


def real_files(pattern: str) -> list[Path]:
    """What lies beside the repository of NCES's own files; nothing, elsewhere."""
    return sorted((ROOT.parent / "shared" / "data" / "nces").glob(pattern))


def _table(path: Path, headings: tuple[str, ...], rows: tuple[Row, ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="†")
        writer.writeheader()
        writer.writerows(rows)
    return path
