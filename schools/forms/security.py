"""The form about how a district's people sign in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SecurityForm(forms.Form):
    """One box."""

    requires_second_factor = forms.BooleanField(
        label=_("Everyone of this district needs a second factor"), required=False
    )
