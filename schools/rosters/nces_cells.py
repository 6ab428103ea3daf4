"""What a cell of an NCES file says: ids, names, statuses, grades, numbers.

Each function raises ValidationError for a cell that makes no sense.
"""

import re
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schools.text import clean_text

LEAID_DIGITS = 7
SCHID_DIGITS = 12
LONGEST_NAME = 200
LONGEST_CITY = 100
MOST_STUDENTS = 2_147_483_647

# Not applicable, missing, of poor quality.
_NOT_KNOWN: Final = frozenset({"", "†", "\N{EN DASH}", "‡", "-"})
# The same three as CCD's own codes.
_NO_GRADE: Final = _NOT_KNOWN | {"N", "M"}
_NO_NUMBER: Final = _NOT_KNOWN | {"-1", "-2", "-9"}
_WHOLE_NUMBER: Final = re.compile(r"(\d+)(?:\.0*)?", re.ASCII)

GRADES: Final = ("PK", "KG", *(f"{grade:02}" for grade in range(1, 13)))
"""The grades that a school's level is made of, in order."""
_OTHER_GRADES: Final = frozenset({"13", "UG", "AE"})


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


def nces_id(cell: str, digits: int) -> tuple[str, bool]:
    """The id, and whether it had lost its leading zero and got it back."""
    number = _WHOLE_NUMBER.fullmatch(cell)
    found = number.group(1) if number else ""
    if len(found) not in (digits, digits - 1):
        raise ValidationError(
            _("“%(id)s” is no NCES id of %(digits)d digits"), params={"id": cell, "digits": digits}
        )
    return found.zfill(digits), len(found) < digits


def id_or_nothing(cell: str, digits: int) -> str:
    """The id, or nothing for what is none."""
    try:
        return nces_id(cell, digits)[0]
    except ValidationError:
        return ""


def name(cell: str) -> str:
    """The name in the file's own case, its doubled spaces made one. NULL is a name like any."""
    if cell in _NOT_KNOWN:
        raise ValidationError(_("it has no name"))
    return clean_text(" ".join(cell.split()), longest=LONGEST_NAME)


def status(cell: str) -> Status:
    """The status; ELSI puts its number first: `1-Open`."""
    word = re.sub(r"^\d-", "", " ".join(cell.split()).casefold())
    if word not in _STATUSES:
        raise ValidationError(
            _("“%(status)s” does not say whether it is open"), params={"status": cell}
        )
    return _STATUSES[word]


def grade(cell: str) -> str:
    """The grade in two characters, nothing when it is not known."""
    code = cell.upper()
    if code in _NO_GRADE:
        return ""
    if code.isdecimal():
        code = code.zfill(2)
    if code not in GRADES and code not in _OTHER_GRADES:
        raise ValidationError(
            _("“%(grade)s” is no grade that NCES has; left as not known"), params={"grade": cell}
        )
    return code


def students(cell: str) -> int | None:
    """How many students, None when it is not known: `18354.00000`."""
    if cell in _NO_NUMBER:
        return None
    number = _WHOLE_NUMBER.fullmatch(cell.replace(",", ""))
    if number is None or int(number.group(1)) > MOST_STUDENTS:
        raise ValidationError(
            _("“%(number)s” is no number of students; left as not known"), params={"number": cell}
        )
    return int(number.group(1))


def city(cell: str) -> str:
    """The city in the file's own case, nothing when it is not known."""
    if cell in _NOT_KNOWN:
        return ""
    try:
        return clean_text(" ".join(cell.split()), longest=LONGEST_CITY)
    except ValidationError as error:
        raise ValidationError(
            _("its city cannot be kept, left as not known: %(why)s"),
            params={"why": " ".join(error.messages)},
        ) from error
