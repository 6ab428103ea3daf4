"""The tool's words: every cell and question, in both languages, in step with the codes."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.utils import translation

from assessments.instrument import (
    CELL_CODES,
    CELLS,
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
from assessments.instrument.wording import shipped_definition
from assessments.models import InstrumentVersion
from assessments.validation import CELL_CHOICES, CELL_TEXTS, clean_reflection, is_complete

DEFINITION: Final = shipped_definition("advancing_equity_2026_1")
LANGUAGES: Final = ("en", "es")
KEYS: Final = ["moved", "balance", "attention", "connection", "missed", "conditions", "focus"]
# What may read the same in both languages, each with its reason.
SAME_IN_BOTH: Final[dict[str, str]] = {}
# Words of the other language that give away a text that was pasted into the wrong one.
ENGLISH_WORDS: Final = {"the", "and", "what", "how", "which", "does", "with"}
SPANISH_WORDS: Final = {"el", "los", "las", "qué", "cómo", "una", "para"}


def wording(language: str) -> Wording:
    return Wording(DEFINITION, language)


def question(key: str, language: str = "en") -> Question:
    found = wording(language).question(key)
    assert found is not None
    return found


def fields() -> Iterator[tuple[Question, Field]]:
    for each in wording("en").questions:
        for field in each.fields:
            yield each, field


def texts(entry: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text of the definition by its place, with all its languages."""
    if isinstance(entry, list):
        for number, each in enumerate(entry):
            yield from texts(each, f"{place}[{number}]")
    elif isinstance(entry, dict) and "en" in entry:
        yield from _per_language(entry, place)
    elif isinstance(entry, dict):
        for name, each in entry.items():
            yield from texts(each, f"{place}.{name}")


def _per_language(entry: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(entry["en"], dict):
        yield place, entry
        return
    for name in sorted({name for words in entry.values() for name in words}):
        yield f"{place}.{name}", {language: words.get(name) for language, words in entry.items()}


TEXTS: Final = dict(texts(DEFINITION))


def test_every_text_of_the_tool_is_looked_at() -> None:
    options = sum(len(choices) for choices in DEFINITION["options"].values())
    prompts = 4 * len(CELLS)
    of_questions = sum(2 + len(each["fields"]) for each in DEFINITION["questions"])

    assert len(TEXTS) == options + prompts + of_questions


def test_every_text_is_in_english_and_spanish() -> None:
    incomplete = {
        place: words
        for place, words in TEXTS.items()
        if set(words) != set(LANGUAGES) or not all(words.values())
    }

    assert incomplete == {}


def test_no_text_was_left_untranslated() -> None:
    same = {place for place, words in TEXTS.items() if words["en"] == words["es"]}

    assert same == SAME_IN_BOTH.keys()


def test_every_text_is_in_the_language_it_says() -> None:
    mixed = [
        place
        for place, words in TEXTS.items()
        if words_of(words["en"]) & SPANISH_WORDS or words_of(words["es"]) & ENGLISH_WORDS
    ]

    assert mixed == []


def test_texts_are_clean() -> None:
    untidy = [
        place
        for place, words in TEXTS.items()
        if any(text != " ".join(text.split()) for text in words.values())
    ]

    assert untidy == []


def test_spanish_questions_open_as_they_close() -> None:
    unbalanced = [
        place for place, words in TEXTS.items() if words["es"].count("¿") != words["es"].count("?")
    ]

    assert unbalanced == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CELL_CODES)
def test_every_cell_asks_where_we_are_and_what_could_improve(code: str, language: str) -> None:
    prompts = wording(language).cell(code)

    assert prompts.opportunities.endswith(("?", "."))
    assert prompts.improvements.endswith(("?", "."))
    assert all((prompts.opportunities_hint, prompts.improvements_hint))


def test_the_cells_are_those_of_the_grid_in_the_tool_s_order() -> None:
    assert list(DEFINITION["cells"]) == list(CELL_CODES)
    assert list(CELL_CODES) == [
        *("individual.beliefs", "individual.practices", "individual.systems"),
        *("team.beliefs", "team.practices", "team.systems"),
        *("whole_school.beliefs", "whole_school.practices", "whole_school.systems"),
    ]


