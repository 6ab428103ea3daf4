"""A cell and a reflection as forms. They read what was sent; the verbs decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from assessments import answers, contents
from assessments.forms.conflicts import ContestedForm
from assessments.forms.fields import OpenChoice, VersionField, anchor_of, structured, words
from assessments.instrument import Disposition, Offer, OpportunityLevel, Reach
from assessments.instrument import Field as AnswerField
from assessments.models import Cell, Reflection, Response
from schools.models import Membership

NOT_SURE = ("", _("Not sure"))
SOME = ("", _("There are some, described above"))
_MINORITY_HINT = _(
    "If somebody sees it differently, a line or two. It is part of what you submit; "
    "it needs no name."
)
_LEVEL_HINT = _(
    "Read like your words. Once you submit, your district counts how many schools stand where; "
    "it is never a score."
)
_UNCHOSEN_HINT = _("As long as you choose nothing, it reads “Not sure”.")
# The id of the form of a page's record, to which its fields belong wherever they stand.
RECORD = "record"


class Problem(NamedTuple):
    """Why a field was refused, and where it is on the page."""

    anchor: str
    label: Any
    reason: str


class ResponseForm(ContestedForm):
    """A cell or a reflection as it stands in a page, with the version that was read."""

    version = VersionField()

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

    @property
    def problems(self) -> list[Problem]:
        """Everything that was refused, field by field; first of all what concerns no single one."""
        code = self.response.code
        wording = self.response.cycle.campaign.instrument_version.wording()  # type: ignore[attr-defined]
        parts = contents.parts_of(code, self.response.content, wording)
        labels = {part.name: part.label for part in parts}
        of_the_whole = [Problem(code, "", str(reason)) for reason in self.non_field_errors()]
        return of_the_whole + [
            Problem(anchor_of(field), labels.get(field.name, ""), str(reason))
            for field in self
            for reason in field.errors
        ]

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
            widget=OpenChoice,
        )
        self.fields["disposition_why"] = forms.CharField(
            label=_("Why, in one line"),
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        prompts = campaign.instrument_version.wording().cell(response.code)
        self.fields["opportunities"] = words(prompts.opportunities, prompts.opportunities_hint)
        self.fields["improvements"] = words(prompts.improvements, prompts.improvements_hint)
        levels: list[Any] = [*OpportunityLevel.choices, NOT_SURE]
        self.fields["opportunity_level"] = forms.TypedChoiceField(
            label=_("How settled are these opportunities?"),
            help_text=format_lazy("{} {}", _LEVEL_HINT, _UNCHOSEN_HINT)
            if campaign.asks_level
            else _LEVEL_HINT,
            choices=levels if campaign.asks_level else [(0, _("None yet")), SOME],
            coerce=int,
            empty_value=None,
            required=False,
            widget=OpenChoice,
        )
        if campaign.asks_reach:
            self.fields["reach"] = forms.ChoiceField(
                label=_("Whom do they reach?"),
                choices=[("", _("Not said")), *Reach.choices],
                required=False,
                widget=OpenChoice,
            )
        if campaign.asks_offer:
            self.fields["offer"] = forms.ChoiceField(
                label=_("Could schools help each other here?"),
                choices=[("", _("Neither")), *Offer.choices],
                required=False,
                widget=OpenChoice,
            )
        self.fields["minority_view"] = words(_("A minority view"), _MINORITY_HINT, rows=2)


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
        self.question = self.response.whole_question
        for part in self.question.fields:
            self.fields[part.key] = structured(part)
        self.fields["text"] = words(_("In your own words"), "")

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
