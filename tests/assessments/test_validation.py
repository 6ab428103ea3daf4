"""What an answer must be before it is kept: nothing unknown, nothing of the wrong kind."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.instrument import Question, Wording
from assessments.instrument.wording import shipped_definition
from assessments.validation import clean_cell, clean_reflection, is_complete

WORDING = Wording(shipped_definition("advancing_equity_2026_1"), "en")
KEYS = [question.key for question in WORDING.questions]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


def question(key: str) -> Question:
    found = WORDING.question(key)
    assert found is not None
    return found


def codes_of(refused: ValidationError) -> dict[str, list[str]]:
    """The codes of a refusal, by field."""
    return {
        name: [str(error.code) for error in errors] for name, errors in refused.error_dict.items()
    }


def refusal_of_cell(**answer: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        clean_cell(answer)
    return codes_of(refused.value)


def refusal_of_structure(key: str, structured: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        clean_reflection(question(key), {"answer": structured})
    return codes_of(refused.value)


def structure(key: str, structured: Any) -> Any:
    return clean_reflection(question(key), {"answer": structured})["answer"]


def test_a_cell_s_answer_is_kept_as_given() -> None:
    answer = {
        "opportunities": "Now.",
        "improvements": "Next.",
        "opportunity_level": 4,
        "reach": "half",
        "offer": "seeking",
    }

    assert clean_cell(answer) == answer


def test_not_sure_and_not_said_are_answers_too() -> None:
    answer = {"opportunity_level": None, "reach": "", "offer": ""}

    assert clean_cell(answer) == answer


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        ({"opportunities": "a\x00b"}, {"opportunities": ["control_characters"]}),
        ({"opportunities": "\ud800"}, {"opportunities": ["control_characters"]}),
        ({"improvements": "x" * 20_001}, {"improvements": ["text_too_long"]}),
        ({"opportunities": None}, {"opportunities": ["not_a_text"]}),
        ({"opportunities": ["We meet."]}, {"opportunities": ["not_a_text"]}),
        ({"opportunities": 7}, {"opportunities": ["not_a_text"]}),
        ({"opportunity_level": 5}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": -1}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": "2"}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": ""}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": True}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": False}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": 2.0}, {"opportunity_level": ["not_a_choice"]}),
        ({"opportunity_level": [2]}, {"opportunity_level": ["not_a_choice"]}),
        ({"reach": "all"}, {"reach": ["not_a_choice"]}),
        ({"reach": None}, {"reach": ["not_a_choice"]}),
        ({"offer": {}}, {"offer": ["not_a_choice"]}),
        ({"is_answered": True}, {"is_answered": ["unknown_field"]}),
        ({"version": 3}, {"version": ["unknown_field"]}),
        ({"district_id": "x"}, {"district_id": ["unknown_field"]}),
    ],
)
def test_a_cell_refuses_what_it_does_not_ask_for(
    answer: dict[str, Any], codes: dict[str, list[str]]
) -> None:
    assert refusal_of_cell(**answer) == codes


def test_every_wrong_field_is_named_at_once() -> None:
    codes = refusal_of_cell(opportunities=1, reach="all", shoe_size=43, improvements="Next.")

    assert codes == {
        "opportunities": ["not_a_text"],
        "reach": ["not_a_choice"],
        "shoe_size": ["unknown_field"],
    }


def test_a_reflection_s_answer_is_kept_as_given() -> None:
    chosen = {"help": "trust", "barrier": "time", "support": ["time", "money"]}

    clean = clean_reflection(question("conditions"), {"text": "Time.", "answer": chosen})

    assert clean == {"text": "Time.", "answer": chosen}


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("connection", {"individual_to_team": 0}, {"individual_to_team": 0}),
        ("missed", {"groups": ["others", "leaders"]}, {"groups": ["leaders", "others"]}),
        ("conditions", {"support": ["money", "time"]}, {"support": ["time", "money"]}),
        ("missed", {"groups": ["others", "others"]}, {"groups": ["others"]}),
        ("missed", {"groups": "others"}, {"groups": ["others"]}),
        ("missed", {"groups": []}, {}),
        ("conditions", {"support": ["time", "data", "time"]}, {"support": ["time", "data"]}),
        ("focus", {"cells": ["team.systems"], "confidence": 5}, None),
        ("balance", {"most_effort": None, "most_in_need": ""}, {}),
        ("balance", {"most_effort": ["team"]}, {"most_effort": "team"}),
    ],
)
def test_a_structured_answer_is_kept_in_the_order_of_its_options(
    key: str, given: dict[str, Any], kept: dict[str, Any] | None
) -> None:
    assert structure(key, given) == (given if kept is None else kept)


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("balance", {"most": "team"}, "unknown_field"),
        ("balance", {"most_effort": "district"}, "not_a_choice"),
        ("balance", {"most_effort": 1}, "not_a_choice"),
        ("balance", {"most_effort": {}}, "not_a_choice"),
        ("balance", {"most_effort": {"team": 1}}, "not_a_choice"),
        ("balance", {"most_effort": [["team"]]}, "not_a_choice"),
        ("balance", {"most_effort": ["team", "individual"]}, "too_many_choices"),
        ("connection", {"individual_to_team": True}, "not_a_choice"),
        ("connection", {"individual_to_team": False}, "not_a_choice"),
        ("connection", {"individual_to_team": "1"}, "not_a_choice"),
        ("connection", {"individual_to_team": 4}, "not_a_choice"),
        ("conditions", {"support": ["time", "trust", "money"]}, "too_many_choices"),
        ("focus", {"cells": ["team.systems", "team.magic"]}, "not_a_choice"),
        ("focus", {"cells": ["team.systems", None]}, "not_a_choice"),
        ("focus", {"confidence": 0}, "not_a_choice"),
        ("focus", {"confidence": True}, "not_a_choice"),
        ("missed", "substitutes", "not_an_object"),
        ("missed", ["substitutes"], "not_an_object"),
        ("missed", None, "not_an_object"),
    ],
)
def test_a_structured_answer_refuses_what_the_question_does_not_offer(
    key: str, given: Any, code: str
) -> None:
    assert refusal_of_structure(key, given) == {"answer": [code]}


def test_a_reflection_refuses_a_field_that_it_does_not_have() -> None:
    with pytest.raises(ValidationError) as refused:
        clean_reflection(question("missed"), {"text": 3, "is_answered": True})

    assert codes_of(refused.value) == {"text": ["not_a_text"], "is_answered": ["unknown_field"]}


@pytest.mark.parametrize(
    ("key", "text", "answer", "complete"),
    [
        ("balance", "Teams.", {"most_effort": "team", "most_in_need": "individual"}, True),
        ("balance", "", {"most_effort": "team", "most_in_need": "individual"}, False),
        ("balance", "Teams.", {"most_effort": "team"}, False),
        ("balance", "Teams.", {}, False),
        ("missed", "Substitutes.", {}, True),
        ("conditions", "Time.", {"help": "trust", "barrier": "time"}, True),
        ("focus", "Teams.", {"cells": [], "confidence": 3}, False),
        (
            "connection",
            "None.",
            dict.fromkeys(
                ("individual_to_team", "team_to_whole_school", "whole_school_to_individual"), 0
            ),
            True,
        ),
    ],
)
def test_a_reflection_is_complete_with_words_and_every_choice_it_asks_for(
    key: str, text: str, answer: dict[str, Any], complete: bool
) -> None:
    assert is_complete(question(key), text, answer) == complete


@settings(deadline=None, max_examples=100)
@given(st.dictionaries(st.sampled_from(["opportunities", "opportunity_level", "reach"]), JSON))
def test_any_json_is_a_clean_cell_or_refused(answer: dict[str, Any]) -> None:
    try:
        clean = clean_cell(answer)
    except ValidationError:
        return

    assert clean_cell(clean) == clean


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(KEYS), st.dictionaries(st.sampled_from(["text", "answer"]), JSON))
def test_any_json_is_a_clean_reflection_or_refused(key: str, answer: dict[str, Any]) -> None:
    try:
        clean = clean_reflection(question(key), answer)
    except ValidationError:
        return

    assert clean_reflection(question(key), clean) == clean
