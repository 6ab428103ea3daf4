"""What an answer must be before it is kept: pages and API alike."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessments.instrument import Disposition, Offer, OpportunityLevel, Question, Reach
from assessments.instrument import Field as AnswerField
from schools.text import LONGEST_TEXT, clean_text

Answer = dict[str, Any]

CELL_CHOICES: dict[str, list[Any]] = {
    "opportunity_level": [None, *OpportunityLevel.values],
    "reach": ["", *Reach.values],
    "offer": ["", *Offer.values],
    "disposition": ["", *Disposition.values],
}
ONE_LINE = 300
LONGEST_MINORITY_VIEW = 1_000
# The texts of a cell, and how many characters each takes at the most.
CELL_TEXTS = {
    "opportunities": LONGEST_TEXT,
    "improvements": LONGEST_TEXT,
    "disposition_why": ONE_LINE,
    "minority_view": LONGEST_MINORITY_VIEW,
}


def clean_cell(answer: Mapping[str, Any]) -> Answer:
    """The parts of a cell's answer that were given, clean.

    Raises:
        ValidationError: by field, in words for the person who wrote it.
    """
    return _clean_each(answer, _clean_cell_part)


def clean_reflection(question: Question, answer: Mapping[str, Any]) -> Answer:
    """A reflection's text and structured answer, clean; unknown fields and codes are refused.

    Raises:
        ValidationError: by field.
    """

    def clean_part(name: str, value: Any) -> Any:
        if name == "text":
            return _clean_words(value)
        if name == "answer":
            return _clean_structured(question, value)
        raise _unknown(name)

    return _clean_each(answer, clean_part)


def is_complete(question: Question, text: str, answer: Mapping[str, Any]) -> bool:
    """Whether a reflection says what the question needs: words, and every choice it asks for."""
    return not lacking(question, text, answer)


def lacking(question: Question, text: str, answer: Mapping[str, Any]) -> list[str]:
    """What a reflection does not say yet: the keys of choices it asks for, and `text`."""
    needed = [field.key for field in question.fields if field.least]
    unsaid = [key for key in needed if answer.get(key) in (None, [])]
    return unsaid if text else [*unsaid, "text"]


def _clean_each(answer: Mapping[str, Any], clean_part: Any) -> Answer:
    clean: Answer = {}
    errors: dict[str, Any] = {}
    for name, value in answer.items():
        try:
            clean[name] = clean_part(name, value)
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return clean


def _clean_cell_part(name: str, value: Any) -> Any:
    if name in CELL_TEXTS:
        return _clean_words(value, longest=CELL_TEXTS[name])
    if name not in CELL_CHOICES:
        raise _unknown(name)
    # True and 2.0 equal a level without being one.
    if isinstance(value, bool | float) or value not in CELL_CHOICES[name]:
        raise _not_a_choice()
    return value


def _clean_words(value: Any, *, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("This must be a text."), code="not_a_text")
    return clean_text(value, longest=longest)


def _clean_structured(question: Question, value: Any) -> Answer:
    if not isinstance(value, Mapping):
        raise ValidationError(_("This must name its fields."), code="not_an_object")
    fields = {field.key: field for field in question.fields}
    clean: Answer = {}
    for key, chosen in value.items():
        if key not in fields:
            raise _unknown(key)
        codes = _known_codes(fields[key], chosen)
        if codes:
            clean[key] = codes if fields[key].takes_several else codes[0]
    return clean


def _known_codes(field: AnswerField, chosen: Any) -> list[Any]:
    if chosen in (None, "", []):
        return []
    codes = chosen if isinstance(chosen, list) else [chosen]
    known = [option.code for option in field.options]
    if any(isinstance(code, bool) or code not in known for code in codes):
        raise _not_a_choice()
    unique = [code for code in known if code in codes]
    if len(unique) > field.most:
        raise ValidationError(
            _("“%(field)s”: choose at most %(most)d."),
            code="too_many_choices",
            params={"field": field.label, "most": field.most},
        )
    return unique


def _not_a_choice() -> ValidationError:
    return ValidationError(_("This is not one of the choices."), code="not_a_choice")


def _unknown(name: object) -> ValidationError:
    return ValidationError(
        _("There is no field “%(name)s” here."), code="unknown_field", params={"name": name}
    )
