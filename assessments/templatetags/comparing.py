"""How differences are written: told apart without colour, and in words for who listens."""

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assessments.comparison import Kind, Piece

register = template.Library()


@register.filter
def marked(pieces: Iterable[Piece]) -> SafeString:
    """A text with what was removed and added."""
    return _written(pieces, {Kind.REMOVED: _("removed:"), Kind.ADDED: _("added:")})


@register.filter
def theirs_marked(pieces: Iterable[Piece]) -> SafeString:
    """The first of two texts, with what stands in it alone."""
    return _written(_without(Kind.ADDED, pieces), {Kind.REMOVED: _("only in theirs:")})


@register.filter
def mine_marked(pieces: Iterable[Piece]) -> SafeString:
    """The second of two texts, with what stands in it alone."""
    return _written(_without(Kind.REMOVED, pieces), {Kind.ADDED: _("only in yours:")})


@register.filter
def as_json(values: Any) -> str:
    """For a data attribute that a script reads."""
    return json.dumps(values)


def _without(kind: Kind, pieces: Iterable[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece.kind != kind]


def _written(pieces: Iterable[Piece], said: dict[Kind, str]) -> SafeString:
    """What is said of a piece stands in attributes: the style sheet lets it be heard, not seen.

    So that a passage can be copied without it.
    """
    tags = {Kind.REMOVED: "del", Kind.ADDED: "ins"}
    written = (
        format_html(
            '<{0} data-said="{1}" data-end="{2}">{3}</{0}>',
            tags[piece.kind],
            said[piece.kind],
            _("end"),
            piece.text,
        )
        if piece.kind in tags
        else piece.text
        for piece in pieces
    )
    return format_html_join("", "{}", ((each,) for each in written)) or SafeString("—")
