"""What of the audit log is to be shown."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.audit_search import names_with
from schools.models import AuditEntry, District, Event
from schools.querysets import DistrictWideQuerySet

_EVENTS = [("", _("Everything")), *Event.choices]
# The midnights around them exist in every time zone: before the first year and after the last, no.
_DAYS: Final = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class _Day(forms.DateInput):
    input_type = "date"


class AuditFilterForm(forms.Form):
    """Who, what, about what, and when. What it cannot read it leaves out, and says so."""

    who = forms.CharField(label=_("Who"), required=False, max_length=150)
    event = forms.ChoiceField(label=_("What"), required=False, choices=lambda: _EVENTS)
    about = forms.CharField(
        label=pgettext_lazy("about what something was done", "About"),
        required=False,
        max_length=200,
    )
    first_day = forms.DateField(
        label=_("From"), required=False, widget=_Day(format="%Y-%m-%d"), validators=_DAYS
    )
    last_day = forms.DateField(
        label=_("To"), required=False, widget=_Day(format="%Y-%m-%d"), validators=_DAYS
    )

    def chosen(
        self, entries: DistrictWideQuerySet[AuditEntry], district: District
    ) -> DistrictWideQuerySet[AuditEntry]:
        """Of `entries` those that are asked for; days are the district's own."""
        self.full_clean()
        asked: dict[str, Any] = getattr(self, "cleaned_data", {})
        for name, column in (("who", "actor_name"), ("about", "object_name")):
            if words := asked.get(name):
                entries = entries.filter(**_naming(column, words, district))
        if event := asked.get("event"):
            entries = entries.filter(event=event)
        first: date | None = asked.get("first_day")
        last: date | None = asked.get("last_day")
        if first:
            entries = entries.filter(at__gte=district.midnight_before(first))
        if last:
            entries = entries.filter(at__lt=district.midnight_after(last))
        return entries


def _naming(column: str, words: str, district: District) -> dict[str, Any]:
    names = names_with(words, column, district.pk)
    return {f"{column}__icontains": words} if names is None else {f"{column}__in": names}
