"""How the pages write what the field writes: school years, levels, the mark of a context."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.template.defaultfilters import truncatewords
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.instrument import CELL_CODES, ContentArea, Context, Disposition, OpportunityLevel
from schools.models import SchoolLevel
from schools.text import one_line

register = template.Library()
register.filter(one_line)

FIRST_WORDS = 14


@register.filter
def milliseconds(moment: datetime) -> str:
    """A moment as scripts count it."""
    return str(round(moment.timestamp() * 1000))


@register.simple_tag
def server_clock() -> str:
    """The present moment, as scripts count it."""
    return milliseconds(timezone.now())


@register.filter
def school_year(year: int) -> str:
    """2027 as "2026–27": a school year is named by the calendar year in which it ends."""
    return f"{year - 1}–{year % 100:02}"


@register.filter
def level_label(level: int | None) -> str:
    """An opportunity level in words."""
    return str(OpportunityLevel(level).label) if level is not None else _("Not sure")


@register.filter
def level_short(level: int | None) -> str:
    """An opportunity level in a word or two, for a narrow column."""
    words = {
        0: pgettext("short level", "None"),
        1: pgettext("short level", "Chance"),
        2: pgettext("short level", "Some"),
        3: pgettext("short level", "Regular"),
        4: pgettext("short level", "Built in"),
    }
    return pgettext("short level", "Unsure") if level is None else words[level]


@register.filter
def quiet_for(since: datetime) -> str:
    """For how many whole weeks nothing has been heard: "nothing for 3 weeks"."""
    n = (timezone.now() - since).days // 7
    return ngettext("nothing for %(n)s week", "nothing for %(n)s weeks", n) % {"n": n}


@register.filter
def first_words(text: str) -> str:
    """The beginning of a text, for a small place."""
    return truncatewords(text, FIRST_WORDS)


@register.filter
def in_paragraphs(text: str) -> SafeString:
    """A text as it was written, line breaks kept; a dash where nothing was."""
    return mark_safe(linebreaks(text, autoescape=True) if text else "<p>—</p>")  # noqa: S308  # nosec - escaped


@register.filter
def context_label(code: str) -> str:
    """A context in words."""
    return str(Context(code).label)


@register.filter
def content_area_label(code: str) -> str:
    """A content area in words."""
    return str(ContentArea(code).label)


@register.filter
def school_level(code: str) -> str:
    """A level of school in words."""
    return str(SchoolLevel(code).label)


@register.filter
def disposition_label(code: str) -> str:
    """What became of last year's improvement, in words."""
    return str(Disposition(code).label)


@register.filter
def cell_name(code: str) -> str:
    """A cell's code in words."""
    context, content_area = code.split(".")
    return f"{context_label(context)} · {content_area_label(content_area)}"


@register.filter
def labels_of(answer: dict[str, Any], field: Any) -> str:
    """The labels of what was chosen in one part of a structured answer."""
    chosen = answer.get(field.key)
    codes = chosen if isinstance(chosen, list) else [] if chosen is None else [chosen]
    return ", ".join(field.label_of(code) for code in codes)


@register.filter
def by_cell(levels: Iterable[int | None]) -> list[tuple[str, int | None]]:
    """Nine levels in the tool's order, each with the code of its cell."""
    return list(zip(CELL_CODES, levels, strict=True))


@register.filter
def at(row: dict[Any, Any], key: Any) -> Any:
    """The value at a key that is not known to the template."""
    return row.get(key)


@register.simple_tag
def query(asked: QueryDict, **changes: Any) -> str:
    """The present address's query with `changes`; None takes a parameter away."""
    changed = asked.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
