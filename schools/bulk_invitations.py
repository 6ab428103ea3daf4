"""Many invitations at once, from a table: first what would happen, then all of it or nothing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.addresses import one_spelling
from schools import audit
from schools.invitations import (
    Wish,
    check_grant,
    check_schools,
    hold_still,
    name_of,
    row_of,
    told_of,
)
from schools.models import Invitation, Membership, Role, School
from schools.permissions import can_change_roles
from schools.rosters.csv_table import BrokenLine, Layout, Line, UnreadableFile, read_lines

LARGEST: Final = 1024 * 1024
MOST_LINES: Final = 10_000
HEADINGS: Final = ("email", "name", "role", "schools")
_CALLED: Final = {
    "email": ("email", "e-mail", "correo"),
    "role": ("role", "rol"),
    "schools": ("schools", "school", "school(s)", "escuelas", "escuela"),
    "name": ("name", "nombre"),
}
# The name may be left out; the others not.
_COLUMNS: Final = (("email", "role", "schools", "name"), ("email", "role", "schools"))
LAYOUTS: Final[list[Layout]] = [
    dict(zip(columns, called, strict=True))
    for columns in _COLUMNS
    for called in product(*(_CALLED[column] for column in columns))
]
_DELIMITERS: Final = ",;\t"
_WITHOUT_ITS_ZERO: Final = 11


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be taken as it is."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One line that says something that can be done, or has been done already."""

    line: int
    wish: Wish
    remark: str = ""
    """Why nothing happens for it; nothing when an invitation goes out."""

    @property
    def said(self) -> str:
        """Who, as what, where; in one piece, because a preview may have thousands."""
        wish = self.wish
        where = ", ".join(school.name for school in wish.schools) or _("The whole district")
        who = f"{wish.email}, {wish.name}" if wish.name else wish.email
        return f"{who}: {Role(wish.role).label}, {where}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would do."""

    lines: list[Planned] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def invitations(self) -> list[Planned]:
        """Those that would go out."""
        return [line for line in self.lines if not line.remark]

    @property
    def passed_over(self) -> list[Planned]:
        """Those for whom there is nothing to do."""
        return [line for line in self.lines if line.remark]

    @property
    def by_role(self) -> dict[str, int]:
        """How many invitations for each role, the highest first."""
        count = dict.fromkeys(Role, 0)
        for line in self.invitations:
            count[Role(line.wish.role)] += 1
        return {str(role.label): n for role, n in count.items() if n}


def plan(text: str, *, by: Membership, language: str) -> Plan:
    """What the table would do, with every line that is wrong. Changes nothing.

    Raises:
        PermissionDenied: `by` does not manage the people of the district.
        UnreadableFile: it is not a table with the columns that are needed.
    """
    if not can_change_roles(by):
        raise PermissionDenied
    found, reader = Plan(), _Reader(by, language)
    for line in _lines(text):
        try:
            found.lines.append(reader.read(line))
        except ValidationError as refused:
            found.problems.extend(Problem(line.number, words) for words in refused.messages)
    return found


@transaction.atomic
def invite_all(text: str, *, by: Membership, language: str) -> Plan:
    """Everybody whom the table would invite, in one transaction; nobody if a line is wrong.

    Raises:
        PermissionDenied: `by` does not manage the people of the district.
        UnreadableFile: it is not a table with the columns that are needed.
    """
    by = hold_still(by)
    made = plan(text, by=by, language=language)
    if made.problems:
        return made
    rows = [row_of(by.district, by.user, line.wish) for line in made.invitations]
    Invitation.objects.bulk_create(rows, batch_size=1_000)
    audit.record_each(audit.Event.INVITED, by=by, rows=[(row, told_of(row)) for row in rows])
    return made


def _lines(text: str) -> Iterator[Line | BrokenLine]:
    text = text.removeprefix("\ufeff")
    name = _("The table")
    delimiter = _delimiter_of(text)
    for count, line in enumerate(
        read_lines(
            StringIO(text, newline=""), LAYOUTS, name=name, delimiter=delimiter, holds_remarks=False
        )
    ):
        if count >= MOST_LINES:
            said = ngettext(
                "The table has more than %(most)d line. Send it in parts.",
                "The table has more than %(most)d lines. Send it in parts.",
                MOST_LINES,
            )
            raise UnreadableFile(said % {"most": MOST_LINES})
        yield line


def _delimiter_of(text: str) -> str:
    """What separates the headings: spreadsheets paste tabs, and some countries save semicolons."""
    for line in text.splitlines():
        if any(heading in line.casefold() for heading in _CALLED["email"]):
            return max(_DELIMITERS, key=line.count)
    return ","


