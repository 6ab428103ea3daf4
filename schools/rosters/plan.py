"""Compares what was read with the rows that are there: what to do about each. Writes nothing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from schools.models import District, School
from schools.rosters.nces import DistrictRecord, SchoolRecord, level_of
from schools.rosters.nces_cells import Status
from schools.rosters.states import state_of, usual_time_zone

LONGEST_ADDRESS = 80
# What comes after the name: the state and, where that is not enough, the district's id.
_LONGEST_NAME_IN_ADDRESS = LONGEST_ADDRESS - len("-fl-1200390")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator asks for instead of what would be taken; nothing where they do not."""

    time_zone: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """What to write about a district: everything for a new one, else what differs."""

    is_new: bool
    values: dict[str, Any]
    guesses_time_zone: bool = False


@dataclass(frozen=True, slots=True)
class Creation:
    """A school that is not there yet, and the values of its row."""

    record: SchoolRecord
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A school that is there, the values that differ, and what stood there before."""

    record: SchoolRecord
    row: School
    values: dict[str, Any]
    before: dict[str, Any]


@dataclass(slots=True)
class RosterPlan:
    """What to do about each school of a district. Every record stands in one list."""

    create: list[Creation] = field(default_factory=list)
    change: list[Change] = field(default_factory=list)
    make_inactive: list[Change] = field(default_factory=list)
    unchanged: list[School] = field(default_factory=list)
    left_out: list[SchoolRecord] = field(default_factory=list)
    """Schools that do not teach now and were never here."""
    not_in_file: list[School] = field(default_factory=list)
    """Left as they are: the file may be a part of the whole."""

    @property
    def writes(self) -> list[Change]:
        """The rows that are there and get new values."""
        return [*self.change, *self.make_inactive]


def plan_district(
    record: DistrictRecord, known: District | None, *, wishes: Wishes, taken: Collection[str]
) -> DistrictPlan:
    """What to write about the district; `taken` are the addresses that others have.

    A district that is there keeps its name and address, which people know by now.

    Raises:
        ValidationError: the wished address cannot be given, or no time zone is known.
    """
    if known:
        return DistrictPlan(is_new=False, values=_new_facts(record, known, wishes))
    if wishes.slug and wishes.slug in taken:
        raise ValidationError(
            _("Another district has the address %(slug)s."), params={"slug": wishes.slug}
        )
    state = state_of(record.leaid)
    time_zone = wishes.time_zone or usual_time_zone(state)
    if not time_zone:
        raise ValidationError(
            _("No time zone is known for districts whose id begins with %(digits)s; name one."),
            params={"digits": record.leaid[:2]},
        )
    return DistrictPlan(
        is_new=True,
        values={
            "name": record.name,
            "slug": wishes.slug or _free_address(record, state, taken),
            "state": state,
            "time_zone": time_zone,
        },
        guesses_time_zone=not wishes.time_zone,
    )


def plan_schools(
    records: Iterable[SchoolRecord], known: Iterable[School], *, refused: Collection[str] = ()
) -> RosterPlan:
    """What to do about the schools of one district.

    `refused` are the ids of lines that could not be read: those schools are in the file.
    """
    plan = RosterPlan()
    rows = {row.nces_schid or str(row.pk): row for row in known}
    for record in records:
        row = rows.pop(record.schid, None)
        if row is None:
            _plan_new(plan, record)
        else:
            _plan_known(plan, record, row)
    plan.not_in_file = [row for schid, row in rows.items() if schid not in refused]
    return plan


def _new_facts(record: DistrictRecord, known: District, wishes: Wishes) -> dict[str, Any]:
    if wishes.slug not in ("", known.slug):
        raise ValidationError(
            _("This district is there already, at the address %(slug)s, and keeps it."),
            params={"slug": known.slug},
        )
    facts = {}
    if wishes.time_zone not in ("", known.time_zone):
        facts["time_zone"] = wishes.time_zone
    if not known.state and (state := state_of(record.leaid)):
        facts["state"] = state
    return facts


def _free_address(record: DistrictRecord, state: str, taken: Collection[str]) -> str:
    stem = slugify(record.name)[:_LONGEST_NAME_IN_ADDRESS].strip("-") or "district"
    address = slugify(f"{stem} {state}")
    return f"{address}-{record.leaid}" if address in taken else address


def _plan_new(plan: RosterPlan, record: SchoolRecord) -> None:
    if record.status is not Status.OPEN:
        plan.left_out.append(record)
        return
    level = level_of(record.low_grade, record.high_grade)
    plan.create.append(Creation(record, {**_facts(record), "level": level}))


def _plan_known(plan: RosterPlan, record: SchoolRecord, row: School) -> None:
    is_open = record.status is Status.OPEN
    # Of a school that has closed only that is taken: its row keeps what it last taught.
    facts = {**_facts_about(record, row), "is_active": True} if is_open else {"is_active": False}
    before = {name: getattr(row, name) for name in facts if getattr(row, name) != facts[name]}
    if not before:
        plan.unchanged.append(row)
        return
    change = Change(record, row, {name: facts[name] for name in before}, before)
    (plan.change if is_open else plan.make_inactive).append(change)


def _facts_about(record: SchoolRecord, row: School) -> dict[str, Any]:
    facts = _facts(record)
    if record.low_grade or record.high_grade:
        facts["level"] = level_of(
            record.low_grade or row.low_grade, record.high_grade or row.high_grade
        )
    return facts


def _facts(record: SchoolRecord) -> dict[str, Any]:
    """What the file knows; what it does not know never replaces what is known here."""
    facts = {
        "name": record.name,
        "low_grade": record.low_grade,
        "high_grade": record.high_grade,
        "students": record.students,
        "city": record.city,
    }
    return {name: value for name, value in facts.items() if value not in ("", None)}
