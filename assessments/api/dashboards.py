"""A district's dashboard, as programs read it: the snapshot, as it was computed."""

import hashlib
from datetime import datetime
from typing import Any

import orjson
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from assessments.api import shapes
from assessments.instrument import CELL_CODES
from assessments.models import DashboardSnapshot
from schools.api.documentation import documented
from schools.api.pages import Row
from schools.api.resources import DistrictView, is_known, not_modified, versioned
from schools.api.times import written
from schools.permissions import Action

DENOMINATORS = ("schools", "submitted")


@documented(
    "readDashboard",
    "Read a dashboard",
    "The district's figures for a school year, beside those of the year before. They are counts of "
    "schools, each with what it is counted out of, and as old as `computed_at` says. "
    "404 while nothing has been computed for the year.",
    tag="dashboards",
    answers=shapes.Dashboard,
    path=[
        OpenApiParameter(
            "school_year",
            int,
            OpenApiParameter.PATH,
            description="The school year, named by the calendar year in which it ends.",
        )
    ],
    is_versioned=True,
)
class DashboardDetail(DistrictView):
    """The dashboard of one school year."""

    action = Action.SEE_DASHBOARD

    def get(self, request: Request, school_year: int, **_route: Any) -> HttpResponseBase:
        """The figures; they are read only for who does not hold them yet."""
        snapshots = DashboardSnapshot.objects.visible_to(self.who).filter(
            school_year__in=(school_year, school_year - 1)
        )
        computed = dict(snapshots.values_list("school_year", "computed_at"))
        if school_year not in computed:
            raise Http404
        version = _version(computed)
        if is_known(request, version):
            return not_modified(version)
        years = {
            row[0]: _shown(*row)
            for row in snapshots.values_list("school_year", "computed_at", "figures")
        }
        return versioned(years[school_year] | {"previous": years.get(school_year - 1)}, version)


def _shown(school_year: int, computed_at: datetime, figures: Row) -> Row:
    return {
        "school_year": school_year,
        "computed_at": written(computed_at),
        "denominators": {name: figures[name] for name in DENOMINATORS},
        "progress": figures["progress"],
        # What is stored has lost the tool's order.
        "grid": {code: figures["grid"][code] for code in CELL_CODES},
        "part2": figures["part2"],
    }


def _version(computed: dict[int, datetime]) -> str:
    seen = orjson.dumps([sorted(computed.items()), get_language()])
    return f'"{hashlib.blake2s(seen, digest_size=16).hexdigest()}"'
