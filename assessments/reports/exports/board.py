"""The report for the board: what the dashboard shows, as an accessible PDF to print and pass on.

Counts of schools, each with what it is out of; no school is named but where it agreed to be quoted.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.dashboards.district import Dashboard, dashboard_of
from assessments.dashboards.quotable import quotable_themes
from assessments.instrument import ContentArea
from assessments.models import Campaign, Export
from assessments.reports.exports.board_figures import (
    cell_of,
    freshness,
    key_to_levels,
    lead_to_grid,
    overview_alt,
    part_2_of,
    progress_of,
    year_before,
)
from assessments.reports.exports.rows import view_of
from assessments.reports.exports.selecting import Tell
from assessments.reports.report import citation
from assessments.reports.typesetting import Busy, Data, typeset
from schools.querysets import Who


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
    with translation.override(export.language):
        of_whom = list(_of_whom(export, shown))
    themes = themes_of(export, who, campaign)
    data = board_data(shown, export.language, themes=themes, of_whom=of_whom)
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


def board_data(
    shown: Dashboard,
    language: str,
    *,
    themes: Iterable[ThemeLines] = (),
    of_whom: Sequence[str] = (),
) -> Data:
    """What the template needs, every word of it in `language`.

    `of_whom` says of which schools it is, where it is not of all.
    """
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
            "running_mark": _("A report for the board, of some schools")
            if of_whom
            else _("A report for the board"),
            "years": [year, year_before(shown)],
            "freshness": freshness(shown),
            "of_whom": of_whom,
            "lead": _lead(),
            "progress": progress_of(shown),
            "has_answers": shown.submitted > 0,
            "content_areas": [str(area.label) for area in ContentArea],
            "levels": key_to_levels(shown),
            "grid": [
                {"context": str(context.label), "cells": [cell_of(shown, cell) for cell in cells]}
                for context, cells in shown.grid
            ],
            "overview_alt": overview_alt(shown),
            "part_2": list(part_2_of(shown, wording)),
            "themes": [_theme(theme) for theme in themes],
            "colophon": _colophon(shown),
            "says": _says() | {"grid_lead": lead_to_grid(shown), "nothing": _nothing(shown)},
        }


def _of_whom(export: Export, shown: Dashboard) -> Iterator[str]:
    filters, compare = view_of(export)
    if filters:
        yield _("This report is of some schools alone: %(filters)s.") % {
            "filters": "; ".join(chip.label for chip in filters.chips())
        }
    if compare:
        yield _(
            "The nine cells and Part 2 are of the %(n)d schools that submitted in both years, "
            "of %(submitted)d that submitted this year."
        ) % {"n": shown.answered, "submitted": shown.submitted}
    if export.query:
        yield _("Themes are counted over all schools and are not in it.")


def _nothing(shown: Dashboard) -> str:
    if not shown.schools:
        return _("No school matches these filters, or none is in the campaign.")
    return _("No school has submitted yet: the nine cells and Part 2 follow when one has.")


def _lead() -> str:
    return _(
        "Once a year every school looks at where its professional learning makes room for work on "
        "equity, and how it could make more. This report counts schools. It asks about "
        "opportunities to learn, never about how good people are: it holds no score, no average "
        "and no ranking."
    )


def _theme(theme: ThemeLines) -> Data:
    return {
        "name": theme.name,
        "denominator": _("%(schools)d of %(out_of)d schools")
        % {"schools": theme.schools, "out_of": theme.out_of},
        "excerpts": [{"words": each.words, "by": each.by} for each in theme.excerpts],
    }


def _colophon(shown: Dashboard) -> list[str]:
    return [
        freshness(shown),
        _("Only submitted cycles count; drafts count in the section on progress alone."),
        _("What moved is counted over the same schools in both years.")
        if shown.is_of_the_same_schools
        else _(
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
        "part_2": _("Part 2 across schools"),
        "themes": _("What schools say in common"),
        "made": _("How this report was made"),
        "answer": _("Answer"),
        "chart": _("Chart"),
        "key": _("Dark bar: this year. Light bar: last year."),
    }
