"""The figures of one school year, as pure functions over plain rows.

Counts of schools, never totals over a school's cells and never averages: the tool is for thinking,
not for scoring (domain.md). Only submitted cycles count, but for progress.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assessments.instrument import CELL_CODES, OpportunityLevel, Question

Levels = Mapping[str, int | None]
Figures = dict[str, Any]

NOT_SURE = "not_sure"
# The figures change with the product: a snapshot of another shape is made anew.
SHAPE = 2
# By question, the two of its choices that are counted together: what helps beside what holds back.
PAIRS = {"conditions": ("help", "barrier")}


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """What is counted of one school's cycle.

    `levels` holds the opportunity level by cell code, `answers` the structured answer by question
    key; both are empty unless the cycle is submitted. Dates are on the district's own clock.
    """

    cycle_id: str
    school_id: str
    school_name: str
    school_level: str
    status: str
    submitted_on: date | None = None
    extended_to: date | None = None
    levels: Levels = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    students: int | None = None
    group: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is in the district's hands."""
        return self.submitted_on is not None


def aggregate(
    cycles: Sequence[CycleFacts],
    *,
    due_on: date,
    questions: Sequence[Question],
    levels_before: Mapping[str, Levels],
) -> Figures:
    """All figures of one year.

    `levels_before` holds last year's levels by school id and cell code, for the schools that
    submitted then: movement is counted over the same schools in both years.
    """
    submitted = [cycle for cycle in cycles if cycle.counts]
    return {
        "shape": SHAPE,
        "schools": len(cycles),
        "submitted": len(submitted),
        "handed_in": _handed_in(submitted),
        "progress": progress(cycles, due_on),
        "grid": {code: _cell(code, submitted, levels_before) for code in CELL_CODES},
        "part2": {question.key: answers(question, submitted) for question in questions},
        "pairs": {
            question.key: _pairs(question, submitted)
            for question in questions
            if question.key in PAIRS
        },
    }


def of_the_same_schools(
    now: Iterable[CycleFacts], before: Iterable[CycleFacts]
) -> tuple[list[CycleFacts], list[CycleFacts]]:
    """Two years of the schools that submitted in both."""
    by_school = [{it.school_id: it for it in year if it.counts} for year in (now, before)]
    both = by_school[0].keys() & by_school[1].keys()
    this_year, last_year = ([year[school] for school in sorted(both)] for year in by_school)
    return this_year, last_year


def progress(cycles: Iterable[CycleFacts], due_on: date) -> Figures:
    """How many schools are where, whole and by level; how many got more time or were late."""
    cycles = list(cycles)
    by_level: dict[str, Counter[str]] = {}
    for cycle in cycles:
        by_level.setdefault(cycle.school_level, Counter())[cycle.status] += 1
    return {
        "statuses": dict(Counter(cycle.status for cycle in cycles)),
        "by_level": {level: dict(counts) for level, counts in sorted(by_level.items())},
        "more_time": _more_time(cycles),
        "submitted_late": sum(
            cycle.submitted_on is not None
            and cycle.submitted_on > max(due_on, cycle.extended_to or due_on)
            for cycle in cycles
        ),
    }


def _more_time(cycles: Iterable[CycleFacts]) -> dict[str, int]:
    """By the day until which they were given more time: schools that have yet to hand in."""
    days = (cycle.extended_to for cycle in cycles if not cycle.counts)
    return dict(sorted(Counter(day.isoformat() for day in days if day).items()))


def _handed_in(submitted: Iterable[CycleFacts]) -> dict[str, int]:
    """How many schools submitted on each day."""
    days = (cycle.submitted_on for cycle in submitted)
    return dict(sorted(Counter(day.isoformat() for day in days if day).items()))


def heatmap(cycles: Iterable[CycleFacts]) -> list[list[Any]]:
    """Schools by cells: for each submitted cycle its id, its school, and nine levels in order."""
    return [
        [
            cycle.cycle_id,
            cycle.school_id,
            cycle.school_name,
            cycle.school_level,
            [cycle.levels.get(code) for code in CELL_CODES],
        ]
        for cycle in sorted(cycles, key=lambda cycle: (cycle.school_name, cycle.school_id))
        if cycle.counts
    ]


def levels_by_school(rows: Iterable[Sequence[Any]]) -> dict[str, Levels]:
    """The rows of a `heatmap` read back: levels by school id and cell code."""
    return {
        row[1]: dict(zip(CELL_CODES, row[4], strict=True))  # row: see `heatmap`
        for row in rows
    }


def cell_levels(code: str, submitted: Sequence[CycleFacts]) -> Figures:
    """How many schools stand at which level in a cell, how many are not sure, of how many."""
    counts = Counter(cycle.levels.get(code) for cycle in submitted)
    return {
        "levels": {str(level): counts[level] for level in OpportunityLevel.values},
        NOT_SURE: counts[None],
        "answered": len(submitted),
    }


def answers(question: Question, submitted: Sequence[CycleFacts]) -> Figures:
    """How the structured answers to a question fall out, part by part."""
    return {
        part.key: _counts(
            [cycle.answers.get(question.key, {}).get(part.key) for cycle in submitted],
            [str(option.code) for option in part.options],
        )
        for part in question.fields
    }


def _cell(
    code: str, submitted: Sequence[CycleFacts], levels_before: Mapping[str, Levels]
) -> Figures:
    pairs = [
        (before, now)
        for cycle in submitted
        if (before := levels_before.get(cycle.school_id, {}).get(code)) is not None
        and (now := cycle.levels.get(code)) is not None
    ]
    return cell_levels(code, submitted) | {
        "same_schools": {
            "compared": len(pairs),
            "higher": sum(now > before for before, now in pairs),
            "same": sum(now == before for before, now in pairs),
            "lower": sum(now < before for before, now in pairs),
        },
    }


def _counts(chosen: Sequence[Any], codes: Sequence[str]) -> Figures:
    given = [value if isinstance(value, list) else [value] for value in chosen if value is not None]
    counts = Counter(str(code) for values in given for code in values)
    return {"answered": len(given), "counts": {code: counts[code] for code in codes}}


def _pairs(question: Question, submitted: Sequence[CycleFacts]) -> Figures:
    """How many schools chose what together, the most frequent first; only what somebody chose.

    Codes are in the order of the wording, so that equals always stand in the same order.
    """
    one, other = PAIRS[question.key]
    answers = [cycle.answers.get(question.key, {}) for cycle in submitted]
    given = Counter((it[one], it[other]) for it in answers if it.get(one) and it.get(other))
    places = {
        str(option.code): place
        for part in question.fields
        if part.key in (one, other)
        for place, option in enumerate(part.options)
    }
    ordered = sorted(given.items(), key=lambda it: (-it[1], *(places[str(c)] for c in it[0])))
    return {
        "fields": [one, other],
        "answered": given.total(),
        "counts": [[*codes, count] for codes, count in ordered],
    }
