"""In which words a mail tells each thing. Call these in its district's scope and clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.defaultfilters import truncatewords
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import progress
from assessments.instrument import CELL_CODES, CellCode, ContentArea, Context
from assessments.models import Comment, Commitment, Cycle, Introduction, Notice
from assessments.places import place_of
from schools.letters import address

FIRST_WORDS = 40
# Whoever has hardly begun needs no list of everything.
NAMED_AT_MOST = 6
NO_HURRY = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell, in words: a mail lists some of these."""

    kind: str
    subject: str
    """What a mail that says only this calls itself."""
    about: str
    """What it is about, in a subject that names several."""
    heading: str
    lines: tuple[str, ...]
    quotation: str
    link: str
    action: str
    days_left: int = NO_HURRY


def of_cycle(cycle: Cycle) -> Item:
    """That it is due, and what is missing."""
    slug, school = cycle.campaign.district.slug, cycle.school.name
    today = cycle.campaign.district.today()
    missing = progress.missing_answers(cycle)
    when = _when_due(cycle.due_on, today)
    names = {"school": school, "when": when, "left": _what_is_left(missing)}
    return Item(
        kind=Notice.Kind.REMINDER,
        subject=_("%(when)s: %(school)s’s cycle, %(left)s") % names,
        about=_("%(when)s: %(school)s’s cycle") % names,
        heading=_("%(school)s’s cycle %(year)s") % {"school": school, "year": cycle.campaign},
        lines=tuple(_lines_of(cycle, when, missing)),
        quotation="",
        link=address("cycle", slug, cycle.pk) if missing else address("review", slug, cycle.pk),
        action=_("Go on writing") if missing else _("Read it over and submit it"),
        days_left=(cycle.due_on - today).days,
    )


def _lines_of(cycle: Cycle, when: str, missing: list[str]) -> Iterator[str]:
    yield _("%(when)s. It is due on %(due)s and can be submitted until %(closes)s.") % {
        "when": when,
        "due": date_format(cycle.due_on),
        "closes": date_format(cycle.closes_on),
    }
    ((_cycle, cells, questions),) = progress.with_progress([cycle])
    yield _(
        "Answered so far: %(cells)s of %(all_cells)s cells,"
        " %(questions)s of %(all_questions)s questions of Part 2."
    ) % {
        "cells": cells.answered,
        "all_cells": cells.asked,
        "questions": questions.answered,
        "all_questions": questions.asked,
    }
    if not missing:
        yield _("Nothing is missing: it waits for you to submit it.")
    elif len(missing) <= NAMED_AT_MOST:
        names = "; ".join(_name_of(code, cycle) for code in missing)
        yield _("Still missing: %(names)s.") % {"names": names}


def _when_due(due_on: date, today: date) -> str:
    left = (due_on - today).days
    if left < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
    if left == 0:
        return _("Due today")
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


def _what_is_left(missing: list[str]) -> str:
    if not missing:
        return _("ready to submit")
    n = len(missing)
    return ngettext("%(n)s part missing", "%(n)s parts missing", n) % {"n": n}


def _name_of(code: str, cycle: Cycle) -> str:
    if code in CELL_CODES:
        return _cell_name(CellCode(*code.split(".")))  # type: ignore[arg-type]
    question = cycle.campaign.instrument_version.wording().question(code)
    return question.short if question else code


def _cell_name(cell: CellCode) -> str:
    return f"{Context(cell.context).label}, {ContentArea(cell.content_area).label}"


def of_comment(comment: Comment) -> Item:
    """Who said something, where, and how it begins."""
    cycle = comment.cycle
    place = _name_of(comment.code, cycle) if comment.code else _("the whole cycle")
    names = {"who": comment.author or _("Someone"), "school": cycle.school.name, "place": place}
    said = _("%(who)s on %(school)s’s cycle: a comment for you to read") % names
    return Item(
        kind=Notice.Kind.COMMENT,
        subject=said,
        about=said,
        heading=_("%(who)s on %(school)s: %(place)s") % names,
        lines=(),
        quotation=truncatewords(comment.text, FIRST_WORDS),
        link=_place_in(cycle, comment.code),
        action=_("Read and answer it"),
    )


def _place_in(cycle: Cycle, code: str) -> str:
    return settings.PUBLIC_URL + place_of(cycle.campaign.district.slug, cycle.pk, code)


def of_commitment(commitment: Commitment) -> Item:
    """What a school decided to do, and by when."""
    cycle = commitment.cell.cycle
    today = cycle.campaign.district.today()
    names = {
        "school": commitment.school.name,
        "day": date_format(commitment.due_on),
        "who": commitment.who,
        "when": _when_due(commitment.due_on, today),
    }
    about = _("%(when)s: what %(school)s decided to do") % names
    return Item(
        kind=Notice.Kind.COMMITMENT,
        subject=about,
        about=about,
        heading=_("%(school)s decided to do this by %(day)s") % names,
        lines=(
            _("Who: %(who)s") % names,
            _("Place: %(place)s") % {"place": _cell_name(commitment.place)},
        ),
        quotation=truncatewords(commitment.what, FIRST_WORDS),
        link=_place_in(cycle, commitment.code),
        action=_("Say what became of it"),
        days_left=(commitment.due_on - today).days,
    )


def of_introduction(introduction: Introduction, cycle: Cycle) -> Item:
    """Which two schools could meet over what, and who arranges it; no word of either's answers.

    Nobody's address: `introduction.made_by`, whom both can write a comment to, stands in between.
    """
    names = {
        "looking": introduction.looking.name,
        "showing": introduction.showing.name,
        "place": _cell_name(introduction.place),
        "who": introduction.made_by or _("Your district"),
    }
    about = _("%(looking)s and %(showing)s could meet") % names
    return Item(
        kind=Notice.Kind.INTRODUCTION,
        subject=about,
        about=about,
        heading=_("%(who)s introduces %(looking)s and %(showing)s to each other") % names,
        lines=(
            _("Place: %(place)s") % names,
            _("%(looking)s looks for an example here; %(showing)s could show one.") % names,
            _(
                "Nothing of what either wrote was passed on. If it suits you, say so in a comment"
                " on your cycle: %(who)s reads it and brings the two of you together."
            )
            % names,
        ),
        quotation="",
        link=_place_in(cycle, introduction.code),
        action=_("Say whether it suits you"),
    )
