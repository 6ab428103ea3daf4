"""Which rows an export takes along: the one place where the dashboard's filters narrow them."""

from typing import Any

from django.db.models import QuerySet

from assessments.models import Cell, Commitment, Cycle, Export, Reflection
from schools.querysets import Who


def rows_of(export: Export, who: Who, kind: str = "") -> QuerySet[Any]:
    """The rows of `kind`, by default the export's own, for who asked for it.

    Cells and reflections of submitted cycles only, and so as of their latest submission: a cycle
    that is handed in cannot be changed, and one that was taken back is left out until it returns.
    """
    rows = _OF_KIND[kind or export.kind](who)
    years = rows.filter(school_year__range=(export.first_year, export.last_year))
    return narrowed(years, export.query)


def narrowed(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Those of the schools that the dashboard's filters leave; every row here names its school."""
    return rows


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
