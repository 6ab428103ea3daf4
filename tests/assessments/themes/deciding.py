"""What both schools said, and what the log and a refusal tell of a decision."""

import pytest
from django.core.exceptions import ValidationError

from assessments.models import Theme

SAID = "We never have time to plan together."
ALSO = "The bell schedule keeps us apart."


def log(theme: Theme) -> list[tuple[str, str]]:
    """What was decided, and by whom, the first decision first."""
    rows = theme.decisions.order_by("at", "id")
    return [(row.what, row.by.name if row.by else "machine") for row in rows]


def fresh(theme: Theme) -> Theme:
    return Theme.objects.get(pk=theme.pk)


def code_of(refusal: pytest.ExceptionInfo[ValidationError]) -> str:
    errors = refusal.value
    if hasattr(errors, "error_dict"):
        (errors,) = next(iter(errors.error_dict.values()))
    return str(errors.code)
