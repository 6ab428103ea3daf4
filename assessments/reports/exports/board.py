"""The report for the board: what the dashboard shows, as an accessible PDF to print and pass on.

Counts of schools, each with what it is out of; no school is named but where it agreed to be quoted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.dashboards.aggregation import NOT_SURE
from assessments.dashboards.bars import Bar, FieldFigures, GridCell
from assessments.dashboards.district import Dashboard, dashboard_of
from assessments.dashboards.quotable import quotable_themes
from assessments.instrument import ContentArea, OpportunityLevel, Wording
from assessments.models import Campaign, Export
from assessments.reports.exports.rows import view_of
from assessments.reports.exports.selecting import Tell
from assessments.reports.report import citation
from assessments.reports.typesetting import Busy, Data, typeset
from schools.querysets import Who

# From white for "none yet" to black for "built in", so that it reads without colour.
SHADES: Final = {str(level.value): 100 - 24 * level.value for level in OpportunityLevel}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words that a school agreed to have quoted; `by` is empty where it wants no name."""

    words: str
    by: str


@dataclass(frozen=True, slots=True)
class ThemeLines:
    """An accepted theme: what several schools' reflections have in common."""

    name: str
    schools: int
    out_of: int
    excerpts: Sequence[Excerpt]


def write_board_report(export: Export, who: Who, *, to: BinaryIO, tell: Tell) -> int:
    """The report of one year; one row is one school in the campaign.

    Raises:
        Busy: there are no figures yet, or no room to typeset it just now.
    """
    campaigns = Campaign.objects.visible_to(who).select_related("district", "instrument_version")
    campaign = campaigns.get(school_year=export.last_year)
    shown = figures_of(export, who, campaign)
    if shown is None:
        raise Busy
    data = board_data(shown, export.language, themes=themes_of(export, who, campaign))
    to.write(typeset("board.typ", data))
    return shown.schools


def figures_of(export: Export, who: Who, campaign: Campaign) -> Dashboard | None:
    """What the dashboard showed when the report was asked for, as it stands now."""
    filters, compare = view_of(export)
    campaigns = Campaign.objects.visible_to(who).select_related("instrument_version")
    before = campaigns.filter(school_year=campaign.school_year - 1).first()
    return dashboard_of(who, campaign, campaign_before=before, filters=filters, compare=compare)


def themes_of(export: Export, who: Who, campaign: Campaign) -> list[ThemeLines]:
    """The year's accepted themes, with excerpts of schools that agreed to be quoted alone."""
    if export.query:
        # Themes are counted over all schools.
        return []
    return [
        ThemeLines(
            theme.name,
            theme.schools,
            theme.out_of,
            [Excerpt(quote.words, quote.school or "") for quote in theme.quotes],
        )
        for theme in quotable_themes(campaign.district_id, campaign.school_year)
        if theme.name
    ]


def board_data(shown: Dashboard, language: str, *, themes: Iterable[ThemeLines] = ()) -> Data:
    """What the template needs, every word of it in `language`."""
    campaign = shown.campaign
    district, year = campaign.district.name, str(campaign)
    with translation.override(language):
        wording = campaign.instrument_version.wording(language)
        return {
            "language": language,
            "title": _("%(district)s, %(year)s: a report for the board")
            % {"district": district, "year": year},
            "author": district,
            "district": district,
            "school_year": _("School year %(year)s") % {"year": year},
            "running_head": f"{district} · {year}",
            "running_mark": _("A report for the board"),
            "years": [year, _year_before(shown)],
            "freshness": _freshness(shown),
            "lead": _lead(),
            "progress": _progress(shown),
            "has_answers": shown.submitted > 0,
            "content_areas": [str(area.label) for area in ContentArea],
            "levels": _levels(),
            "grid": [
                {"context": str(context.label), "cells": [_cell(shown, cell) for cell in cells]}
                for context, cells in shown.grid
            ],
            "overview_alt": _overview_alt(shown),
            "part_2": list(_part_2(shown, wording)),
            "themes": [_theme(theme) for theme in themes],
            "colophon": _colophon(shown),
            "says": _says(),
        }