def test_no_two_cells_and_no_two_questions_ask_the_same() -> None:
    for language in LANGUAGES:
        asked = [wording(language).cell(code) for code in CELL_CODES]
        prompts = [text for each in asked for text in (each.opportunities, each.improvements)]
        questions = [each.text for each in wording(language).questions]

        assert len(set(prompts + questions)) == 2 * len(CELL_CODES) + len(KEYS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questions_are_those_of_part_2(language: str) -> None:
    questions = wording(language).questions

    assert [each.key for each in questions] == KEYS
    assert [each.key for each in questions if not each.required] == ["missed"]
    assert [each.key for each in questions if each.from_second_year] == ["moved"]


def test_the_options_are_the_codes_of_the_tool() -> None:
    codes = {
        name: [option["code"] for option in options]
        for name, options in DEFINITION["options"].items()
    }

    assert codes["contexts"] == list(Context.values)
    assert codes["content_areas"] == list(ContentArea.values)
    assert codes["cells"] == list(CELL_CODES)
    assert codes["links"] == [0, 1, 2, 3]
    assert codes["confidence"] == [1, 2, 3, 4, 5]
    assert all(len(set(each)) == len(each) for each in codes.values())


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Individual learning", "Team learning", "Whole-school learning"]),
        (
            "es",
            ["Aprendizaje individual", "Aprendizaje en equipo", "Aprendizaje de toda la escuela"],
        ),
    ],
)
def test_an_option_is_read_in_the_language_of_the_wording(language: str, labels: list[str]) -> None:
    (most_effort, _) = question("balance", language).fields

    assert [option.label for option in most_effort.options] == labels


def test_every_field_takes_as_many_as_it_says() -> None:
    limits = {f"{each.key}.{field.key}": (field.least, field.most) for each, field in fields()}
    several = {name: limit for name, limit in limits.items() if limit != (1, 1)}

    assert several == {
        "missed.groups": (0, len(DEFINITION["options"]["groups"])),
        "conditions.support": (0, 2),
        "focus.cells": (1, 2),
    }


def test_every_option_of_every_question_can_be_answered() -> None:
    for each, field in fields():
        for option in field.options:
            answer = [option.code] if field.takes_several else option.code
            clean = clean_reflection(each, {"text": "So.", "answer": {field.key: answer}})
            assert clean["answer"] == {field.key: answer}


@pytest.mark.parametrize("key", KEYS)
def test_a_question_answered_in_full_is_complete(key: str) -> None:
    first = {
        field.key: [field.options[0].code] if field.takes_several else field.options[0].code
        for field in question(key).fields
    }

    clean = clean_reflection(question(key), {"text": "So.", "answer": first})

    assert is_complete(question(key), clean["text"], clean["answer"])


def test_what_a_cell_takes_is_what_the_tool_has() -> None:
    assert tuple(CELL_TEXTS) == (
        "opportunities",
        "improvements",
        "disposition_why",
        "minority_view",
    )
    assert dict(CELL_CHOICES) == {
        "opportunity_level": [None, *OpportunityLevel.values],
        "reach": ["", *Reach.values],
        "offer": ["", *Offer.values],
        "disposition": ["", *Disposition.values],
    }


def test_codes_never_change() -> None:
    assert Context.values == ["individual", "team", "whole_school"]
    assert ContentArea.values == ["beliefs", "practices", "systems"]
    assert OpportunityLevel.values == [0, 1, 2, 3, 4]
    assert Reach.values == ["nobody", "few", "half", "most", "everyone"]
    assert Offer.values == ["offering", "seeking"]
    assert Quoting.values == ["never", "unnamed", "named"]


def test_a_wording_speaks_the_language_of_the_request() -> None:
    with translation.override("es"):
        spanish = Wording(DEFINITION).cell("team.beliefs")
    with translation.override("es-mx"):
        mexican = Wording(DEFINITION).cell("team.beliefs")

    assert spanish == mexican == wording("es").cell("team.beliefs")


def test_english_stands_in_for_a_language_that_is_not_there() -> None:
    assert wording("fr").cell("team.beliefs") == wording("en").cell("team.beliefs")
    assert wording("fr").questions == wording("en").questions


def test_a_code_of_another_version_is_shown_as_it_is() -> None:
    (groups,) = question("missed").fields

    assert (groups.label_of("leaders"), groups.label_of("families")) == ("Leaders", "families")


@pytest.mark.django_db
def test_the_published_version_is_the_one_that_is_shipped() -> None:
    version = InstrumentVersion.objects.get(code="advancing-equity", version="2026.1")

    assert version.definition == DEFINITION
    assert version.wording("es").cell("team.beliefs") == wording("es").cell("team.beliefs")


def words_of(text: str) -> set[str]:
    return {word.strip(".,:;¿?¡!()") for word in text.lower().split()}
