"""The structured answers of Part 2 across schools, beside last year's as far as both had them."""

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.bars import (
    Bar,
    FieldFigures,
    Pair,
    Pairs,
    QuestionFigures,
    bar,
    counted,
)
from assessments.instrument import Field, Question, Wording


@dataclass(frozen=True, slots=True)
class Differences:
    """What two years' wordings do not share, in words."""

    version_before: str
    new: tuple[str, ...]
    """Questions and parts of questions that were not asked last year."""
    gone: tuple[str, ...]
    """Those that are not asked any more."""


def questions_across_schools(
    wording: Wording, now: Figures, before: Figures | None
) -> list[QuestionFigures]:
    """In the order of the questions; each part beside last year's counts of the same codes."""
    return [
        QuestionFigures(
            question,
            tuple(_fields(question, now, before)),
            _pairs(question, now),
        )
        for question in wording.questions
        if question.key in now["part2"]
    ]


def differences_of(now: Wording, before: Wording, version_before: str) -> Differences:
    """What cannot be compared because only one of the two wordings has it."""
    parts_now, parts_before = _parts(now), _parts(before)
    return Differences(
        version_before,
        tuple(label for code, label in parts_now.items() if code not in parts_before),
        tuple(label for code, label in parts_before.items() if code not in parts_now),
    )


def _fields(question: Question, now: Figures, before: Figures | None) -> Iterator[FieldFigures]:
    then_all = (before or {}).get("part2", {}).get(question.key, {})
    for field in question.fields:
        mine, then = now["part2"][question.key][field.key], counted(then_all.get(field.key))
        yield FieldFigures(
            field,
            tuple(
                bar(str(option.code), option.label, (mine["counts"], mine["answered"]), then)
                for option in field.options
            ),
            mine["answered"],
            then and then[1],
        )


def _pairs(question: Question, now: Figures) -> Pairs | None:
    figures = now.get("pairs", {}).get(question.key)
    if not figures:
        return None
    one, other = (question.field(key) for key in figures["fields"])
    if one is None or other is None:
        return None
    pairs = tuple(
        Pair(
            (code, other_code),
            (one.label_of(code), other.label_of(other_code)),
            Bar(f"{code}-{other_code}", "", count, figures["answered"]),
        )
        for code, other_code, count in figures["counts"]
    )
    return Pairs((one, other), pairs, figures["answered"])


def _parts(wording: Wording) -> dict[tuple[str, ...], str]:
    """Every field and option of a wording by its codes, as a reader would call it."""
    parts: dict[tuple[str, ...], str] = {}
    for question in wording.questions:
        for field in question.fields:
            parts[question.key, field.key] = f"{question.short}: {field.label}"
    for question in wording.questions:
        for field in question.fields:
            parts |= _options(question, field)
    return parts


def _options(question: Question, field: Field) -> dict[tuple[str, ...], str]:
    return {
        (question.key, field.key, str(option.code)): f"{field.label}: {option.label}"
        for option in field.options
    }
