"""Cycles, as programs read them: with their cells and reflections inside."""

from datetime import date
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy
from orjson import Fragment
from rest_framework.request import Request

from assessments.api import shapes
from assessments.api.commitments import commitments_of
from assessments.api.responses import cells_of, reflections_of
from assessments.models import Cycle, Status
from schools.api.documentation import documented, path_id
from schools.api.pages import Row
from schools.api.parameters import Parameter, Query, by_choice, by_id, by_school_year
from schools.api.resources import DistrictView, ListView, the_one_of
from schools.api.times import Written
from schools.api.versions import is_known, not_modified, version_of, versioned
from schools.permissions import Action
from schools.querysets import Who

PARTS: Final = {
    "cells": cells_of,
    "reflections": reflections_of,
    "commitments": commitments_of,
}
# By the name of a part, that of each cycle in the order of the cycles.
Parts = dict[str, list[Fragment]]
CYCLE = {
    "id": "id",
    "school": "school",
    "school_nces_schid": "school_nces_schid",
    "school_name": "school_name",
    "campaign": "campaign",
    "school_year": "school_year",
    "status": "status",
    "is_late": "due_on",
    "quoting": "quoting",
    "extended_to": "extended_to",
    "started_at": Written("started_at"),
    "submitted_at": Written("submitted_at"),
    "updated_at": Written("updated_at"),
}

PROMISED: Final = "promised"
OF_ONE: Final = CYCLE | {PROMISED: PROMISED}


def _read_parts(text: str) -> list[str]:
    wanted = text.split(",") if text else []
    if unknown := set(wanted) - PARTS.keys():
        raise ValueError(unknown)
    return wanted


INCLUDE: Final = Parameter(
    "include",
    "Which parts come inside a cycle, with commas between them. Empty: none. Left out: all.",
    read=_read_parts,
    expected=gettext_lazy(
        "Expected cells, reflections, commitments, with commas between them, or nothing."
    ),
    schema={"type": "array", "items": {"type": "string", "enum": list(PARTS)}},
    explode=False,
)


@documented(
    "listCycles",
    "List cycles",
    "Cycles with their nine cells, their reflections and the commitments made in them, those "
    "changed longest ago first. "
    "The district's people and API clients see every school's, drafts too; a school's people see "
    "their own school's. Only submitted cycles count in dashboards.",
    tag="cycles",
    answers=shapes.Cycle,
)
class CycleList(ListView):
    """Cycles, a page at a time."""

    action = Action.READ_CYCLES
    fields = CYCLE
    promised: Parts
    parameters: ClassVar = (
        by_school_year(),
        by_choice("status", "With this status only.", Status.values),
        by_id("school", "Of this school only."),
        by_id("campaign", "Of this campaign only."),
        INCLUDE,
    )

    def rows(self) -> QuerySet[Cycle]:
        """All that the caller may know of."""
        return Cycle.objects.visible_to(self.who).with_names()

    def seen_beside(self, rows: list[Row]) -> Any:
        """What turns without a change of the cycles' own rows: days, and what they promised."""
        parts = _parts(self.query)
        # It is needed for the page itself as a rule: to ask for its versions would be as dear.
        self.promised = _read(self.who, rows, [name for name in parts if name == "commitments"])
        return [self.district.today(), parts, [*self.promised.values()]]

    def shown(self, rows: list[Row]) -> list[Row]:
        """With their parts inside."""
        today = self.district.today()
        others = [name for name in _parts(self.query) if name not in self.promised]
        parts = self.promised | _read(self.who, rows, others)
        return _with_parts([_shown(row, today) for row in rows], parts)


@documented(
    "readCycle",
    "Read a cycle",
    "One cycle by its id, with its nine cells, its reflections and its commitments inside.",
    tag="cycles",
    answers=shapes.Cycle,
    path=[path_id("cycle_id", "The cycle.")],
)
class CycleDetail(DistrictView):
    """One cycle."""

    action = Action.READ_CYCLES
    parameters: ClassVar = (INCLUDE,)

    def get(self, request: Request, cycle_id: UUID, **_route: Any) -> HttpResponseBase:
        """The cycle; its cells and reflections are read only for who does not hold them yet."""
        rows = Cycle.objects.visible_to(self.who).with_names().filter(pk=cycle_id)
        cycle = _shown(the_one_of(rows.with_commitments(), OF_ONE), self.district.today())
        version = _version(cycle, self.query)
        del cycle[PROMISED]
        if is_known(request, version):
            return not_modified(version)
        parts = _read(self.who, [cycle], _parts(self.query))
        return versioned(_with_parts([cycle], parts)[0], version)


def _shown(row: Row, today: date) -> Row:
    """What the row holds as `is_late` is the day on which the cycle is due."""
    row["is_late"] = row["is_late"] < today and row["status"] != Status.SUBMITTED
    return row


def _read(who: Who, cycles: list[Row], names: list[str]) -> Parts:
    return {name: PARTS[name](who, cycles) for name in names}


def _with_parts(cycles: list[Row], parts: Parts) -> list[Row]:
    for name, theirs in sorted(parts.items()):
        for cycle, part in zip(cycles, theirs, strict=True):
            cycle[name] = part
    return cycles


def _version(cycle: Row, query: Query) -> str:
    """From what stands in the cycle's own row: every saved word changes its `updated_at`.

    Its commitments live longer than its words, and their versions are counted beside it.
    """
    return version_of([cycle, _parts(query)])


def _parts(query: Query) -> list[str]:
    return sorted(query.get(INCLUDE.name, PARTS))
