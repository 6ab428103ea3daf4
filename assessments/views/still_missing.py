"""What a cycle still needs before it can be handed in: of each answer what is missing, where."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from assessments import validation
from assessments.contents import name_of
from assessments.forms import CellForm, ReflectionForm
from assessments.forms.fields import anchor_of
from assessments.instrument import Wording
from assessments.models import Cell, Reflection, Response


class Lack(NamedTuple):
    """One thing that is missing, and the field for it on its page."""

    label: Any
    anchor: str
    is_wanted: bool = True


class Missing(NamedTuple):
    """An answer with all that it lacks."""

    response: Response
    name: str
    lacks: list[Lack]


def missing_from(response: Response, wording: Wording, *, looks_back: bool) -> Missing:
    """All that an answer lacks; `looks_back`: to say what became of a promise is open, too."""
    if isinstance(response, Reflection):
        lacks = _lacks_of_reflection(response)
    else:
        assert isinstance(response, Cell)  # noqa: S101 - there are two kinds
        lacks = _lacks_of_cell(response, looks_back=looks_back)
    return Missing(response, name_of(response.code, wording), lacks)


def _lacks_of_cell(cell: Cell, *, looks_back: bool) -> list[Lack]:
    form = CellForm(response=cell)
    words = _("your words on where you are now, or “None yet”")
    lacks = [] if cell.is_answered else [Lack(words, anchor_of(form["opportunities"]))]
    if looks_back:
        became = _("what became of last year’s improvement")
        lacks.append(Lack(became, anchor_of(form["disposition"]), is_wanted=False))
    return lacks


def _lacks_of_reflection(reflection: Reflection) -> list[Lack]:
    form = ReflectionForm(response=reflection)
    question = reflection.whole_question
    keys = validation.lacking(question, reflection.text, reflection.answer)
    labels = {part.key: f"“{part.label}”" for part in question.fields}
    return [Lack(labels.get(key, _("your own words")), anchor_of(form[key])) for key in keys]
