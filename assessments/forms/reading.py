"""That a submission was read, or is to be read again, and where to go on."""

from django import forms


class ReadingForm(forms.Form):
    """What the button of the reading page sends."""

    number = forms.IntegerField(min_value=1, max_value=32_767)
    read = forms.BooleanField(required=False)
    shown_at = forms.DateTimeField(required=False)
    next = forms.UUIDField(required=False)
