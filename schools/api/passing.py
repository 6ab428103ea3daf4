"""JSON that the database holds or writes, passed on as it is."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

import orjson
from django.contrib.postgres.aggregates.mixins import OrderableAggMixin
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Expression,
    F,
    Func,
    JSONField,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

_NOTHING: Final = orjson.Fragment("[]")


class _Fragment(TextField):
    def from_db_value(self, value: str | None, *_: Any) -> orjson.Fragment | None:
        return None if value is None else orjson.Fragment(value)


class AsJson(Cast):
    """A JSON column, unread: the API would only write again what it has read."""

    def __init__(self, column: str) -> None:
        """The column of that name."""
        super().__init__(column, output_field=_Fragment())
        self.column = column


class Chosen(Func):
    """A code that may be an empty text where none was chosen: then it is null."""

    template = "nullif(%(expressions)s, '')"
    arity = 1
    output_field = TextField()


class AnyOf(Value):
    """Any of these ids, for `filter(cycle=AnyOf(ids))`: they are sent as one value.

    A hundred of them, each a value of its own, take Django as long as the database needs.
    """

    def __init__(self, ids: Iterable[UUID]) -> None:
        super().__init__(list(ids), output_field=ArrayField(UUIDField()))

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The statement, and what it is given."""
        sql, given = super().as_sql(compiler, connection)
        return f"ANY({sql})", given


class _Column(F):
    """A column of the model that is asked for: nothing is joined, so nothing is looked for."""

    def resolve_expression(self, query: Any = None, *_how: Any, **_more: Any) -> Any:
        """The column, of the table itself."""
        field = query.model._meta.get_field(self.name)  # type: ignore[attr-defined]
        return field.get_col(query.get_initial_alias())


class _Object(Func):
    """An object of these fields, in their order, which `jsonb` would not keep.

    Their names stand in the statement as they are: they are ours, and Django would take as long
    over each as over a column.
    """

    output_field = JSONField()

    def __init__(self, fields: Mapping[str, Any]) -> None:
        super().__init__(*map(_inside, fields.values()))
        parts = ", ".join(f"'{name}', %s" for name in fields)
        self.shape = f"json_build_object({parts})"

    def as_sql(self, compiler: Any, connection: Any, *_how: Any, **_context: Any) -> Any:
        """The statement, and what it is given."""
        made = [compiler.compile(value) for value in self.get_source_expressions()]
        given = chain.from_iterable(params for _sql, params in made)
        return self.shape % tuple(sql for sql, _params in made), tuple(given)


class _Array(OrderableAggMixin, Aggregate):
    function = "json_agg"
    template = "%(function)s(%(expressions)s %(order_by)s)::text"
    output_field = _Fragment()


def arrays_of(
    owners: Sequence[Mapping[str, Any]],
    rows: QuerySet[Any],
    fields: Mapping[str, Any],
    *,
    by: Mapping[str, str],
    order_by: tuple[Any, ...],
) -> list[orjson.Fragment]:
    """For each of `owners`, in their order, its rows as an array: one query, nothing is read here.

    Args:
        by: of a row's columns, what each is called in its owner.
    """
    grouped = rows.order_by().values(*by)
    found = grouped.annotate(array=_Array(_Object(fields), order_by=order_by))
    key_of, key_of_owner = itemgetter(*range(len(by))), itemgetter(*by.values())
    arrays = {key_of(row): row[-1] for row in found.values_list(*by, "array")}
    return [arrays.get(key_of_owner(owner), _NOTHING) for owner in owners]


def _inside(value: Any) -> Expression | F:
    """As a part of an object: its type is kept, so that JSON stays JSON."""
    if isinstance(value, AsJson):
        return _Column(value.column)
    return _Column(value) if isinstance(value, str) else value
