"""The schools of which nothing has been heard for a while, for the dashboard's short list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Window

from assessments.dashboards.filters import Filters
from assessments.dashboards.selection import chosen
from assessments.models import Campaign, Cycle
from schools.querysets import Who

SHOWN = 6


@dataclass(frozen=True, slots=True)
class QuietSchool:
    """One of them, and since when."""

    cycle_id: Any
    name: str
    status: str
    since: datetime


@dataclass(frozen=True, slots=True)
class QuietSchools:
    """Those that have been quiet longest, and how many there are in all."""

    schools: tuple[QuietSchool, ...]
    total: int


def quiet_schools(who: Who, campaign: Campaign, filters: Filters) -> QuietSchools:
    """The quiet ones among those that the filters mean: one query."""
    rows = Cycle.objects.visible_to(who).filter(school_year=campaign.school_year)
    rows = chosen(rows, filters, who, campaign.school_year).quiet(campaign.district.today())
    found = list(
        rows.annotate(total=Window(Count("pk"))).values_list(
            "pk", "school__name", "status", "quiet_since", "total"
        )[:SHOWN]
    )
    return QuietSchools(tuple(QuietSchool(*row[:4]) for row in found), found[0][4] if found else 0)
