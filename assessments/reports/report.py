"""All that the report of one cycle says, as plain data in one language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.instrument import (
    CELLS,
    CellCode,
    ContentArea,
    Context,
    Disposition,
    Field,
    Offer,
    OpportunityLevel,
    Question,
    Quoting,
    Reach,
    Wording,
)
from assessments.models import Cell, Commitment, Cycle, Reflection, Submission
from assessments.reports.signs import pieces
from assessments.reports.typesetting import Data
from schools.querysets import Who

# More than fits into a cell of the grid, whatever its words.
BEGINNING = 900
# A running head is one line.
LONGEST_IN_HEAD = 70


@dataclass(frozen=True, slots=True)
class Account:
    """What a report is about: the words of one submission or, without one, the present words."""

    cycle: Cycle
    submission: Submission | None
    cells: Mapping[str, Mapping[str, Any]]
    reflections: Mapping[str, Mapping[str, Any]]
    planned_last_year: Mapping[str, str]
    commitments: Iterable[Commitment]


def account_of(cycle: Cycle, *, who: Who, submission: Submission | None) -> Account:
    """What `who` may read of the cycle as it was handed in, or as it stands."""
    if submission is not None:
        cells, reflections = submission.content["cells"], submission.content["reflections"]
    else:
        rows = Cell.objects.visible_to(who).filter(cycle=cycle)
        cells = {cell.code: cell.content for cell in rows}
        said = Reflection.objects.visible_to(who).filter(cycle=cycle)
        reflections = {item.code: item.content for item in said}
    return Account(
        cycle,
        submission,
        cells,
        reflections,
        _planned_last_year(cycle, who),
        _commitments(cycle, who),
    )


def report_data(account: Account, language: str) -> Data:
    """What the template needs, every word of it in `language` and every date in its form."""
    cycle = account.cycle
    with translation.override(language):
        wording = cycle.campaign.instrument_version.wording(language)
        year, school = str(cycle.campaign), cycle.school.name
        today = cycle.campaign.district.today()
        return {
            "language": language,
            "title": f"{school}, {year}",
            "author": school,
            "school": school,
            "district": cycle.campaign.district.name,
            "school_year": _("School year %(year)s") % {"year": year},
            "running_head": f"{Truncator(school).chars(LONGEST_IN_HEAD)} · {year}",
            "running_mark": _mark(account),
            "handed_in": _handed_in(account),
            "content_areas": [str(area.label) for area in ContentArea],
            "grid": [_row(account, wording, context) for context in Context],
            "questions": list(_questions(account, wording)),
            "commitments": [_commitment(each, today) for each in account.commitments],
            "colophon": _colophon(account),
            "says": _says(account),
        }


def _planned_last_year(cycle: Cycle, who: Who) -> dict[str, str]:
    before = Cycle.objects.visible_to(who).filter(school=cycle.school)
    last = before.submitted().filter(school_year=cycle.school_year - 1).first()
    if last is None:
        return {}
    cells = Cell.objects.visible_to(who).filter(cycle=last)
    return {cell.code: cell.improvements for cell in cells}


def _commitments(cycle: Cycle, who: Who) -> list[Commitment]:
    """Those made this year, and those from before that are still open."""
    rows = Commitment.objects.visible_to(who).filter(school=cycle.school)
    this_year = Q(school_year=cycle.school_year)
    still_open = Q(school_year__lt=cycle.school_year, status=Commitment.Status.OPEN)
    return list(rows.filter(this_year | still_open).by_date())


def _mark(account: Account) -> str:
    if account.submission is None:
        return _("Draft, not handed in")
    return _("Submission no. %(number)s") % {"number": account.submission.number}


def _handed_in(account: Account) -> list[str]:
    district = account.cycle.campaign.district
    submission = account.submission
    if submission is None:
        moment = date_format(district.local(timezone.now()), "DATETIME_FORMAT")
        return [_mark(account), _("As it stood on %(moment)s") % {"moment": moment}]
    moment = date_format(district.local(submission.submitted_at), "DATETIME_FORMAT")
    who = submission.submitted_by
    by = [_("Handed in by %(who)s") % {"who": who}] if who else []
    return [_mark(account), *by, moment]


def _row(account: Account, wording: Wording, context: Context) -> Data:
    places = [place for place in CELLS if place.context == context]
    return {
        "context": str(context.label),
        "cells": [_cell(account, wording, place) for place in places],
    }


def _cell(account: Account, wording: Wording, place: CellCode) -> Data:
    code = str(place)
    said = account.cells.get(code, {})
    now, plan = said.get("opportunities") or "", said.get("improvements") or ""
    standing = _standing(account, said)
    prompts = wording.cell(code)
    return {
        "code": code,
        "name": str(place.content_area.label),
        "standing": standing,
        "excerpts": [
            _excerpt(pgettext("in the grid", "Now:"), now),
            _excerpt(pgettext("in the grid", "Could improve:"), plan),
        ],
        "facts": _facts(said, standing),
        "parts": [
            _part(_("Where we are now"), now, prompts.opportunities),
            _part(_("What could improve"), plan, prompts.improvements),
            *_what_became_of_it(said, account.planned_last_year.get(code, "")),
            *_view_of_some(said),
        ],
    }


def _standing(account: Account, said: Mapping[str, Any]) -> str:
    level = said.get("opportunity_level")
    if level is not None:
        return str(OpportunityLevel(level).label)
    if not said.get("opportunities"):
        return _("Not answered yet")
    return _("Not sure") if account.cycle.campaign.asks_level else ""


def _facts(said: Mapping[str, Any], standing: str) -> list[tuple[str, str]]:
    facts = [(_("Opportunities:"), standing)] if standing else []
    if reach := said.get("reach"):
        facts.append((_("Reaches:"), str(Reach(reach).label)))
    if offer := said.get("offer"):
        facts.append(("", str(Offer(offer).label)))
    return facts


def _excerpt(name: str, text: str) -> Data:
    plain = " ".join(text[:BEGINNING].split())
    return {"name": name, "pieces": pieces(plain), "whole": len(text) <= BEGINNING}


def _part(name: str, words: str, prompt: str = "") -> Data:
    return {"name": name, "words": words, "prompt": prompt}


def _what_became_of_it(said: Mapping[str, Any], planned: str) -> list[Data]:
    parts = [_part(_("What we planned last year"), planned)] if planned else []
    disposition, why = said.get("disposition") or "", said.get("disposition_why") or ""
    if disposition or why:
        label = str(Disposition(disposition).label) if disposition else ""
        words = ". ".join(part for part in (label, why) if part)
        parts.append(_part(_("What became of it"), words))
    return parts


def _view_of_some(said: Mapping[str, Any]) -> list[Data]:
    words = said.get("minority_view") or ""
    return [_part(_("A minority view"), words)] if words else []


def _questions(account: Account, wording: Wording) -> Iterable[Data]:
    for question in wording.questions:
        if question.key in account.reflections:
            yield _question(question, account.reflections[question.key])


def _question(question: Question, said: Mapping[str, Any]) -> Data:
    answer = said.get("answer") or {}
    chosen = [(field.label, _labels(field, answer.get(field.key))) for field in question.fields]
    return {
        "name": question.short,
        "text": question.text,
        "answers": [(f"{label}:", labels) for label, labels in chosen if labels],
        "words": said.get("text") or "",
    }


def _labels(field: Field, chosen: Any) -> str:
    codes = chosen if isinstance(chosen, list) else [] if chosen is None else [chosen]
    return ", ".join(field.label_of(code) for code in codes)


def _commitment(commitment: Commitment, today: date) -> Data:
    is_overdue = commitment.is_overdue(today)
    status = _("Overdue") if is_overdue else str(commitment.get_status_display())
    if commitment.settled_on:
        status = f"{status}, {date_format(commitment.settled_on, 'SHORT_DATE_FORMAT')}"
    place = commitment.place
    return {
        "place": f"{place.context.label} · {place.content_area.label}",
        "what": commitment.what,
        "who": commitment.who,
        "by_when": date_format(commitment.due_on, "SHORT_DATE_FORMAT"),
        "status": status,
    }


def _colophon(account: Account) -> list[str]:
    return [
        _(
            "This report is for thinking and planning, never for scoring. It asks about "
            "opportunities to learn, not about how good people are."
        ),
        _consent(account.submission),
        citation(),
    ]


def _consent(submission: Submission | None) -> str:
    if submission is None:
        return _("Whether other schools may read these words is decided when it is handed in.")
    return _("May other schools read these words? %(answer)s.") % {
        "answer": Quoting(submission.quoting).label
    }


def citation() -> str:
    """Whose idea the tool is."""
    return _(
        "The tool: Jill Harrison Berg & Sonia Caus Gleason, “Advancing equity”. "
        "The Learning Professional 39(5), October 2018."
    )


def _says(account: Account) -> Data:
    today = account.cycle.campaign.district.today()
    return {
        "page_of": _("{page} of {pages}"),
        "page": _("p. {page}"),
        "nothing": _("Nothing written yet."),
        "part_2": _("Part 2: looking across"),
        "commitments": _("Commitments"),
        "as_of": _("Made this year, or still open from before. As of %(day)s.")
        % {"day": date_format(today, "DATE_FORMAT")},
        "no_commitments": _("No commitments have been made."),
        "columns": [_("What we will do"), _("Who"), _("By when"), pgettext("commitment", "Status")],
    }
