"""The blank form, to fill in by hand where a team sits without its screens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.instrument import (
    CELLS,
    CellCode,
    ContentArea,
    Context,
    Disposition,
    Offer,
    OpportunityLevel,
    Question,
    Reach,
    Wording,
)
from assessments.models import Campaign, Cycle, Reflection
from assessments.reports.report import LONGEST_IN_HEAD, citation
from assessments.reports.typesetting import Data
from schools.querysets import Who

# Rows for commitments: what a page holds with room to write.
COMMITMENTS = 8


@dataclass(frozen=True, slots=True)
class Blank:
    """Whose worksheet it is, and what it asks."""

    cycle: Cycle
    questions: Sequence[str]
    has_last_year: bool


def blank_of(cycle: Cycle, *, who: Who) -> Blank:
    """What this school is asked this year."""
    asked = Reflection.objects.visible_to(who).filter(cycle=cycle)
    before = Cycle.objects.visible_to(who).filter(school=cycle.school)
    last_year = before.submitted().filter(school_year=cycle.school_year - 1)
    return Blank(cycle, list(asked.values_list("question", flat=True)), last_year.exists())


def worksheet_data(blank: Blank, language: str) -> Data:
    """What the template needs, in `language`."""
    campaign, school = blank.cycle.campaign, blank.cycle.school.name
    year = str(campaign)
    with translation.override(language):
        wording = campaign.instrument_version.wording(language)
        name = _("Worksheet")
        return {
            "language": language,
            "title": f"{name}: {school}, {year}",
            "author": school,
            "school": school,
            "district": campaign.district.name,
            "school_year": _("School year %(year)s") % {"year": year},
            "running_head": f"{Truncator(school).chars(LONGEST_IN_HEAD)} · {year}",
            "running_mark": name,
            "content_areas": [str(area.label) for area in ContentArea],
            "grid": [_row(blank, wording, context) for context in Context],
            "questions": list(_questions(blank, wording)),
            "commitments": COMMITMENTS,
            "says": _says(name),
        }


def _row(blank: Blank, wording: Wording, context: Context) -> Data:
    places = [place for place in CELLS if place.context == context]
    return {
        "context": str(context.label),
        "cells": [_cell(blank, wording, place) for place in places],
    }


def _cell(blank: Blank, wording: Wording, place: CellCode) -> Data:
    prompts = wording.cell(str(place))
    return {
        "name": str(place.content_area.label),
        "spaces": [
            {
                "name": _("Where we are now"),
                "prompt": prompts.opportunities,
                "hint": prompts.opportunities_hint,
            },
            {
                "name": _("What could improve"),
                "prompt": prompts.improvements,
                "hint": prompts.improvements_hint,
            },
        ],
        "choices": list(_choices(blank.cycle.campaign, has_last_year=blank.has_last_year)),
    }


def _choices(campaign: Campaign, *, has_last_year: bool) -> Iterable[Data]:
    levels = [str(label) for label in OpportunityLevel.labels]
    if campaign.asks_level:
        yield _choice(_("How settled are these opportunities?"), [*levels, _("Not sure")])
    else:
        yield _choice("", levels[:1])
    if campaign.asks_reach:
        yield _choice(_("Whom do they reach?"), Reach.labels)
    if campaign.asks_offer:
        yield _choice(_("Could schools help each other here?"), Offer.labels)
    if has_last_year:
        yield _choice(_("What became of last year’s improvement?"), Disposition.labels)


def _choice(name: str, options: Iterable[Any]) -> Data:
    return {"name": name, "options": [str(option) for option in options]}


def _questions(blank: Blank, wording: Wording) -> Iterable[Data]:
    for question in wording.questions:
        if question.key in blank.questions:
            yield _question(question)


def _question(question: Question) -> Data:
    return {
        "name": question.short,
        "text": question.text,
        "choices": [
            _choice(f"{field.label}:", [option.label for option in field.options])
            for field in question.fields
        ],
    }


def _says(name: str) -> Data:
    return {
        "worksheet": name,
        "page_of": _("{page} of {pages}"),
        "grid_hint": _(
            "In each cell: where our opportunities to learn stand now, and how they could improve."
        ),
        "date": _("Date"),
        "at_the_table": _("At the table"),
        "part_2": _("Part 2: looking across"),
        "commitments": _("Commitments"),
        "columns": [
            _("Cell"),
            _("What we will do"),
            _("Who"),
            _("By when"),
        ],
        "no_student": _("Please name no student."),
        "purpose": _("For thinking and planning, never for scoring."),
        "citation": citation(),
        "now": pgettext("in the grid", "Now:"),
        "next": pgettext("in the grid", "Could improve:"),
    }
