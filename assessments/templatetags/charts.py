"""How the dashboard writes what it has by the hundred: the bars of its charts, its heatmap.

To run a template's tags anew for each row took nine tenths of the page's time.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import count
from typing import Any
from uuid import uuid4

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from assessments.dashboards.bars import Bar, FieldFigures, Pair
from assessments.instrument import OpportunityLevel
from assessments.templatetags.ninefold import level_short

register = template.Library()

Row = dict[str, Any]

# A stand-in looks like an id, which addresses take too, and is in no text by chance or by guess.
_UNGUESSABLE = str(uuid4())[:-12]
_STAND_IN = re.compile(rf"{_UNGUESSABLE}(\d{{12}})")


class RepeatNode(template.Node):
    """Renders its body once, with a stand-in for each value, and fills that in for every row."""

    def __init__(self, name: str, rows: FilterExpression, body: NodeList) -> None:
        self.name = name
        self.rows = rows
        self.body = body

    def render(self, context: Context) -> SafeString:
        """All rows, each value escaped."""
        rows: Sequence[Row] = self.rows.resolve(context)
        if not rows:
            return SafeString("")
        with context.push(**{self.name: _stand_ins(rows[0], count())}):
            words, *places = _STAND_IN.split(self.body.render(context))
        values = [_values(row) for row in rows]
        if any(len(row) != len(values[0]) for row in values):
            raise ValueError("A value is None in some rows and not in others.")
        return mark_safe("".join(_filled(words, places, row) for row in values))  # noqa: S308  # nosec - escaped


@register.tag
def repeat(parser: Parser, token: Token) -> RepeatNode:
    """`{% repeat row in rows %} … {% endrepeat %}`: like `for`, at the price of one row.

    Rows are dicts and lists of one shape. The body may write their values and ask whether they
    are None, which they are in all rows or in none; it sees nothing else of them.
    """
    try:
        _tag, name, _in, rows = token.split_contents()
    except ValueError:
        raise template.TemplateSyntaxError("Write {% repeat row in rows %}.") from None
    body = parser.parse(("endrepeat",))
    parser.delete_first_token()
    return RepeatNode(name, parser.compile_filter(rows), body)


@register.filter
def as_bars(bars: Iterable[Bar]) -> list[Row]:
    """The bars of a chart, to repeat."""
    return [
        {
            "code": bar.code,
            "label": bar.label,
            "count": bar.count,
            "share": bar.share,
            "before": bar.before,
            "share_before": bar.share_before,
        }
        for bar in bars
    ]


@register.filter
def as_columns(rows: Iterable[tuple[str, Iterable[tuple[FieldFigures, Bar]]]]) -> list[Row]:
    """Rows of charts side by side, to repeat: a label, and in each column whose chart it is."""
    return [
        {"label": label, "cells": [_in_column(figures, bar) for figures, bar in cells]}
        for label, cells in rows
    ]


@register.filter
def as_grid(figures: FieldFigures) -> list[Row]:
    """A field whose answers are the nine cells, as rows of three, to repeat."""
    return [
        {"label": str(context.label), "cells": [_in_column(figures, bar) for bar in bars]}
        for context, bars in figures.by_context
    ]


@register.filter
def as_pairs(pairs: Iterable[Pair]) -> list[Row]:
    """Two answers given together, to repeat."""
    return [
        {
            "one": pair.labels[0],
            "other": pair.labels[1],
            "one_code": pair.codes[0],
            "other_code": pair.codes[1],
            "count": pair.bar.count,
            "share": pair.bar.share,
            "before": None,
        }
        for pair in pairs
    ]


def _in_column(figures: FieldFigures, bar: Bar) -> Row:
    (row,) = as_bars([bar])
    return row | {"field": figures.field.key, "field_label": figures.field.label}


@register.filter
def as_heat(rows: Iterable[Sequence[Any]], asks_level: bool = True) -> list[Row]:
    """Rows of a `heatmap`, each cell with its level's colour and its word, to repeat.

    Where no level was asked for, what is not "none yet" is in words.
    """
    cells = {
        level: {"colour": "unsure" if level is None else level, "word": level_short(level)}
        for level in (None, *OpportunityLevel.values)
    }
    if not asks_level:
        cells[None]["word"] = pgettext("short level", "In words")
    return [
        {"cycle_id": cycle_id, "name": name, "cells": [cells[level] for level in levels]}
        for cycle_id, _school_id, name, _school_level, levels in rows
    ]


def _stand_ins(value: Any, numbers: Iterator[int]) -> Any:
    """The same shape, with the number of each value in its place; None stays what it is."""
    if isinstance(value, dict):
        return {key: _stand_ins(part, numbers) for key, part in value.items()}
    if isinstance(value, list):
        return [_stand_ins(part, numbers) for part in value]
    return None if value is None else f"{_UNGUESSABLE}{next(numbers):012}"


def _values(row: Any) -> list[str]:
    """What is to be written of a row, by those numbers, escaped."""
    if isinstance(row, dict | list):
        parts = row.values() if isinstance(row, dict) else row
        return [value for part in parts for value in _values(part)]
    return [] if row is None else [escape(str(row))]


def _filled(words: str, places: Sequence[str], values: Sequence[str]) -> str:
    """The words up to the first value, then by turns a value's number and the words after it."""
    written = [words]
    for number, following in zip(places[::2], places[1::2], strict=True):
        written += values[int(number)], following
    return "".join(written)
