"""What happens to a whole cycle: it is submitted, reopened, given more time."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.fields import day_input
from assessments.instrument import Quoting


class SubmissionForm(forms.Form):
    """The last question before a cycle is handed in."""

    quoting = forms.ChoiceField(
        label=_("May other schools of the district read your words?"),
        choices=Quoting.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )


class ReopeningForm(forms.Form):
    """Why a submitted cycle goes back to work."""

    reason = forms.CharField(
        label=_("Why do you reopen it?"),
        help_text=_("Your district and your team read it."),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a line why.")},
    )


class ExtensionForm(forms.Form):
    """More time for one school."""

    until = forms.DateField(label=_("Until and with"), widget=day_input())
    reason = forms.CharField(
        label=_("Why (the school reads it)"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
