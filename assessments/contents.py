"""What an answer says, part by part and in words, and how two of them differ.

An answer is read here as the plain data that revisions and submissions hold. Older ones may lack a
part that was added since: it counts as empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments import comparison
from assessments.comparison import Piece
from assessments.instrument import (
    CELL_CODES,
    ContentArea,
    Context,
    Disposition,
    Offer,
    OpportunityLevel,
    Reach,
    Wording,
)

Content = Mapping[str, Any]
Label = str | Promise

# In the order in which they are read.
_CELL_TEXTS: dict[str, Label] = {
    "opportunities": _("Where we are now"),
    "improvements": _("What could improve"),
    "minority_view": _("A minority view"),
    "disposition_why": _("Why, in one line"),
}
_CELL_CHOICES: dict[str, tuple[Label, Any]] = {
    "opportunity_level": (_("How settled are these opportunities?"), OpportunityLevel),
    "reach": (_("Whom do they reach?"), Reach),
    "offer": (_("Could schools help each other here?"), Offer),
    "disposition": (_("What became of last year’s improvement?"), Disposition),
}


@dataclass(frozen=True)
class Part:
    """One text of an answer, or one choice by its label."""

    name: str
    label: Label
    words: str
    is_text: bool = True


@dataclass(frozen=True)
class Change:
    """One part that differs between two answers."""

    name: str
    label: Label
    before: str
    after: str
    is_text: bool

    @property
    def pieces(self) -> list[Piece]:
        """How one came out of the other; a choice is replaced whole."""
        if self.is_text:
            return comparison.pieces(self.before, self.after)
        return [
            Piece(comparison.Kind.REMOVED, self.before),
            Piece(comparison.Kind.ADDED, self.after),
        ]

    @property
    def abridged(self) -> list[Piece]:
        """The same with long unchanged passages cut."""
        return comparison.abridged(self.pieces)


class ChangedAnswer(NamedTuple):
    """An answer of a cycle that differs between two states of it."""

    code: str
    name: str
    changes: list[Change]


def read_for_themes(code: str) -> tuple[str, ...]:
    """The texts of an answer in which a district looks for what its schools have in common."""
    if code in CELL_CODES:
        return ("opportunities", "improvements", "minority_view")
    return ("text",)


def text_name(field: str) -> Label:
    """What one text of a cell is called; nothing for a question's, which has one."""
    return _CELL_TEXTS.get(field, "")


def name_of(code: str, wording: Wording) -> str:
    """What an answer is called among the others of its cycle."""
    if code in CELL_CODES:
        context, content_area = code.split(".")
        return f"{Context(context).label} · {ContentArea(content_area).label}"
    question = wording.question(code)
    return question.short if question else code


def parts_of(code: str, content: Content, wording: Wording) -> list[Part]:
    """The answer `code` (a cell's or a question's) says, part by part; empty ones too."""
    if code in CELL_CODES:
        return _parts_of_cell(content)
    return _parts_of_reflection(code, content, wording)


def changes_between(
    code: str, before: Content, after: Content, *, wording: Wording
) -> list[Change]:
    """The parts in which two answers to the same thing differ."""
    pairs = zip(parts_of(code, before, wording), parts_of(code, after, wording), strict=True)
    return [
        Change(old.name, old.label, old.words, new.words, old.is_text)
        for old, new in pairs
        if old.words != new.words
    ]


def changed_answers(before: Content, after: Content, *, wording: Wording) -> list[ChangedAnswer]:
    """What differs between two whole cycles, as submissions hold them; in the tool's order."""
    then, now = ({**whole["cells"], **whole["reflections"]} for whole in (before, after))
    codes = [*CELL_CODES, *(question.key for question in wording.questions)]
    pairs = [
        (code, changes_between(code, then.get(code, {}), now.get(code, {}), wording=wording))
        for code in codes
    ]
    return [
        ChangedAnswer(code, name_of(code, wording), changes) for code, changes in pairs if changes
    ]


def _parts_of_cell(content: Content) -> list[Part]:
    texts = [Part(name, label, content.get(name) or "") for name, label in _CELL_TEXTS.items()]
    chosen = [
        Part(name, label, _label(codes, content.get(name)), is_text=False)
        for name, (label, codes) in _CELL_CHOICES.items()
    ]
    return texts + chosen


def _label(codes: Any, code: Any) -> str:
    if code in (None, ""):
        return ""
    return str(codes(code).label) if code in codes.values else str(code)


def _parts_of_reflection(code: str, content: Content, wording: Wording) -> list[Part]:
    question = wording.question(code)
    answer = content.get("answer") or {}
    chosen = [
        Part(
            field.key,
            field.label,
            ", ".join(map(field.label_of, _codes(answer.get(field.key)))),
            is_text=False,
        )
        for field in (question.fields if question else ())
    ]
    return [Part("text", _("In your own words"), content.get("text") or ""), *chosen]


def _codes(chosen: Any) -> list[Any]:
    return chosen if isinstance(chosen, list) else [] if chosen is None else [chosen]
