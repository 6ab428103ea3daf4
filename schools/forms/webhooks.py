"""What a district admin says of a webhook."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import LONGEST_DESCRIPTION, EventType


class WebhookForm(forms.Form):
    """Where, of what, and what for. What may be, `schools.webhooks.managing` decides."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_("Begins with https:// and lies in the public internet."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Tell it when"), choices=EventType.choices, widget=forms.CheckboxSelectMultiple
    )


class ReplayForm(forms.Form):
    """Since when what failed is sent once more."""

    since = forms.DateField(
        label=_("What failed since"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("since", timezone.localdate() - timedelta(days=1))

    def clean_since(self) -> datetime:
        """The moment at which that day begins on the district's clock."""
        day = self.cleaned_data["since"]
        zone = timezone.get_current_timezone()
        try:
            return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        except OverflowError as error:
            raise forms.ValidationError(
                _("This day is too far away."), code="day_refused"
            ) from error
