"""Reads the lists of districts and schools that NCES gives out; knows no database.

Two exports are read: the one of the CCD search for districts and for schools, and the one of ELSI
for districts. Their columns are found by their headings, `†`, `–` and `‡` (not applicable,
missing, of poor quality) are read as not known, and an id that a spreadsheet has robbed of its
leading zero gets it back. A line that cannot be understood is refused with its reason; the others
are read all the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schools.models import SchoolLevel
from schools.rosters.csv_table import BrokenLine, Layout, Line, read_table
from schools.text import clean_text

LEAID_DIGITS = 7
SCHID_DIGITS = 12
LONGEST_NAME = 200
LONGEST_CITY = 100
MOST_STUDENTS = 2_147_483_647

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

_NOT_KNOWN: Final = frozenset({"", "†", "–", "‡", "-"})
_GRADES: Final = ("PK", "KG", *(f"{grade:02}" for grade in range(1, 13)))
_OTHER_GRADES: Final = frozenset({"13", "UG", "AE"})
_NO_GRADE: Final = _NOT_KNOWN | {"N", "M"}
# CCD's own numbers for missing, not applicable and of poor quality.
_NO_NUMBER: Final = _NOT_KNOWN | {"-1", "-2", "-9"}
_WHOLE_NUMBER: Final = re.compile(r"(\d+)(?:\.0*)?", re.ASCII)


class Status(StrEnum):
    """Whether a district or school works now, and if not, why."""

    OPEN = "open"
    CLOSED = "closed"
    INACTIVE = "inactive"
    FUTURE = "future"


_STATUSES: Final = {
    "open": Status.OPEN,
    "continuing": Status.OPEN,
    "new": Status.OPEN,
    "added": Status.OPEN,
    "changed boundary/agency": Status.OPEN,
    "changed boundary": Status.OPEN,
    "changed agency": Status.OPEN,
    "boundary changed": Status.OPEN,
    "reopened": Status.OPEN,
    "closed": Status.CLOSED,
    "inactive": Status.INACTIVE,
    "future": Status.FUTURE,
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
    """A school as the file has it. What it does not know is empty; `remarks` say what was odd."""

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
    """A line that was not read. `leaid` and `name` are what could be made out of it."""

    line: int
    reason: str
    leaid: str = ""
    nces_id: str = ""
    name: str = ""


Record = TypeVar("Record", DistrictRecord, SchoolRecord)


@dataclass(frozen=True, slots=True)
class _Reader(Generic[Record]):
    id_column: str
    digits: int
    parse: Callable[[Line], Record]

    def read(self, lines: Iterator[Line | BrokenLine]) -> Iterator[Record | Refusal]:
        """Each line as a record, or why it is none; of several with one id, the first."""
        first_lines: dict[str, int] = {}
        for line in lines:
            record = self._record(line)
            if not isinstance(record, Refusal):
                first = first_lines.setdefault(record.nces_id, line.number)
                if first != line.number and isinstance(line, Line):
                    reason = _("its id stands in line %(line)d already") % {"line": first}
                    record = self._refusal(line, reason)
            yield record

    def _record(self, line: Line | BrokenLine) -> Record | Refusal:
        if isinstance(line, BrokenLine):
            return Refusal(line.number, line.reason)
        try:
            return self.parse(line)
        except ValidationError as error:
            return self._refusal(line, " ".join(error.messages))

    def _refusal(self, line: Line, reason: str) -> Refusal:
        return Refusal(
            line.number,
            reason,
            leaid=_id_or_nothing(line.cells["leaid"], LEAID_DIGITS),
            nces_id=_id_or_nothing(line.cells[self.id_column], self.digits),
            name=" ".join(line.cells["name"].split()),
        )


def read_districts(path: Path) -> Iterator[DistrictRecord | Refusal]:
    """The districts in a file of the CCD search or of ELSI.

    Raises:
        UnreadableFile: the file is not such a list.
    """
    reader = _Reader("leaid", LEAID_DIGITS, _district)
    return reader.read(read_table(path, DISTRICT_LAYOUTS))


def read_schools(path: Path) -> Iterator[SchoolRecord | Refusal]:
    """The schools in a file of the CCD search.

    Raises:
        UnreadableFile: the file is not such a list.
    """
    reader = _Reader("schid", SCHID_DIGITS, _school)
    return reader.read(read_table(path, SCHOOL_LAYOUTS))


def level_of(low_grade: str, high_grade: str) -> SchoolLevel:
    """The level of a school that teaches from `low_grade` to `high_grade`, by the rule of NCES.

    The rule is that of the Common Core of Data's field for a school's level (glossary of its
    yearly reports), under our own names:

    - elementary (NCES: primary): lowest grade PK to 3, highest PK to 8
    - middle: lowest grade 4 to 7, highest 4 to 9
    - high: lowest grade 7 to 12, highest 12 and no other
    - other: everything else, ungraded and unknown included
    """
    if low_grade not in _GRADES or high_grade not in _GRADES:
        return SchoolLevel.OTHER
    low, high = _GRADES.index(low_grade), _GRADES.index(high_grade)
    third, fourth, seventh, eighth, ninth, twelfth = map(
        _GRADES.index, ("03", "04", "07", "08", "09", "12")
    )
    if low <= third and high <= eighth:
        return SchoolLevel.ELEMENTARY
    if fourth <= low <= seventh and fourth <= high <= ninth:
        return SchoolLevel.MIDDLE
    if low >= seventh and high == twelfth:
        return SchoolLevel.HIGH
    return SchoolLevel.OTHER


def _district(line: Line) -> DistrictRecord:
    cells = line.cells
    leaid, regained_zero = _nces_id(cells["leaid"], LEAID_DIGITS)
    return DistrictRecord(
        line=line.number,
        leaid=leaid,
        name=_name(cells["name"]),
        # ELSI lists the districts that report, and has no column for their status.
        status=_status(cells.get("status", Status.OPEN)),
        regained_zero=regained_zero,
    )


def _school(line: Line) -> SchoolRecord:
    cells = line.cells
    schid, regained_zero = _nces_id(cells["schid"], SCHID_DIGITS)
    leaid, _of_district = _nces_id(cells["leaid"], LEAID_DIGITS)
    if not schid.startswith(leaid):
        raise ValidationError(
            _("its id %(schid)s does not begin with that of its district, %(leaid)s"),
            params={"schid": schid, "leaid": leaid},
        )
    record = SchoolRecord(
        line=line.number,
        schid=schid,
        leaid=leaid,
        name=_name(cells["name"]),
        status=_status(cells["status"]),
        regained_zero=regained_zero,
    )
    return _with_details(record, cells)


def _with_details(record: SchoolRecord, cells: Mapping[str, str]) -> SchoolRecord:
    """A detail that makes no sense is left unknown, with a remark: the school itself is there."""
    details: dict[str, object] = {}
    remarks = []
    for name, parse in _DETAILS.items():
        try:
            details[name] = parse(cells[name])
        except ValidationError as error:
            remarks.extend(error.messages)
    return replace(record, **details, remarks=tuple(remarks))  # type: ignore[arg-type]


def _nces_id(cell: str, digits: int) -> tuple[str, bool]:
    """The id, and whether its leading zero had to be put back."""
    number = _WHOLE_NUMBER.fullmatch(cell)
    found = number.group(1) if number else ""
    if len(found) not in (digits, digits - 1):
        raise ValidationError(
            _("“%(id)s” is no NCES id of %(digits)d digits"), params={"id": cell, "digits": digits}
        )
    return found.zfill(digits), len(found) < digits


def _id_or_nothing(cell: str, digits: int) -> str:
    try:
        return _nces_id(cell, digits)[0]
    except ValidationError:
        return ""


def _name(cell: str) -> str:
    if cell in _NOT_KNOWN:
        raise ValidationError(_("it has no name"))
    return clean_text(" ".join(cell.split()), longest=LONGEST_NAME)


def _status(cell: str) -> Status:
    """ELSI numbers the words: `1-Open`."""
    word = re.sub(r"^\d-", "", " ".join(cell.split()).casefold())
    if word not in _STATUSES:
        raise ValidationError(
            _("“%(status)s” does not say whether it is open"), params={"status": cell}
        )
    return _STATUSES[word]


def _grade(cell: str) -> str:
    grade = cell.upper()
    if grade in _NO_GRADE:
        return ""
    if grade.isdecimal():
        grade = grade.zfill(2)
    if grade not in _GRADES and grade not in _OTHER_GRADES:
        raise ValidationError(
            _("“%(grade)s” is no grade that NCES knows; left as not known"), params={"grade": cell}
        )
    return grade


def _students(cell: str) -> int | None:
    if cell in _NO_NUMBER:
        return None
    number = _WHOLE_NUMBER.fullmatch(cell.replace(",", ""))
    if number is None or int(number.group(1)) > MOST_STUDENTS:
        raise ValidationError(
            _("“%(number)s” is no number of students; left as not known"), params={"number": cell}
        )
    return int(number.group(1))


def _city(cell: str) -> str:
    return "" if cell in _NOT_KNOWN else clean_text(" ".join(cell.split()), longest=LONGEST_CITY)


_DETAILS: Final[Mapping[str, Callable[[str], object]]] = {
    "low_grade": _grade,
    "high_grade": _grade,
    "students": _students,
    "city": _city,
}
