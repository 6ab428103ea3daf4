"""The forms of the workspace and of a campaign. They read what was sent; the verbs decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assessments import answers
from assessments.conflicts import ContestedForm
from assessments.instrument import Disposition, Offer, OpportunityLevel, Question, Quoting, Reach
from assessments.instrument import Field as AnswerField
from assessments.models import Campaign, Cell, InstrumentVersion, Reflection, Response
from schools.models import Membership

NOT_SURE = ("", _("Not sure"))
SOME = ("", _("There are some, described above"))
# A choice among more than this many is easier to read as a list that opens.
LONGEST_ROW_OF_CHOICES = 6
_MINORITY_HINT = _(
    "If somebody sees it differently, a line or two. It is part of what you submit; "
    "it needs no name."
)
# The id of the form of a page's record, to which its fields belong wherever they stand.
RECORD = "record"
# What the column can hold: no version that was read lies beyond.
HIGHEST_VERSION = 2**31 - 1


class ResponseForm(ContestedForm):
    """A cell or a reflection as it stands in a page, with the version that was read."""

    version = forms.IntegerField(min_value=0, max_value=HIGHEST_VERSION, widget=forms.HiddenInput)

    def __init__(self, *, response: Response, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data=data, prefix=response.code, initial=self.first_shown(response))
        self.response = response
        self.add_fields(response)
        # Forms for comments and commitments stand between these fields, and forms do not nest.
        for field in self.fields.values():
            field.widget.attrs["form"] = RECORD

    def first_shown(self, response: Response) -> dict[str, Any]:
        """What the fields show before anything is sent."""
        return {"version": response.version, **response.content}

    def add_fields(self, response: Response) -> None:
        """The fields of this response."""
        raise NotImplementedError

    def answer(self) -> dict[str, Any]:
        """What was sent, for the verb. A field that was not sent is not touched."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name != "version" and self.add_prefix(name) in self.data
        }

    @property
    def version_input(self) -> Any:
        """The hidden version, based on what is stored now: an answer to a save brings it along."""
        return forms.HiddenInput().render(
            self.add_prefix("version"),
            self.response_now.version,
            {"class": "version", "form": RECORD},
        )

    def refuse(self, error: ValidationError) -> None:
        """Show a verb's refusal at the fields it speaks of, else above them."""
        by_field = getattr(error, "error_dict", {})
        for name, problems in by_field.items():
            self.add_error(name if name in self.fields else None, problems)
        if not by_field:
            self.add_error(None, error)


class CellForm(ResponseForm):
    """The two texts of a cell, and the choices that the campaign asks for."""

    response: Cell

    def save(self, *, by: Membership, typed_at: datetime | None = None) -> None:
        """Write the cell."""
        version = self.cleaned_data["version"]
        answers.save_cell(
            self.response, by=by, version=version, answer=self.answer(), typed_at=typed_at
        )

    def add_fields(self, response: Response) -> None:
        """Looking back first, then the texts; the level last, because it is read off the words."""
        campaign = response.cycle.campaign  # type: ignore[attr-defined]
        self.fields["disposition"] = forms.ChoiceField(
            label=_("What became of it?"),
            choices=[*Disposition.choices, ("", _("Not said yet"))],
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["disposition_why"] = forms.CharField(
            label=_("Why, in one line"), required=False, strip=False
        )
        prompts = campaign.instrument_version.wording().cell(response.code)
        self.fields["opportunities"] = _words(prompts.opportunities, prompts.opportunities_hint)
        self.fields["improvements"] = _words(prompts.improvements, prompts.improvements_hint)
        levels: list[Any] = [*OpportunityLevel.choices, NOT_SURE]
        self.fields["opportunity_level"] = forms.TypedChoiceField(
            label=_("How settled are these opportunities?"),
            choices=levels if campaign.asks_level else [(0, _("None yet")), SOME],
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
        if campaign.asks_reach:
            self.fields["reach"] = forms.ChoiceField(
                label=_("Whom do they reach?"),
                choices=[("", _("Not said")), *Reach.choices],
                required=False,
                widget=forms.RadioSelect,
            )
        if campaign.asks_offer:
            self.fields["offer"] = forms.ChoiceField(
                label=_("Could schools help each other here?"),
                choices=[("", _("Neither")), *Offer.choices],
                required=False,
                widget=forms.RadioSelect,
            )
        self.fields["minority_view"] = _words(_("A minority view"), _MINORITY_HINT, rows=2)


class RestorationForm(forms.Form):
    """Bring an earlier version back, based on the one that the reader has seen."""

    version = forms.IntegerField(min_value=0, max_value=HIGHEST_VERSION, widget=forms.HiddenInput)


class ReflectionForm(ResponseForm):
    """The words of a Part 2 answer, and a field for each part of its structured answer."""

    response: Reflection

    def save(self, *, by: Membership, typed_at: datetime | None = None) -> None:
        """Write the reflection."""
        version = self.cleaned_data["version"]
        answers.save_reflection(
            self.response, by=by, version=version, answer=self.answer(), typed_at=typed_at
        )

    def first_shown(self, response: Response) -> dict[str, Any]:
        """The structured answer lies flat beside the text."""
        answer: dict[str, Any] = response.content["answer"]
        return {"version": response.version, "text": response.content["text"], **answer}

    def add_fields(self, response: Response) -> None:
        """As the question of this version has them."""
        self.question = self._question(response)
        for part in self.question.fields:
            self.fields[part.key] = _structured(part)
        self.fields["text"] = _words(_("In your own words"), "")

    def answer(self) -> dict[str, Any]:
        """Text and structured answer; nothing when the text was not even sent."""
        if self.add_prefix("text") not in self.data:
            return {}
        structured = {part.key: self._codes(part) for part in self.question.fields}
        return {"text": self.cleaned_data.get("text", ""), "answer": structured}

    def _codes(self, part: AnswerField) -> Any:
        chosen = self.cleaned_data.get(part.key) or []
        texts = chosen if isinstance(chosen, list) else [chosen]
        codes = [option.code for text in texts if (option := part.option_with(text))]
        return codes if part.takes_several else next(iter(codes), None)

    @staticmethod
    def _question(response: Response) -> Question:
        version = response.cycle.campaign.instrument_version  # type: ignore[attr-defined]
        question = version.wording().question(response.code)
        assert question is not None  # noqa: S101 - a cycle's questions are its version's
        return question


class NoteForm(forms.Form):
    """Somebody's own note, with the version that was read."""

    text = forms.CharField(required=False, strip=False)
    version = forms.IntegerField(min_value=0, max_value=HIGHEST_VERSION)


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
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExtensionForm(forms.Form):
    """More time for one school."""

    until = forms.DateField(
        label=_("Until and with"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Why (the school reads it)"),
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


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
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
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


def _words(label: Any, hint: Any, *, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _structured(part: AnswerField) -> forms.Field:
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
