"""The form by which an operator asks to read a district. It reads; the verb decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from schools.models import LONGEST_REASON, District


class BreakGlassForm(forms.Form):
    """Which district, and why."""

    district = forms.ModelChoiceField(
        label=_("The district’s address"),
        help_text=_("As in /d/riverbend-unified/"),
        queryset=District.objects.all(),
        to_field_name="slug",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"invalid_choice": _("There is no district at this address.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_(
            "The district reads this in its audit log and in a mail. Say who asked you for help,"
            " with what: no names of students, nobody’s words."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Refused in our own words, with what was typed: not by the browser.
        self.fields["reason"].widget.attrs.pop("maxlength", None)
