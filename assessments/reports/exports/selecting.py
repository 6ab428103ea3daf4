"""The columns of an export, asked for in the form that a file format takes."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from assessments.reports.exports.columns import Column, Harmless, Written

Tell = Callable[[int], None]
"""Hears how many rows are written; cheap, so that it may be told often."""
Form = Literal["csv", "json", "typed", "sheet"]


def selected(rows: QuerySet[Any], columns: Sequence[Column], form: Form) -> QuerySet[Any]:
    """`rows` as tuples, a value for each column in its order."""
    values = {f"column_{number}": _value(column, form) for number, column in enumerate(columns)}
    return rows.annotate(**values).values_list(*values)


def _value(column: Column, form: Form) -> Any:
    expression = column.make()
    if form == "csv" and column.kind == "text":
        return Harmless(expression)
    if form != "typed" and column.kind == "moment":
        return Written(expression)
    if form != "json" and column.kind == "json":
        return Cast(expression, TextField())
    # PostgreSQL itself writes an id as it is read.
    if form in ("typed", "sheet") and column.kind == "id":
        return Cast(expression, TextField())
    return expression
