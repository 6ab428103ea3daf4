"""The figures of the board report in words and bars, each with what it is out of."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.dashboards.bars import Bar, FieldFigures, GridCell, level_labels
from assessments.dashboards.district import Dashboard
from assessments.instrument import OpportunityLevel, Wording
from assessments.reports.typesetting import Data

# From white for "none yet" to black for "built in", so that it reads without colour.
SHADES: Final = {str(level.value): 100 - 24 * level.value for level in OpportunityLevel}


def year_before(shown: Dashboard) -> str:
    """The year before, as it is written; empty without figures of it."""
    year = shown.campaign.school_year - 1
    return "" if shown.submitted_before is None else f"{year - 1}–{year % 100:02}"


def freshness(shown: Dashboard) -> str:
    """When the figures were computed, and from how much."""
    moment = shown.campaign.district.local(shown.computed_at)
    return ngettext(
        "Computed %(when)s from %(n)d submitted cycle, of %(schools)d schools.",
        "Computed %(when)s from %(n)d submitted cycles, of %(schools)d schools.",
        shown.submitted,
    ) % {
        "when": date_format(moment, "DATETIME_FORMAT"),
        "n": shown.submitted,
        "schools": shown.schools,
    }


def progress_of(shown: Dashboard) -> Data:
    """How many schools are how far, and how many of each level."""
    shades = (28, 76, 100)
    statuses = [
        {"label": bar.label, "count": bar.count, "shade": shade}
        for bar, shade in zip(shown.statuses, shades, strict=True)
    ]
    rows = [
        [label, *(str(counts.get(bar.code, 0)) for bar in shown.statuses), str(schools)]
        for _code, label, counts, schools in shown.levels_of_schools
    ]
    return {
        "statuses": statuses,
        "heads": [_("Level"), *(bar.label for bar in shown.statuses), _("Schools")],
        "rows": rows,
        "lines": list(_lines_of_progress(shown)),
    }


def _lines_of_progress(shown: Dashboard) -> Iterator[str]:
    due = date_format(shown.campaign.due_on, "DATE_FORMAT")
    yield _("%(n)d of %(schools)d schools have submitted. Cycles were due %(due)s.") % {
        "n": shown.submitted,
        "schools": shown.schools,
        "due": due,
    }
    if shown.submitted_before is not None:
        yield _("In %(year)s, %(n)d schools submitted.") % {
            "year": year_before(shown),
            "n": shown.submitted_before,
        }
    if shown.submitted_late:
        yield ngettext(
            "%(n)d school submitted after the due date.",
            "%(n)d schools submitted after the due date.",
            shown.submitted_late,
        ) % {"n": shown.submitted_late}


def key_to_levels(shown: Dashboard) -> list[Data]:
    """The key to the shades."""
    labels = level_labels(asks_level=shown.campaign.asks_level)
    return [{"label": label, "shade": SHADES.get(code)} for code, label in labels.items()]


def lead_to_grid(shown: Dashboard) -> str:
    """What its bars are."""
    if not shown.campaign.asks_level:
        return _(
            "This campaign did not ask how settled the opportunities are. What remains: in how "
            "many schools there are none yet, and how many describe some in words."
        )
    return _(
        "The rows are where people learn, the columns what the learning is about. Each bar is "
        "all schools that submitted, from “none yet” on the left to “built into how we work”."
    )


def cell_of(shown: Dashboard, cell: GridCell) -> Data:
    """One of the nine: how many schools stand where, and what moved."""
    return {
        "name": str(cell.place.content_area.label),
        "denominator": _out_of(cell.answered, cell.bars, shown),
        "bars": [_bar(bar) for bar in cell.bars],
        "moved": _moved(cell.same_schools) if _asks_levels_in_both(shown) else "",
    }


def _bar(bar: Bar) -> Data:
    return {
        "label": bar.label,
        "count": bar.count,
        "share": bar.share,
        "before": "–" if bar.before is None else str(bar.before),
        "share_before": bar.share_before,
        "shade": SHADES.get(bar.code),
    }


def _out_of(answered: int, bars: Sequence[Bar], shown: Dashboard) -> str:
    now = _("%(answered)d answered, of %(schools)d schools") % {
        "answered": answered,
        "schools": shown.schools,
    }
    before = bars[0].before_out_of if bars else None
    if before is None:
        return now
    then = _("in %(year)s, %(answered)d answered") % {
        "year": year_before(shown),
        "answered": before,
    }
    return f"{now}; {then}"


def _asks_levels_in_both(shown: Dashboard) -> bool:
    return shown.compares_levels and shown.campaign.asks_level


def _moved(same: dict[str, int]) -> str:
    if not same["compared"]:
        return ""
    return (
        ngettext(
            "Of the %(compared)d school that named a level in both years: "
            "%(higher)d higher, %(same)d the same, %(lower)d lower.",
            "Of the %(compared)d schools that named a level in both years: "
            "%(higher)d higher, %(same)d the same, %(lower)d lower.",
            same["compared"],
        )
        % same
    )


def overview_alt(shown: Dashboard) -> str:
    """The picture in words; the tables that follow say the same."""
    lines = [
        f"{context.label}, {cell.place.content_area.label}: "
        + ", ".join(f"{bar.label} {bar.count}" for bar in cell.bars)
        for context, cells in shown.grid
        for cell in cells
    ]
    about = _("Schools by how settled the opportunities are, cell by cell.")
    if not shown.campaign.asks_level:
        about = lead_to_grid(shown)
    return f"{about} {'. '.join(lines)}"


def part_2_of(shown: Dashboard, wording: Wording) -> Iterator[Data]:
    """The questions of Part 2 with the bars of their fields."""
    for figures in shown.part_2(wording):
        yield {
            "name": figures.question.short,
            "text": figures.question.text,
            "fields": [_field(shown, field) for field in figures.fields],
        }


def _field(shown: Dashboard, figures: FieldFigures) -> Data:
    return {
        "label": figures.field.label,
        "denominator": _out_of(figures.answered, figures.bars, shown),
        "bars": [_bar(bar) for bar in figures.bars],
    }
