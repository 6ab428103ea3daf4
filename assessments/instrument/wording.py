"""One version of the tool's wording in one language, read from its definition."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FOLDER = Path(__file__).parent
FALLBACK_LANGUAGE = "en"

Code = str | int


@dataclass(frozen=True, slots=True)
class CellPrompts:
    """What a cell asks, each with its hint."""

    opportunities: str
    opportunities_hint: str
    improvements: str
    improvements_hint: str


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: the code that is stored and the label that is read."""

    code: Code
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a question's structured answer: `least` to `most` of its options."""

    key: str
    label: str
    options: tuple[Option, ...]
    least: int
    most: int

    @property
    def takes_several(self) -> bool:
        """Whether the answer is a list of codes rather than one code."""
        return self.most != 1

    def option_with(self, text: str) -> Option | None:
        """The option whose code is written `text`, as a form or an address writes it."""
        return next((option for option in self.options if str(option.code) == text), None)

    def label_of(self, code: Code) -> str:
        """The label of a stored code, or the code itself when this version does not know it."""
        option = self.option_with(str(code))
        return option.label if option else str(code)


@dataclass(frozen=True, slots=True)
class Question:
    """A Part 2 question with the fields of its structured answer."""

    key: str
    text: str
    short: str
    required: bool
    from_second_year: bool
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        """The field of that key."""
        return next((field for field in self.fields if field.key == key), None)


class Wording:
    """A definition read in one language; English stands in where a translation is missing."""

    def __init__(self, definition: Mapping[str, Any], language: str | None = None) -> None:
        self.definition = definition
        self.language = language or get_language() or FALLBACK_LANGUAGE

    def cell(self, code: str) -> CellPrompts:
        """The prompts of the cell `code`, e.g. `team.beliefs`."""
        return CellPrompts(**self._in_language(self.definition["cells"][code]))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The Part 2 questions in their order."""
        return tuple(self._questions())

    def question(self, key: str) -> Question | None:
        """The question of that key."""
        return next((question for question in self.questions if question.key == key), None)

    def _questions(self) -> Iterator[Question]:
        for entry in self.definition["questions"]:
            yield Question(
                key=entry["key"],
                text=self._in_language(entry["text"]),
                short=self._in_language(entry["short"]),
                required=entry["required"],
                from_second_year=entry["from_second_year"],
                fields=tuple(self._field(field) for field in entry["fields"]),
            )

    def _field(self, entry: Mapping[str, Any]) -> Field:
        options = self.definition["options"][entry["options"]]
        return Field(
            key=entry["key"],
            label=self._in_language(entry["label"]),
            options=tuple(
                Option(option["code"], self._in_language(option["label"])) for option in options
            ),
            least=entry["least"],
            most=entry["most"],
        )

    def _in_language(self, words: Mapping[str, Any]) -> Any:
        return words.get(self.language.split("-")[0]) or words[FALLBACK_LANGUAGE]


def shipped_definition(name: str) -> dict[str, Any]:
    """A definition that comes with Ninefold, e.g. `advancing_equity_2026_1`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
