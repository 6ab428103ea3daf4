"""What pages with filters share: reading them from the address, keeping them in its links."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from assessments.dashboards.filters import (
    LEVELS,
    Filters,
    Size,
    UnknownFilter,
    cell_label,
    level_label,
    read_filters,
)
from assessments.dashboards.selection import Compare
from assessments.instrument import CELL_CODES
from schools.access import DistrictRequest
from schools.models import School, SchoolLevel

NOT_UNDERSTOOD = 422
YEAR = re.compile(r"20\d\d", re.ASCII)
# Where in a list someone is goes when what is listed changes.
PLACES = ("page", "seen")


@dataclass(frozen=True, slots=True)
class View:
    """What an address asks to see: of which schools, compared over which."""

    filters: Filters
    compare: Compare

    def kept(self, **more: object) -> str:
        """For links that lead on with the same filters, to stand behind other parameters."""
        asked = {**self.filters.as_dict(), "compare": str(self.compare), **more}
        return "".join(f"&{urlencode({name: value})}" for name, value in asked.items() if value)


@dataclass(frozen=True, slots=True)
class Removable:
    """A filter in words, and the address without it."""

    label: str
    address: str


def read_view(asked: QueryDict) -> View:
    """What the address asks.

    Raises:
        UnknownFilter: for something that there is not.
    """
    compare = asked.get("compare", "")
    if compare not in set(Compare):
        raise UnknownFilter({"compare": compare[:20].replace("\0", "")})
    return View(read_filters(asked), Compare(compare))


def refuses_politely(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer an address whose filters mean nothing with a page that says which, and leads on.

    To leave them out silently would show figures of other schools than were asked for.
    """

    @wraps(view)
    def asked(request: DistrictRequest, *args: Any, **route: Any) -> HttpResponse:
        try:
            return view(request, *args, **route)
        except UnknownFilter as unknown:
            shown = {
                "unknown": unknown.asked.items(),
                "without": address_without(request, *unknown.asked),
            }
            template = "assessments/dashboard/refused.html"
            return render(request, template, shown, status=NOT_UNDERSTOOD)

    return asked


def filter_context(request: DistrictRequest, view: View) -> dict[str, Any]:
    """For the form that asks for filters, and the chips that take them away."""
    return {
        "filters": view.filters,
        "compare": view.compare,
        "chips": [
            Removable(chip.label, address_without(request, *chip.names))
            for chip in view.filters.chips()
        ],
        "without_filters": address_without(request, *view.filters.as_dict()),
        "school_levels": SchoolLevel.choices,
        "sizes": Size.choices,
        # Asked for when the form is rendered, and only then.
        "groups": SimpleLazyObject(lambda: School.objects.visible_to(request.who).groups()),
        "filter_cells": [(code, cell_label(code)) for code in CELL_CODES],
        "filter_levels": [(code, level_label(code)) for code in LEVELS],
    }


def address_without(request: DistrictRequest, *names: str) -> str:
    """The present address without some of its parameters."""
    asked = request.GET.copy()
    for name in (*names, *PLACES):
        asked.pop(name, None)
    return f"{request.path}?{asked.urlencode()}"


def back_to_dashboard(request: DistrictRequest, view: View, school_year: int, fragment: str) -> str:
    """The dashboard as someone left it: its year, filters, comparison, page and place."""
    came_from = request.GET.get("year", "")
    year = came_from if YEAR.fullmatch(came_from) else school_year
    compare = Compare.SAME if view.compare else Compare.ALL
    heat = request.GET.get("heat", "")
    place = {"page": heat} if heat.isdecimal() and heat.isascii() else {}
    asked = {"year": year, **view.filters.as_dict(), "compare": str(compare), **place}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('district', args=[request.district.slug])}?{query}#{fragment}"
