"""The shapes of what the API answers about a district together, and of what schools read of it."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from assessments.api.released import REASONS
from assessments.api.shapes import LEVEL
from schools.api.shapes import SCHOOL_YEAR, Moment, Shape
from schools.models import SchoolLevel


class Progress(Shape):
    """How many schools are where."""

    statuses = serializers.DictField(
        child=serializers.IntegerField(), help_text="Schools by the status of their cycle."
    )
    by_level = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="The same, by the level of the school.",
    )
    more_time = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="Schools that were given more time and have not submitted, by its last day.",
    )
    submitted_late = serializers.IntegerField(
        help_text="Schools that submitted after the due date."
    )


class SameSchools(Shape):
    """The schools that gave this cell a level this year and last."""

    compared = serializers.IntegerField(help_text="How many they are.")
    higher = serializers.IntegerField()
    same = serializers.IntegerField()
    lower = serializers.IntegerField()


class GridCell(Shape):
    """One cell across the district's schools: counts of schools, never averages."""

    levels = serializers.DictField(
        child=serializers.IntegerField(), help_text=f"Schools by opportunity level. {LEVEL}"
    )
    not_sure = serializers.IntegerField(help_text="Schools that gave no level.")
    answered = serializers.IntegerField(help_text="Out of how many: schools that submitted.")
    same_schools = SameSchools()


class FieldCounts(Shape):
    """One field of a Part 2 question across the district's schools."""

    answered = serializers.IntegerField(help_text="Out of how many: schools that chose something.")
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Schools by the code that they chose."
    )


class Pairs(Shape):
    """Two choices of one question that schools made together."""

    fields = serializers.ListField(  # type: ignore[assignment]  # a field, whatever a serializer has
        child=serializers.CharField(), help_text="The keys of the two fields."
    )
    answered = serializers.IntegerField(help_text="Out of how many: schools that made both.")
    counts = serializers.ListField(
        child=serializers.ListField(),
        help_text="One code, the other, and how many schools: the most frequent first.",
    )


class Denominators(Shape):
    """What the figures are counted out of."""

    schools = serializers.IntegerField(help_text="Schools in the campaign.")
    submitted = serializers.IntegerField(help_text="Of them, schools that have submitted.")


class Year(Shape):
    """The figures of one school year. But for progress only submitted cycles count."""

    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    computed_at = Moment()
    denominators = Denominators()
    progress = Progress()
    grid = serializers.DictField(child=GridCell(), help_text="By the cell's code.")
    part2 = serializers.DictField(
        child=serializers.DictField(child=FieldCounts()),
        help_text="By the question's key, then by the field's.",
    )
    handed_in = serializers.DictField(
        child=serializers.IntegerField(), help_text="Schools that submitted, by the day."
    )
    pairs = serializers.DictField(
        child=Pairs(), help_text="By the question's key: what was chosen together in two fields."
    )


class Dashboard(Year):
    """A district's dashboard: the figures of a school year, beside those of the year before."""

    audience = serializers.ChoiceField(["district"], help_text="All figures, for the district.")
    previous = Year(allow_null=True, help_text="The year before, when there are figures.")


class Suppressed(Shape):
    """Instead of a figure that this caller may not see. Not a zero."""

    suppressed = serializers.ChoiceField([True])
    reason = serializers.ChoiceField(
        REASONS,
        help_text="`too_few_schools`: it would speak of too few. `not_broken_down`: schools see no "
        "figures by this filter. `district_only`: for who sees the whole district.",
    )


class ReleasedCell(Shape):
    """One cell across the schools that are counted."""

    levels = serializers.DictField(
        child=serializers.IntegerField(), help_text=f"Schools by opportunity level. {LEVEL}"
    )
    not_sure = serializers.IntegerField(help_text="Schools that gave no level.")
    answered = serializers.IntegerField(help_text="Out of how many: all schools that are counted.")
    same_schools = Suppressed()


class ReleasedCounts(Shape):
    """One field of a Part 2 question, out of all schools that are counted."""

    answered = Suppressed()
    counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="Schools by the code that they chose."
    )


@extend_schema_field(
    PolymorphicProxySerializer("CellOrSuppressed", [ReleasedCell, Suppressed], None)
)
class _CellOrSuppressed(serializers.Field):
    """A cell, or that it is hidden."""


@extend_schema_field(
    PolymorphicProxySerializer("CountsOrSuppressed", [ReleasedCounts, Suppressed], None)
)
class _CountsOrSuppressed(serializers.Field):
    """A field of Part 2, or that it is hidden."""


@extend_schema_field({"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Suppressed"}]})
class _NumberOrSuppressed(serializers.Field):
    """A number, or that it is hidden."""


class ReleasedDenominators(Shape):
    """What the figures are counted out of."""

    schools = Suppressed()
    submitted = _NumberOrSuppressed(
        help_text="Schools that are counted: released in batches, so fewer than have submitted."
    )


class ReleasedBlock(Shape):
    """The figures of the schools of one level, or of several levels that share a block."""

    school_levels = serializers.ListField(child=serializers.ChoiceField(SchoolLevel.choices))
    denominators = ReleasedDenominators()
    grid = serializers.DictField(child=_CellOrSuppressed(), help_text="By the cell's code.")
    part2 = serializers.DictField(
        child=serializers.DictField(child=_CountsOrSuppressed()),
        help_text="By the question's key, then by the field's.",
    )


class ReleasedYear(Shape):
    """The figures of one school year that the district's schools may see."""

    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    denominators = ReleasedDenominators()
    progress = Suppressed()
    grid = serializers.DictField(child=_CellOrSuppressed(), help_text="By the cell's code.")
    part2 = serializers.DictField(
        child=serializers.DictField(child=_CountsOrSuppressed()),
        help_text="By the question's key, then by the field's.",
    )
    handed_in = Suppressed()
    pairs = Suppressed()


class ReleasedDashboard(ReleasedYear):
    """What a district's schools see of it, beside the year before."""

    audience = serializers.ChoiceField(["schools"], help_text="Released figures, for schools.")
    released_at = Moment(allow_null=True, help_text="When schools were last let in; null: not yet.")
    blocks = ReleasedBlock(many=True, help_text="The parts of which the figures are the sum.")
    previous = ReleasedYear(allow_null=True, help_text="The year before, if it had a campaign.")


AnyDashboard: Any = PolymorphicProxySerializer(
    "AnyDashboard", {"district": Dashboard, "schools": ReleasedDashboard}, "audience"
)
