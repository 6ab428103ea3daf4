"""What is new in a cycle for somebody who knows an earlier state of it; pure, over plain data.

The earlier state is what they read last or, the first time, what the school handed in last year.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from assessments import comparison
from assessments.comparison import Kind, Piece
from assessments.contents import Change, Content, Label, changed_answers
from assessments.instrument import CELL_CODES, Wording

NOTHING: Content = {"cells": {}, "reflections": {}}
# Looking back is asked anew each year: last year's answer to it is no earlier state of this one.
_ASKED_ANEW = ("disposition", "disposition_why")
# Shown beside the name of the cell rather than among its parts.
_APART = ("opportunity_level", *_ASKED_ANEW)
# An unhurried reader's pace, and what it takes to turn to the next school.
CHARACTERS_A_MINUTE = 1_400
MINUTES_A_SCHOOL = 0.25
# Below this share of a text that was there before, it is read as a new one.
LEAST_KEPT = 0.4


class Amount(NamedTuple):
    """How much is new: answers, and characters to read in them."""

    answers: int
    characters: int

    @property
    def minutes(self) -> float:
        """About how long it takes to read."""
        return MINUTES_A_SCHOOL + self.characters / CHARACTERS_A_MINUTE


@dataclass(frozen=True)
class NewText:
    """One text that is new or was changed."""

    label: Label
    before: str
    after: str

    @property
    def is_rewritten(self) -> bool:
        """Whether so little of it was there before that marks would be in the way."""
        kept = sum(len(piece.text) for piece in self._pieces if piece.kind == Kind.SAME)
        return kept < LEAST_KEPT * len(self.after)

    @property
    def marked(self) -> list[Piece]:
        """What changed in it, with little of what did not."""
        return comparison.abridged(self._pieces, whole_changes=True)

    @cached_property
    def _pieces(self) -> list[Piece]:
        return comparison.pieces(self.before, self.after)


@dataclass(frozen=True)
class News:
    """What is new in one answer."""

    code: str
    name: str
    texts: list[NewText]
    choices: list[Change]
    now: Content
    level_before: int | None
    level_changed: bool
    looked_back: bool

    @property
    def is_cell(self) -> bool:
        """Whether it is a cell of the grid."""
        return self.code in CELL_CODES

    @property
    def context(self) -> str:
        """Where in the grid it lies, for its hue; nothing for a question."""
        return self.code.partition(".")[0] if self.is_cell else ""


def begun_anew(content: Content) -> Content:
    """Last year's cycle as this year's began: without what is asked anew each year."""
    cells = {
        code: {name: value for name, value in cell.items() if name not in _ASKED_ANEW}
        for code, cell in content["cells"].items()
    }
    return {**content, "cells": cells}


def news_between(before: Content, after: Content, *, wording: Wording) -> list[News]:
    """What is new in each answer that is not as it was, in the tool's order."""
    now, then = _answers(after), _answers(before)
    return [
        _news(answer.code, answer.name, answer.changes, (then.get(answer.code), now[answer.code]))
        for answer in changed_answers(before, after, wording=wording)
        if answer.code in now
    ]


def amount_between(before: Content, after: Content) -> Amount:
    """How much is new, without a word of how it reads: cheap, for many schools at once."""
    then = _answers(before)
    answers = characters = 0
    for code, now in _answers(after).items():
        old = then.get(code, {})
        new = [value for name, value in now.items() if (value or None) != (old.get(name) or None)]
        answers += bool(new)
        characters += sum(len(value) for value in new if isinstance(value, str))
    return Amount(answers, characters)


def _answers(content: Content) -> dict[str, Any]:
    return {**content["cells"], **content["reflections"]}


def _news(
    code: str, name: str, changes: list[Change], states: tuple[Content | None, Content]
) -> News:
    before, now = states
    apart = {change.name for change in changes} & {*_APART}
    parts = [change for change in changes if change.name not in _APART]
    return News(
        code,
        name,
        [NewText(part.label, part.before, part.after) for part in parts if part.is_text],
        [part for part in parts if not part.is_text],
        now,
        level_before=before.get("opportunity_level") if before else None,
        level_changed=before is not None and "opportunity_level" in apart,
        looked_back=bool(apart & {*_ASKED_ANEW}),
    )
