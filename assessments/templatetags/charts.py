"""How the dashboard writes what it has by the hundred: the bars of its charts, its heatmap.

To run a template's tags anew for each row took nine tenths of the page's time.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from uuid import uuid4

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from assessments.dashboards.district import Bar
from assessments.instrument import OpportunityLevel
from assessments.templatetags.ninefold import level_short

register = template.Library()

Row = dict[str, Any]


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
            return SafeString()
        stand_ins = _stand_ins(rows[0])
        with context.push(**{self.name: stand_ins}):
            body = self.body.render(context)
        marks = list(_values(stand_ins))
        return mark_safe("".join(_filled(body, marks, row) for row in rows))  # noqa: S308 - escaped


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
def as_heat(rows: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows of a `heatmap`, each cell with its level's colour and its word, to repeat."""
    cells = {
        level: {"colour": "unsure" if level is None else level, "word": level_short(level)}
        for level in (None, *OpportunityLevel.values)
    }
    return [
        {"cycle_id": cycle_id, "name": name, "cells": [cells[level] for level in levels]}
        for cycle_id, _school_id, name, _school_level, levels in rows
    ]


def _stand_ins(value: Any) -> Any:
    """The same shape; unguessable where there is a value, so that no text holds one by chance."""
    if isinstance(value, dict):
        return {key: _stand_ins(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_stand_ins(part) for part in value]
    return None if value is None else str(uuid4())


def _values(row: Any) -> Iterator[Any]:
    """What is to be written of a row, in the order of its shape."""
    if isinstance(row, dict | list):
        for part in row.values() if isinstance(row, dict) else row:
            yield from _values(part)
    elif row is not None:
        yield row


def _filled(body: str, marks: Sequence[str], row: Row) -> str:
    for mark, value in zip(marks, _values(row), strict=True):
        body = body.replace(mark, escape(str(value)))
    return body
