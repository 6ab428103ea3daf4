"""What a definition must be before it is published: it can never be taken back."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from assessments.instrument.codes import CELL_CODES
from assessments.instrument.wording import FALLBACK_LANGUAGE, Wording

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
# The form of a question has fields of its own by these names.
RESERVED = frozenset({"text", "version"})


def flaws_of(definition: Mapping[str, Any]) -> list[str]:
    """Everything that keeps the definition from being used, in sentences.

    Raises:
        KeyError, TypeError, AttributeError, ValueError: it does not even have the shape of one.
    """
    return [*_flaws_of_cells(definition), *_flaws_of_questions(definition["questions"])]


def _flaws_of_cells(definition: Mapping[str, Any]) -> Iterator[str]:
    if set(definition["cells"]) != set(CELL_CODES):
        yield _("It needs the nine cells of the grid, and no others.")
        return
    languages = {language for cell in definition["cells"].values() for language in cell}
    for language in {*languages, FALLBACK_LANGUAGE}:
        wording = Wording(definition, language)
        for code in CELL_CODES:
            prompts = wording.cell(code)
            if not all(isinstance(getattr(prompts, name), str) for name in prompts.__slots__):
                yield _("The prompts of %(cell)s are not all texts.") % {"cell": code}
        if not all(isinstance(question.text, str) for question in wording.questions):
            yield _("The questions are not all texts.")


def _flaws_of_questions(questions: list[Mapping[str, Any]]) -> Iterator[str]:
    keys = [question["key"] for question in questions]
    if not keys or len(set(keys)) != len(keys):
        yield _("It needs questions, each with a key of its own.")
    for question in questions:
        fields = [field["key"] for field in question["fields"]]
        if len(set(fields)) != len(fields) or RESERVED & set(fields):
            yield _("The fields of %(question)s need keys of their own.") % {
                "question": question["key"]
            }
        for key in (question["key"], *fields):
            if not KEY.fullmatch(key):
                yield _("“%(key)s” is no key: small letters, digits and _, at most 40.") % {
                    "key": key
                }
        for field in question["fields"]:
            least, most = field["least"], field["most"]
            if not (type(least) is type(most) is int and 0 <= least <= most and most > 0):
                yield _("“%(key)s” says wrongly how many choices it takes.") % {"key": field["key"]}
