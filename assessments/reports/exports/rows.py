"""Which rows an export takes along: the one place where the dashboard's filters narrow them."""

from typing import Any
from urllib.parse import parse_qsl

from django.db.models import QuerySet

from assessments.dashboards.filters import Filters, read_filters
from assessments.dashboards.selection import Compare, chosen
from assessments.models import Cell, Commitment, Cycle, Export, Reflection
from schools.querysets import Who


def rows_of(export: Export, who: Who, kind: str = "") -> QuerySet[Any]:
    """The rows of `kind`, by default the export's own, for who asked for it.

    Cells and reflections of submitted cycles only, and so as of their latest submission: a cycle
    that is handed in cannot be changed, and one that was taken back is left out until it returns.
    """
    rows = _OF_KIND[kind or export.kind](who)
    years = rows.filter(school_year__range=(export.first_year, export.last_year))
    filters, compare = view_of(export)
    return chosen(years, filters, who, export.last_year, compare)


def view_of(export: Export) -> tuple[Filters, Compare]:
    """The filters that were set on the dashboard, and which schools it compared."""
    asked = dict(parse_qsl(export.query))
    return read_filters(asked), Compare(asked.get("compare", ""))


def _cells(who: Who) -> QuerySet[Any]:
    # The alphabet has contexts and content areas in the tool's order, and an index has them so.
    rows = Cell.objects.visible_to(who).submitted()
    return rows.order_by("school_year", "cycle_id", "context", "content_area")


def _reflections(who: Who) -> QuerySet[Any]:
    rows = Reflection.objects.visible_to(who).submitted()
    return rows.order_by("school_year", "cycle_id", "position")


def _commitments(who: Who) -> QuerySet[Any]:
    return Commitment.objects.visible_to(who).order_by("school_year", "due_on", "id")


def _cycles(who: Who) -> QuerySet[Any]:
    return Cycle.objects.visible_to(who).order_by("school_year", "school__name", "id")


_OF_KIND: dict[str, Any] = {
    Export.Kind.CELLS: _cells,
    Export.Kind.REFLECTIONS: _reflections,
    Export.Kind.COMMITMENTS: _commitments,
    Export.Kind.CYCLES: _cycles,
}
