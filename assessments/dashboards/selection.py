"""The filters of `filters.py` over rows of the database: for lists that are read page by page."""

from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from assessments.dashboards.aggregation import NOT_SURE
from assessments.dashboards.filters import BANDS, Filters, Size
from assessments.models import Cell, Cycle
from schools.querysets import Who

Rows = TypeVar("Rows", bound=QuerySet[Any])


class Compare(StrEnum):
    """Which schools two years are compared over."""

    ALL = ""
    SAME = "same"
    """The schools that submitted in the year before, too."""
    NEXT = "next"
    """The other end of it: those that submitted in the year after, filtered by that year."""


def chosen(
    rows: Rows, filters: Filters, who: Who, school_year: int, compare: Compare = Compare.ALL
) -> Rows:
    """Those of a year's rows whose school the filters mean. A row has a `school`."""
    answered_in = school_year + (compare == Compare.NEXT)
    rows = rows.filter(_of_the_school(filters))
    if filters.cell:
        rows = rows.filter(school__in=_that_answered(filters, who, answered_in))
    if compare:
        beside = school_year + (1 if compare == Compare.NEXT else -1)
        others = Cycle.objects.visible_to(who).filter(school_year=beside).submitted()
        rows = rows.filter(school__in=others.order_by().values("school"))
    return rows


def _of_the_school(filters: Filters) -> Q:
    asked = Q()
    if filters.school_level:
        asked &= Q(school__level=filters.school_level)
    if filters.group:
        asked &= Q(school__group=filters.group)
    if filters.size == Size.UNKNOWN:
        asked &= Q(school__students=None)
    elif filters.size:
        asked &= Q(school__students__range=BANDS[Size(filters.size)])
    return asked


def _that_answered(filters: Filters, who: Who, school_year: int) -> QuerySet[Any]:
    context, area = filters.cell.split(".")
    level = None if filters.at == NOT_SURE else int(filters.at)
    cells = Cell.objects.visible_to(who).filter(
        school_year=school_year, context=context, content_area=area, opportunity_level=level
    )
    schools: QuerySet[Any] = cells.submitted().order_by().values("school")
    return schools
