"""The shapes of what a district's schools have in common."""

from rest_framework import serializers

from assessments.models import Theme as CommonTheme
from schools.api.shapes import SCHOOL_YEAR, Moment, Shape


class ThemeYear(Shape):
    """How many schools spoke of a theme in one school year."""

    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    schools = serializers.IntegerField(help_text="Schools that spoke of it.")
    submitted = serializers.IntegerField(help_text="Out of how many: schools that submitted.")


class Theme(Shape):
    """What several schools' words have in common. A suggestion until a person has decided."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    name_is_given = serializers.BooleanField(
        help_text="Whether a person put it so. If not, the machine took it from the schools' texts."
    )
    status = serializers.ChoiceField(
        CommonTheme.Status.choices, help_text="Only accepted themes are the district's codebook."
    )
    merged_into = serializers.UUIDField(
        allow_null=True, help_text="The theme that took it in; null unless it was merged."
    )
    source = serializers.CharField(  # type: ignore[assignment]  # a field, whatever fields have
        help_text="What was read for it: `reflections`, or the code of a cell."
    )
    school_year = serializers.IntegerField(help_text="The first school year in which it was seen.")
    found_by_machine = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Goes up by one with every change.")
    years = ThemeYear(
        many=True,
        help_text="The latest first; a year in which no school spoke of it is left out. The "
        "figures follow what schools hand in, without a change of `updated_at`.",
    )
    made_at = Moment()
    updated_at = Moment()


class Excerpt(Shape):
    """A stretch of a submission's text that speaks of a theme: where it lies, to the character."""

    id = serializers.UUIDField()
    theme = serializers.UUIDField(help_text="The theme's id.")
    submission = serializers.UUIDField(help_text="The submission in which it stands.")
    cycle = serializers.UUIDField(help_text="The cycle's id.")
    school = serializers.UUIDField(help_text="The school's id.")
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    code = serializers.CharField(help_text="The cell or the question, by its code in `content`.")
    field = serializers.CharField(help_text="Which of its texts.")
    start = serializers.IntegerField(
        help_text="Where it begins, counted in Unicode code points from 0."
    )
    end = serializers.IntegerField(help_text="Where it ends: the first one after it.")
    by_machine = serializers.BooleanField(help_text="Whether the machine found it.")
    is_counted = serializers.BooleanField(
        help_text="Whether it speaks for its school now: not removed, still said, and its cycle "
        "is submitted."
    )
    added_at = Moment()
    removed_at = Moment(allow_null=True, help_text="When a person took it out.")
    gone_at = Moment(allow_null=True, help_text="Since when the school no longer says so.")
