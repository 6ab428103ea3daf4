"""A district's dashboard, as programs read it: the snapshot, or what a filter leaves of it."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from assessments import permissions
from assessments.api import dashboard_shapes
from assessments.api.released import released_dashboard
from assessments.dashboards.filters import (
    LEVELS,
    NAMES,
    Filters,
    Size,
    UnknownFilter,
    is_label,
    read_filters,
)
from assessments.dashboards.live import count_live
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, DashboardSnapshot
from schools.api.documentation import documented
from schools.api.pages import Row
from schools.api.parameters import InvalidParameters, Parameter, Query, by_choice
from schools.api.resources import DistrictView
from schools.api.times import written
from schools.api.versions import (
    answer_unless_known,
    is_known,
    not_modified,
    version_of,
    versioned,
)
from schools.models import LONGEST_GROUP, SchoolLevel
from schools.permissions import Action

DENOMINATORS = ("schools", "submitted")


def _label(text: str) -> str:
    if not text or not is_label(text):
        raise ValueError(text)
    return text


@documented(
    "readDashboard",
    "Read a dashboard",
    "The district's figures for a school year, beside those of the year before. They are counts of "
    "schools, each with what it is counted out of, and as old as `computed_at` says. With a filter "
    "they are counted anew, over the schools that match it: each year by its own answers, and by "
    "the level, size and group that a school has today. "
    "404 while nothing has been computed for the year. Clients and the district's own people read "
    "all figures (`audience` is `district`). The people of schools read those that are released to "
    "schools (`audience` is `schools`): over all schools and over the blocks in `blocks`, which "
    "`school_level` asks for one by one. What they may not see says `suppressed` and why.",
    tag="dashboards",
    answers=dashboard_shapes.AnyDashboard,
    path=[
        OpenApiParameter(
            "school_year",
            int,
            OpenApiParameter.PATH,
            description="The school year, named by the calendar year in which it ends.",
        )
    ],
)
class DashboardDetail(DistrictView):
    """The dashboard of one school year."""

    # All who see the figures of the district see those that are released, too.
    action = Action.SEE_TOGETHER
    parameters: ClassVar = (
        by_choice("school_level", "Schools of this level only.", SchoolLevel.values),
        by_choice("size", "Schools of this size only, by their students.", Size.values),
        Parameter(
            "group",
            "Schools of this group only: a label of the district's own.",
            read=_label,
            expected=gettext_lazy("Expected a label of at most 60 characters."),
            schema={"type": "string", "minLength": 1, "maxLength": LONGEST_GROUP},
        ),
        by_choice("cell", "With `at`: schools that answered this cell so.", CELL_CODES),
        by_choice("at", "With `cell`: the opportunity level, or not sure.", LEVELS),
    )

    def get(self, request: Request, school_year: int, **_route: Any) -> HttpResponseBase:
        """The figures; they are read only for who does not hold them yet."""
        filters = _filters(self.query)
        if not permissions.can_see_dashboard(self.who):
            return self._released(request, school_year, filters)
        snapshots = DashboardSnapshot.objects.visible_to(self.who).filter(
            school_year__in=(school_year, school_year - 1)
        )
        computed = dict(snapshots.values_list("school_year", "computed_at"))
        if school_year not in computed:
            raise Http404
        if filters:
            return self._filtered(request, school_year, filters)
        version = version_of([sorted(computed.items()), get_language()])
        if is_known(request, version):
            return not_modified(version)
        years = {
            row[0]: _shown(*row)
            for row in snapshots.values_list("school_year", "computed_at", "figures")
        }
        body = years[school_year] | {"previous": years.get(school_year - 1)}
        return versioned({"audience": "district", **body}, version)

    def _filtered(self, request: Request, school_year: int, filters: Filters) -> HttpResponseBase:
        """Counted now. What it says is its version, because nothing is stored that could be."""
        live = count_live(*self._campaigns(school_year), filters)
        moment = timezone.now()
        before = live.before and _shown(school_year - 1, moment, live.before)
        body = _shown(school_year, moment, live.now) | {"audience": "district", "previous": before}
        version = version_of([live.now, live.before, get_language()])
        return not_modified(version) if is_known(request, version) else versioned(body, version)

    def _released(self, request: Request, school_year: int, filters: Filters) -> HttpResponseBase:
        """What the people of schools may see of it."""
        body = released_dashboard(self.who, *self._campaigns(school_year), filters)
        return answer_unless_known(request, body)

    def _campaigns(self, school_year: int) -> tuple[Campaign, Campaign | None]:
        """Those of the year and of the year before."""
        campaigns = Campaign.objects.visible_to(self.who).select_related(
            "district", "instrument_version"
        )
        by_year = {
            campaign.school_year: campaign
            for campaign in campaigns.filter(school_year__in=(school_year, school_year - 1))
        }
        if school_year not in by_year:
            raise Http404
        return by_year[school_year], by_year.get(school_year - 1)


def _shown(school_year: int, computed_at: datetime, figures: Row) -> Row:
    return {
        "school_year": school_year,
        "computed_at": written(computed_at),
        "denominators": {name: figures[name] for name in DENOMINATORS},
        "progress": figures["progress"],
        # What is stored has lost the tool's order.
        "grid": {code: figures["grid"][code] for code in CELL_CODES},
        "part2": figures["part2"],
        # A year that was computed by an older version of the product lacks these.
        "handed_in": figures.get("handed_in", {}),
        "pairs": figures.get("pairs", {}),
    }


def _filters(query: Query) -> Filters:
    try:
        return read_filters({name: query[name] for name in NAMES if name in query})
    except UnknownFilter as unknown:
        detail = _("A cell and an answer in it are asked for together.")
        raise InvalidParameters(
            [
                {"parameter": name, "code": "invalid_parameter", "detail": detail}
                for name in unknown.asked
            ]
        ) from unknown