class _Reader:
    """Knows who and what is there already, so that a line costs no query."""

    def __init__(self, by: Membership, language: str) -> None:
        self.by, self.language = by, language
        self.schools = SchoolFinder(School.objects.visible_to(by).filter(is_active=True))
        here = Membership.objects.visible_to(by).select_related("user")
        self.here = {membership.user.email: membership for membership in here}
        waiting = Invitation.objects.visible_to(by).waiting()
        self.invited = set(waiting.values_list("email", flat=True))
        self.roles = _roles()
        self.seen: dict[str, int] = {}

    def read(self, line: Line | BrokenLine) -> Planned:
        """
        Raises:
            ValidationError: all that is wrong with the line.
        """
        if isinstance(line, BrokenLine):
            raise ValidationError(line.reason)
        problems: list[ValidationError] = []
        email = _tried(problems, self._email, line)
        name = _tried(problems, name_of, line.cells.get("name", ""))
        role = _tried(problems, self._role, line)
        schools = _tried(problems, self.schools.read, line.cells["schools"])
        if problems:
            raise ValidationError(problems)
        wish = Wish(email, role, schools, name, self.language)
        try:
            check_grant(self.by, wish)
        except PermissionDenied as refused:
            raise ValidationError(_("You may not give this role.")) from refused
        check_schools(wish)
        return Planned(line.number, wish, self._remark(wish))

    def _email(self, line: Line) -> str:
        if not line.cells["email"]:
            raise ValidationError(_("The e-mail address is missing."))
        email = one_spelling(line.cells["email"])
        if before := self.seen.get(email):
            said = _("%(email)s stands in line %(line)d already.")
            raise ValidationError(said % {"email": email, "line": before})
        self.seen[email] = line.number
        return email

    def _role(self, line: Line) -> str:
        said = line.cells["role"]
        if role := self.roles.get(_plain(said)):
            return role
        known = ", ".join(Role.values)
        words = (
            _("There is no role “%(role)s”. The roles are: %(roles)s.")
            if said
            else _("The role is missing. The roles are: %(roles)s.")
        )
        raise ValidationError(words % {"role": said, "roles": known})

    def _remark(self, wish: Wish) -> str:
        if membership := self.here.get(wish.email):
            said = _("is here already as %(role)s; nothing changes")
            return said % {"role": membership.get_role_display()}
        return _("is invited already; nothing changes") if wish.email in self.invited else ""


class SchoolFinder:
    """Finds the schools of a district by NCES id or by name."""

    def __init__(self, schools: Iterable[School]) -> None:
        self.by_id: dict[str, School] = {}
        self.by_name: dict[str, list[School]] = defaultdict(list)
        for school in schools:
            if school.nces_schid:
                self.by_id[school.nces_schid] = school
            self.by_name[_plain(school.name)].append(school)

    def read(self, words: str) -> list[School]:
        """The schools that are named there, each once; none where nothing is written.

        Raises:
            ValidationError: there is no such school, or several.
        """
        # A name may hold a semicolon; then the whole cell is one school.
        if _plain(words) in self.by_name:
            return [self._one(words)]
        names = [name for name in re.split(r"[;|\n]", words) if name.strip()]
        found: dict[UUID, School] = {}
        problems: list[ValidationError] = []
        for name in names:
            school = _tried(problems, self._one, name)
            if school:
                found[school.pk] = school
        if problems:
            raise ValidationError(problems)
        return list(found.values())

    def _one(self, name: str) -> School:
        name = name.strip()
        # A spreadsheet takes the zero off the front of an id.
        if school := self.by_id.get(name.zfill(12) if len(name) == _WITHOUT_ITS_ZERO else name):
            return school
        schools = self.by_name.get(_plain(name), [])
        if len(schools) == 1:
            return schools[0]
        if schools:
            said = _("There are %(n)d schools called %(school)s: use the NCES id.")
            raise ValidationError(said % {"n": len(schools), "school": name})
        said = _("There is no school %(school)s in this district.")
        raise ValidationError(said % {"school": name})


def _roles() -> dict[str, str]:
    """Each role by its code and by its name in every language."""
    named: dict[str, str] = {}
    for role in Role:
        named[_plain(role.value)] = named[_plain(role.value.replace("_", " "))] = role.value
        for language in ("en", "es"):
            with translation.override(language):
                named[_plain(str(role.label))] = role.value
    return named


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _tried(problems: list[ValidationError], read: Callable[..., Any], *arguments: Any) -> Any:
    """What was read, or nothing and one problem more."""
    try:
        return read(*arguments)
    except ValidationError as refused:
        problems.append(refused)
        return None