def _year_before(shown: Dashboard) -> str:
    year = shown.campaign.school_year - 1
    return "" if shown.submitted_before is None else f"{year - 1}–{year % 100:02}"


def _freshness(shown: Dashboard) -> str:
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


def _lead() -> str:
    return _(
        "Once a year every school looks at where its professional learning makes room for work on "
        "equity, and how it could make more. This report counts schools. It asks about "
        "opportunities to learn, never about how good people are: it holds no score, no average "
        "and no ranking."
    )


def _progress(shown: Dashboard) -> Data:
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
            "year": _year_before(shown),
            "n": shown.submitted_before,
        }
    if shown.submitted_late:
        yield ngettext(
            "%(n)d school submitted after the due date.",
            "%(n)d schools submitted after the due date.",
            shown.submitted_late,
        ) % {"n": shown.submitted_late}


def _levels() -> list[Data]:
    levels = [
        {"label": str(level.label), "shade": SHADES[str(level.value)]} for level in OpportunityLevel
    ]
    return [*levels, {"label": _("Not sure"), "shade": None}]


def _cell(shown: Dashboard, cell: GridCell) -> Data:
    return {
        "name": str(cell.place.content_area.label),
        "denominator": _out_of(cell.answered, cell.bars, shown),
        "bars": [_bar(bar) for bar in cell.bars],
        "moved": _moved(cell.same_schools),
    }


def _bar(bar: Bar) -> Data:
    return {
        "label": bar.label,
        "count": bar.count,
        "share": bar.share,
        "before": "–" if bar.before is None else str(bar.before),
        "share_before": bar.share_before,
        "shade": None if bar.code == NOT_SURE else SHADES.get(bar.code),
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
        "year": _year_before(shown),
        "answered": before,
    }
    return f"{now}; {then}"


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


def _overview_alt(shown: Dashboard) -> str:
    """The picture in words; the tables that follow say the same."""
    lines = [
        f"{context.label}, {cell.place.content_area.label}: "
        + ", ".join(f"{bar.label} {bar.count}" for bar in cell.bars)
        for context, cells in shown.grid
        for cell in cells
    ]
    return _("Schools by how settled the opportunities are, cell by cell.") + " " + ". ".join(lines)


def _part_2(shown: Dashboard, wording: Wording) -> Iterator[Data]:
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


def _theme(theme: ThemeLines) -> Data:
    return {
        "name": theme.name,
        "denominator": _("%(schools)d of %(out_of)d schools")
        % {"schools": theme.schools, "out_of": theme.out_of},
        "excerpts": [{"words": each.words, "by": each.by} for each in theme.excerpts],
    }


def _colophon(shown: Dashboard) -> list[str]:
    return [
        _freshness(shown),
        _("Only submitted cycles count; drafts count in the section on progress alone."),
        _(
            "A last year’s figure is out of the schools that submitted last year. What moved is "
            "counted over the same schools in both years."
        ),
        _("Schools are quoted only where they agreed to it, and named only where they agreed."),
        citation(),
    ]


def _says() -> Data:
    return {
        "page_of": _("{page} of {pages}"),
        "page": _("p. {page}"),
        "progress": _("Progress"),
        "grid": _("The nine cells across schools"),
        "grid_lead": _(
            "The rows are where people learn, the columns what the learning is about. Each bar is "
            "all schools that submitted, from “none yet” on the left to “built into how we work”."
        ),
        "part_2": _("Part 2 across schools"),
        "themes": _("What schools say in common"),
        "made": _("How this report was made"),
        "answer": _("Answer"),
        "chart": _("Chart"),
        "nothing": _("No school has submitted yet: the nine cells and Part 2 follow when one has."),
        "key": _("Dark bar: this year. Light bar: last year."),
    }
