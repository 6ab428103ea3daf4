"""The shapes of what the API answers. They describe; nothing runs through them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from schools.api.times import WRITTEN
from schools.models import Role, SchoolLevel, Scope
from schools.permissions import Action

NCES_SCHID = r"^[0-9]{12}$"
SCHOOL_YEAR = "The school year, named by the calendar year in which it ends."

Shape = serializers.Serializer[Any]


@extend_schema_field({"type": "string", "format": "date-time", "pattern": WRITTEN})
class Moment(serializers.DateTimeField):
    """A time in UTC, with six fractional digits and a Z."""


class ProblemError(Shape):
    """One thing that is wrong, and where."""

    parameter = serializers.CharField(required=False, help_text="The query parameter, if one is.")
    pointer = serializers.CharField(
        required=False, help_text="The field of the body that was sent, as a JSON pointer."
    )
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")


class Problem(Shape):
    """A problem document as RFC 9457 has it. Match on `code`, show `detail`."""

    type = serializers.CharField(help_text="The kind of problem, as a URI.")
    title = serializers.CharField(help_text="The kind of problem, in words.")
    status = serializers.IntegerField(help_text="The status of the answer.")
    code = serializers.CharField(help_text="The kind of problem, for programs. Stays as it is.")
    detail = serializers.CharField(help_text="What happened here, in words.")
    errors = ProblemError(  # type: ignore[assignment]  # a field, whatever a serializer has
        many=True, required=False, help_text="What is wrong, one by one, where that is known."
    )


class District(Shape):
    """A district."""

    id = serializers.UUIDField()
    slug = serializers.CharField(help_text="Its name in addresses.")
    name = serializers.CharField()
    nces_leaid = serializers.RegexField(
        r"^[0-9]{7}$", allow_null=True, help_text="Its NCES id: text, leading zeros kept."
    )
    time_zone = serializers.CharField(help_text="Its dates are on this clock.")
    this_school_year = serializers.IntegerField(
        help_text="The school year that today lies in, named by the calendar year in which it ends."
    )


class Me(Shape):
    """Who you are to this district, and what you may do in it."""

    kind = serializers.ChoiceField(["api_client", "person"])
    name = serializers.CharField()
    role = serializers.ChoiceField(
        Role.choices, allow_null=True, help_text="A person's role; null for an API client."
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices),
        help_text="The scopes of an API client's token; empty for a person.",
    )
    may = serializers.ListField(
        child=serializers.ChoiceField([str(action) for action in Action]),
        help_text="What the role or the scopes allow.",
    )
    sees_whole_district = serializers.BooleanField(
        help_text="Whether lists hold every school of the district, or only yours."
    )
    district = District()


class School(Shape):
    """A school. One that has closed is no longer active; its years stay."""

    id = serializers.UUIDField()
    nces_schid = serializers.RegexField(
        NCES_SCHID, allow_null=True, help_text="Its NCES id: text, leading zeros kept."
    )
    name = serializers.CharField()
    level = serializers.ChoiceField(SchoolLevel.choices)
    low_grade = serializers.CharField(help_text="The lowest grade, or nothing.")
    high_grade = serializers.CharField(help_text="The highest grade, or nothing.")
    students = serializers.IntegerField(allow_null=True)
    city = serializers.CharField(help_text="Where it is, or nothing.")
    group = serializers.CharField(help_text="The district's own label for it, or nothing.")
    is_active = serializers.BooleanField()
    created_at = Moment()
    updated_at = Moment()
