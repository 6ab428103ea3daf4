"""What programs send: read by its shape, with nothing ignored and nothing guessed.

REST framework's fields would take 3 for "3" and leave out what they do not know. These do not.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.settings import api_settings

from schools.api.times import read_moment

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Of fields that there are not, so many are named: enough to mend a request by.
MOST_NAMED: Final = 50


class Sent(serializers.Serializer[Any]):
    """An object of these fields and no others."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """What was sent.

        Raises:
            ValidationError: by field, all that is wrong.
        """
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            said = ErrorDetail(_("There is no such field."), code="unknown_field")
            unknown = (str(name) for name in data if name not in self.fields)
            errors = {name: [said] for name in islice(unknown, MOST_NAMED)}
        try:
            values: dict[str, Any] = super().to_internal_value(data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError({**errors, **_by_field(error.detail)}) from error
        if errors:
            raise serializers.ValidationError(errors)
        return values


class Text(serializers.CharField):
    """A text; the verbs say what of it can be kept."""

    def __init__(self, **more: Any) -> None:
        """Empty, and with white space around it, as it was sent."""
        super().__init__(**{"allow_blank": True, "trim_whitespace": False, **more})

    def to_internal_value(self, data: Any) -> str:
        """The text."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class Code(serializers.ChoiceField):
    """One of a few texts or numbers, of the type that they have."""

    # What was sent is not said again: it may be long.
    default_error_messages: ClassVar = {
        "invalid_choice": gettext_lazy("This is not one of the choices.")
    }

    def to_internal_value(self, data: Any) -> Any:
        """The code."""
        if isinstance(data, bool) or not any(
            data == code and type(data) is type(code) for code in map(_plain, self.choices)
        ):
            self.fail("invalid_choice", input=data)
        return data


class Flag(serializers.BooleanField):
    """True or false."""

    def to_internal_value(self, data: Any) -> bool:
        """Which."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number."""

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """A day such as 2026-10-05."""

    def to_internal_value(self, data: Any) -> date:
        """The day."""
        # ISO 8601 has week dates and days without hyphens too, of which nobody here speaks.
        if not isinstance(data, str) or not _DAY.fullmatch(data):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(data)


class RowId(serializers.UUIDField):
    """The id of a row, as the API gives it."""

    def to_internal_value(self, data: Any) -> UUID:
        """The id."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        found: UUID = super().to_internal_value(data)
        if str(found) != data.lower():
            self.fail("invalid", value=data)
        return found


@extend_schema_field({"type": "string", "format": "date-time"})
class SentMoment(serializers.DateTimeField):
    """A moment as `updated_after` takes it: with Z, an offset or, for UTC, neither."""

    def to_internal_value(self, value: Any) -> datetime:
        """The moment."""
        try:
            if isinstance(value, str):
                return read_moment(value)
        except ValueError:
            pass
        self.fail("invalid", format="2026-10-05T14:03:21Z")


def read_body(request: Request, shape: type[Sent]) -> dict[str, Any]:
    """The fields that were sent.

    Raises:
        ValidationError: by field, what is missing, unknown or of another type.
        ParseError: it is not JSON.
    """
    sent = shape(data=request.data)
    sent.is_valid(raise_exception=True)
    values: dict[str, Any] = sent.validated_data
    return values


def nothing_of_that_id(field: str) -> serializers.ValidationError:
    """For an id that is of no row which the caller may know of."""
    said = ErrorDetail(_("There is nothing of this id, or nothing that you can see."), "not_found")
    return serializers.ValidationError({field: [said]})


def _by_field(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {api_settings.NON_FIELD_ERRORS_KEY: detail}


def _plain(choice: Any) -> Any:
    """Of a member of an enumeration, its value."""
    return getattr(choice, "value", choice)
