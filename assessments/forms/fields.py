"""Fields that several forms have in common."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.instrument import Field as AnswerField

# A choice among more than this many is easier to read as a list that opens.
LONGEST_ROW_OF_CHOICES = 6
# What the column can hold: no version that was read lies beyond.
HIGHEST_VERSION = 2**31 - 1


class VersionField(forms.IntegerField):
    """The version that was read, on which a save is based."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=HIGHEST_VERSION)


def anchor_of(field: forms.BoundField) -> str:
    """Where a field is on its page, as `forms/_field.html` and the fields themselves have it."""
    return f"{field.auto_id}-group" if field.use_fieldset else field.auto_id


def day_input() -> forms.DateInput:
    """A date as browsers ask for it."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OpenChoice(forms.RadioSelect):
    """A row of choices of which none is marked before somebody has chosen.

    What is stored then is the same as for the choice that says nothing: that one is an act too.
    """

    def format_value(self, value: Any) -> list[str]:
        """The choice to mark."""
        return [] if value in (None, "") else [str(value)]


def words(label: Any, hint: Any, *, rows: int = 4) -> forms.CharField:
    """A text of an answer, as it is typed: the verb cleans it."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def structured(part: AnswerField) -> forms.Field:
    """A part of a structured answer: boxes, a row of choices, or a list that opens."""
    choices = [(str(option.code), option.label) for option in part.options]
    if part.takes_several:
        return forms.MultipleChoiceField(
            label=part.label,
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
    if len(choices) > LONGEST_ROW_OF_CHOICES:
        return forms.ChoiceField(
            label=part.label, choices=[("", _("Choose one")), *choices], required=False
        )
    return forms.ChoiceField(
        label=part.label, choices=choices, required=False, widget=forms.RadioSelect
    )
