"""What a program sends to ask for a file."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIELDS: Final = ("kind", "file_format", "school_year")
EARLIEST, LATEST = 2000, 2999


def read_wish(sent: Any) -> dict[str, Any]:
    """Kind, format and year as they were sent; a year that is null or left out means all years.

    Raises:
        ValidationError: by field, what is missing, unknown or of another type.
    """
    if not isinstance(sent, dict):
        raise ValidationError(_("Send a JSON object."), code="not_an_object")
    errors = {name: _refused("unknown_field") for name in sent if name not in FIELDS}
    for name in ("kind", "file_format"):
        if not isinstance(sent.get(name), str):
            errors[name] = _refused("text_expected" if name in sent else "missing")
    year = sent.get("school_year")
    if year is not None and not _is_year(year):
        errors["school_year"] = _refused("year_expected")
    if errors:
        raise ValidationError(errors)
    return {name: sent.get(name) for name in FIELDS}


def _is_year(value: Any) -> bool:
    # True and False are integers, too.
    return type(value) is int and EARLIEST <= value <= LATEST


def _refused(code: str) -> ValidationError:
    said = {
        "unknown_field": _("This field is not known here."),
        "text_expected": _("Expected a text."),
        "missing": _("This field is missing."),
        "year_expected": _("Expected the year in which the school year ends, such as 2027."),
    }
    return ValidationError(said[code], code=code)
