"""What someone wants to take along."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from assessments.models import Export

ALL_YEARS = "all"
_OF_ROWS = [kind for kind in Export.Kind if len(Export.FORMATS[kind]) > 1]


class ExportForm(forms.Form):
    """The workbook or the board report: of one year, in one language.

    What may be asked for, `exports.ask_for_export` decides.
    """

    kind = forms.ChoiceField(choices=Export.Kind.choices, widget=forms.HiddenInput)
    file_format = forms.ChoiceField(choices=Export.Format.choices, widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    query = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    field_order = ("kind", "file_format", "school_year", "language")
    further_years: ClassVar[list[tuple[str, Any]]] = []

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(year), f"{year - 1}–{year % 100:02}") for year in years]
        self.fields["school_year"] = forms.ChoiceField(
            label=_("School year"), choices=[*choices, *self.further_years]
        )
        self.order_fields(self.field_order)

    def clean_school_year(self) -> int | None:
        """The year; None for all of them."""
        chosen: str = self.cleaned_data["school_year"]
        return None if chosen == ALL_YEARS else int(chosen)


class RowsForm(ExportForm):
    """Rows for programs: one of the flat kinds, in one of their formats, of one year or of all."""

    kind = forms.ChoiceField(
        label=_("What"), choices=[(kind.value, kind.label) for kind in _OF_ROWS]
    )
    file_format = forms.ChoiceField(
        label=_("Format"),
        choices=[
            (file_format.value, file_format.label)
            for file_format in Export.Format
            if file_format in Export.FORMATS[Export.Kind.CELLS]
        ],
    )
    further_years = [(ALL_YEARS, _("All years"))]  # noqa: RUF012 - as its base says
