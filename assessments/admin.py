"""The instruments, for operators. Cycles and their words belong to the schools and are not here."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.narrow_admin import NarrowAdmin
from assessments.instrument.definition import flaws_of
from assessments.models import InstrumentVersion


class DefinitionField(forms.JSONField):
    """JSON as PostgreSQL can keep it; anything else is a form error."""

    def to_python(self, value: Any) -> Any:
        """The definition as plain data."""
        try:
            definition = super().to_python(value)
            json.dumps(definition, allow_nan=False, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if "\\u0000" in json.dumps(definition):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return definition


class InstrumentVersionForm(forms.ModelForm):
    """A new version: its definition, with the nine cells and the questions."""

    definition = DefinitionField(label=_("definition"), widget=forms.Textarea)

    class Meta:
        model = InstrumentVersion
        fields = ("code", "version", "definition")

    def clean_definition(self) -> Any:
        """Every cell has its prompts; every question its fields, with options that exist.

        Raises:
            ValidationError: says what the definition lacks.
        """
        definition = self.cleaned_data["definition"]
        try:
            flaws = flaws_of(definition)
        except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
            raise ValidationError(
                _("The definition does not have the shape of one: %(what)s"),
                params={"what": repr(error)},
            ) from error
        if flaws:
            raise ValidationError(flaws)
        return definition


@admin.register(InstrumentVersion)
class InstrumentVersionAdmin(NarrowAdmin):
    """Versions are published and read; the database refuses to change one."""

    form = InstrumentVersionForm
    list_display = ("code", "version", "published_at")
    fields = ("code", "version", "published_at", "shown")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The definition as a field when it is new, as text afterwards."""
        return self.fields if obj else ("code", "version", "definition")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing can be changed once it is published."""
        return self.fields if obj else ()

    @admin.display(description=_("definition"))
    def shown(self, obj: InstrumentVersion) -> SafeString:
        """The definition, readable."""
        return format_html(
            "<pre>{}</pre>", json.dumps(obj.definition, indent=2, ensure_ascii=False)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version is never changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor deleted: cycles keep the words they were opened with."""
        return False
