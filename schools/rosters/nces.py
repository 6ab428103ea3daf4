"""Reads the lists of districts and schools that NCES gives out; knows no database.

Two exports are read: the one of the CCD search for districts and for schools, and the one of ELSI
for districts. Columns are found by their headings; NCES's dagger, dash and double dagger are read
as not known; an id that a spreadsheet has robbed of its leading zero gets it back. A line that
cannot be understood is refused with its reason; the others are read all the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schools.models import SchoolLevel
from schools.rosters import nces_cells
from schools.rosters.csv_table import BrokenLine, Layout, Line, read_table
from schools.rosters.nces_cells import GRADES, LEAID_DIGITS, SCHID_DIGITS, Status

DISTRICT_LAYOUTS: Final[tuple[Layout, ...]] = (
    {"leaid": "NCES District ID", "name": "District Name", "status": "Status"},
    {"leaid": "Agency ID - NCES Assigned", "name": "Agency Name"},
)
SCHOOL_LAYOUTS: Final[tuple[Layout, ...]] = (
    {
        "schid": "NCES School ID",
        "leaid": "NCES District ID",
        "name": "School Name",
        "low_grade": "Low Grade",
        "high_grade": "High Grade",
        "city": "City",
        "students": "Students",
        "status": "Status",
    },
)
_DETAILS: Final[Mapping[str, Callable[[str], Any]]] = {
    "low_grade": nces_cells.grade,
    "high_grade": nces_cells.grade,
    "students": nces_cells.students,
    "city": nces_cells.city,
}


@dataclass(frozen=True, slots=True)
class DistrictRecord:
    """A district as the file has it."""

    line: int
    leaid: str
    name: str
    status: Status
    regained_zero: bool = False

    @property
    def nces_id(self) -> str:
        """The id that no other line may carry."""
        return self.leaid


@dataclass(frozen=True, slots=True)
class SchoolRecord:
    """A school as the file has it. What is not known is empty; `remarks` say what was odd."""

    line: int
    schid: str
    leaid: str
    name: str
    status: Status
    low_grade: str = ""
    high_grade: str = ""
    students: int | None = None
    city: str = ""
    regained_zero: bool = False
    remarks: tuple[str, ...] = ()

    @property
    def nces_id(self) -> str:
        """The id that no other line may carry."""
        return self.schid


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not read; beside the reason stands what could be made out of it."""

    line: int
    reason: str
    leaid: str = ""
    nces_id: str = ""
    name: str = ""


Record = TypeVar("Record", DistrictRecord, SchoolRecord)


def read_districts(path: Path) -> Iterator[DistrictRecord | Refusal]:
    """The districts in a file of the CCD search or of ELSI, one after the other.

    Raises:
        UnreadableFile: the file is not such a list.
    """
    return _records(read_table(path, DISTRICT_LAYOUTS), _district)


def read_schools(path: Path) -> Iterator[SchoolRecord | Refusal]:
    """The schools in a file of the CCD search, one after the other.

    Raises:
        UnreadableFile: the file is not such a list.
    """
    return _records(read_table(path, SCHOOL_LAYOUTS), _school)


def level_of(low_grade: str, high_grade: str) -> SchoolLevel:
    """The level of a school that teaches from `low_grade` to `high_grade`, by the rule of NCES.

    The rule is that of the Common Core of Data for a school's level, under our own names:

    - elementary (NCES: primary): lowest grade PK to 3, highest PK to 8
    - middle: lowest grade 4 to 7, highest 4 to 9
    - high: lowest grade 7 to 12, highest 12 and no other
    - other: everything else, ungraded and not known included
    """
    if low_grade not in GRADES or high_grade not in GRADES:
        return SchoolLevel.OTHER
    if low_grade in _grades("PK", "03") and high_grade in _grades("PK", "08"):
        return SchoolLevel.ELEMENTARY
    if low_grade in _grades("04", "07") and high_grade in _grades("04", "09"):
        return SchoolLevel.MIDDLE
    if low_grade in _grades("07", "12") and high_grade == "12":
        return SchoolLevel.HIGH
    return SchoolLevel.OTHER


def _grades(first: str, last: str) -> tuple[str, ...]:
    return GRADES[GRADES.index(first) : GRADES.index(last) + 1]


def _records(
    lines: Iterator[Line | BrokenLine], parse: Callable[[Line], Record]
) -> Iterator[Record | Refusal]:
    """Each line as a record, or why it is none. Of several with one id the first counts."""
    first_lines: dict[str, int] = {}
    for line in lines:
        record = _parsed(line, parse)
        if isinstance(record, Refusal):
            yield record
            continue
        first = first_lines.setdefault(record.nces_id, record.line)
        yield (
            record
            if first == record.line
            else Refusal(
                record.line,
                _("its id stands in line %(line)d already") % {"line": first},
                leaid=record.leaid,
                nces_id=record.nces_id,
                name=record.name,
            )
        )


def _parsed(line: Line | BrokenLine, parse: Callable[[Line], Record]) -> Record | Refusal:
    if isinstance(line, BrokenLine):
        return Refusal(line.number, line.reason)
    try:
        return parse(line)
    except ValidationError as error:
        leaid = nces_cells.id_or_nothing(line.cells["leaid"], LEAID_DIGITS)
        schid = nces_cells.id_or_nothing(line.cells.get("schid", ""), SCHID_DIGITS)
        return Refusal(
            line.number,
            " ".join(error.messages),
            leaid=leaid,
            nces_id=schid or leaid,
            name=line.cells["name"],
        )


def _district(line: Line) -> DistrictRecord:
    cells = line.cells
    leaid, regained_zero = nces_cells.nces_id(cells["leaid"], LEAID_DIGITS)
    return DistrictRecord(
        line=line.number,
        leaid=leaid,
        name=nces_cells.name(cells["name"]),
        # ELSI lists the districts of a year and has no column for their status.
        status=nces_cells.status(cells.get("status", Status.OPEN)),
        regained_zero=regained_zero,
    )


def _school(line: Line) -> SchoolRecord:
    cells = line.cells
    leaid, _lost = nces_cells.nces_id(cells["leaid"], LEAID_DIGITS)
    schid, regained_zero = nces_cells.nces_id(cells["schid"], SCHID_DIGITS)
    if not schid.startswith(leaid):
        raise ValidationError(
            _("its id %(schid)s does not begin with that of its district, %(leaid)s"),
            params={"schid": schid, "leaid": leaid},
        )
    details, remarks = _details(cells)
    return SchoolRecord(
        line=line.number,
        schid=schid,
        leaid=leaid,
        name=nces_cells.name(cells["name"]),
        status=nces_cells.status(cells["status"]),
        regained_zero=regained_zero,
        remarks=remarks,
        **details,
    )


def _details(cells: Mapping[str, str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A detail that makes no sense is left out, with a remark: the school itself is there."""
    details, remarks = {}, []
    for name, parse in _DETAILS.items():
        try:
            details[name] = parse(cells[name])
        except ValidationError as error:
            remarks.extend(error.messages)
    return details, tuple(remarks)
