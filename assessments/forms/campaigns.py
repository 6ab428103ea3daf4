"""A campaign as it is opened, and as it is changed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.fields import day_input
from assessments.models import Campaign, InstrumentVersion


class CampaignForm(forms.ModelForm):
    """A new campaign; `campaigns.open_campaign` decides whether it can be."""

    class Meta:
        model = Campaign
        fields = (
            "school_year",
            "opens_on",
            "due_on",
            "closes_on",
            "message",
            "instrument_version",
            "asks_level",
            "asks_reach",
            "asks_offer",
        )
        widgets = {  # noqa: RUF012 - Django reads it as it is
            "opens_on": day_input(),
            "due_on": day_input(),
            "closes_on": day_input(),
            "message": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school_year"] = forms.TypedChoiceField(
            label=_("School year"),
            choices=[(year, f"{year - 1}–{year % 100:02}") for year in years],
            coerce=int,
        )
        self.fields["instrument_version"] = forms.ModelChoiceField(
            label=_("Wording"), queryset=InstrumentVersion.objects.all(), empty_label=None
        )

    def _post_clean(self) -> None:
        """The verb validates: a model check here would ask the database twice."""


class CampaignChangeForm(forms.ModelForm):
    """What of a campaign can still be changed once schools write to it."""

    class Meta:
        model = Campaign
        fields = ("due_on", "closes_on", "message")
        widgets = CampaignForm.Meta.widgets

    def _post_clean(self) -> None:
        """The verb validates, and writes: the campaign at hand stays as it is."""
