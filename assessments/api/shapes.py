"""The shapes of what the API answers about the work. They describe; nothing runs through them."""

from rest_framework import serializers

from assessments.api.team_shapes import CommitmentOfCycle
from assessments.instrument import (
    CELL_CODES,
    ContentArea,
    Context,
    Disposition,
    Offer,
    OpportunityLevel,
    Quoting,
    Reach,
)
from assessments.models import Status
from schools.api.bodies import Code, Sent, Text
from schools.api.shapes import NCES_SCHID, SCHOOL_YEAR, Moment, Shape

LEVEL = "How settled it is: 0 none yet, 1 by chance, 2 now and then, 3 regularly, 4 built in."


class Instrument(Shape):
    """The wording of the tool that a campaign uses."""

    code = serializers.CharField()
    version = serializers.CharField()


class Campaign(Shape):
    """A district's launch of the tool for one school year. Dates are on the district's clock."""

    id = serializers.UUIDField()
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    instrument = Instrument()
    opens_on = serializers.DateField()
    due_on = serializers.DateField()
    closes_on = serializers.DateField()
    message = serializers.CharField(help_text="What the district told the schools, or nothing.")
    asks_level = serializers.BooleanField(help_text="Whether cells ask for an opportunity level.")
    asks_reach = serializers.BooleanField(help_text="Whether cells ask whom they reach.")
    asks_offer = serializers.BooleanField(help_text="Whether cells ask what could be shown.")
    created_at = Moment()
    updated_at = Moment()


class CellOfCycle(Shape):
    """One context by one content area: where opportunities stand, how they can be improved."""

    code = serializers.ChoiceField(CELL_CODES)
    context = serializers.ChoiceField(  # type: ignore[assignment]  # a field, whatever fields have
        Context.choices
    )
    content_area = serializers.ChoiceField(ContentArea.choices)
    opportunities = serializers.CharField(help_text="Where they stand now.")
    improvements = serializers.CharField(help_text="How they can be improved.")
    opportunity_level = serializers.ChoiceField(
        OpportunityLevel.choices,
        allow_null=True,
        help_text=f"{LEVEL} Null: not sure, or unanswered.",
    )
    reach = serializers.ChoiceField(Reach.choices, allow_null=True, help_text="Whom they reach.")
    offer = serializers.ChoiceField(
        Offer.choices, allow_null=True, help_text="Whether the school could show it, or seeks help."
    )
    disposition = serializers.ChoiceField(
        Disposition.choices,
        allow_null=True,
        help_text="What became of last year's improvement of this cell. Null: not said.",
    )
    disposition_why = serializers.CharField(help_text="Why, in one line.")
    minority_view = serializers.CharField(help_text="A view that not all of the team share.")
    version = serializers.IntegerField(help_text="Goes up by one with every change.")
    is_answered = serializers.BooleanField()
    updated_at = Moment()


class ReflectionOfCycle(Shape):
    """A school's answer to one question of Part 2: a text and, by field, the choices made."""

    question = serializers.CharField(help_text="The question's key in the campaign's instrument.")
    text = serializers.CharField()
    answer = serializers.DictField(
        help_text="By field: a code, or a list of codes where several may be chosen."
    )
    version = serializers.IntegerField(help_text="Goes up by one with every change.")
    is_answered = serializers.BooleanField()
    updated_at = Moment()


class Cycle(Shape):
    """One school in one school year: nine cells, the reflections of Part 2, a status."""

    id = serializers.UUIDField()
    school = serializers.UUIDField(help_text="The school's id.")
    school_nces_schid = serializers.RegexField(
        NCES_SCHID, allow_null=True, help_text="The school's NCES id: text, leading zeros kept."
    )
    school_name = serializers.CharField()
    campaign = serializers.UUIDField(help_text="The campaign's id.")
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    status = serializers.ChoiceField(Status.choices)
    is_late = serializers.BooleanField(
        help_text="Due and not submitted, today. It turns without a change of `updated_at`."
    )
    quoting = serializers.ChoiceField(
        Quoting.choices, help_text="Whether its words may be quoted to other schools."
    )
    extended_to = serializers.DateField(
        allow_null=True, help_text="Until when this school alone was given more time."
    )
    started_at = Moment(allow_null=True)
    submitted_at = Moment(allow_null=True, help_text="Null while it is not submitted.")
    updated_at = Moment()
    cells = CellOfCycle(
        many=True, required=False, help_text="All nine, in the tool's order. Left out on request."
    )
    reflections = ReflectionOfCycle(
        many=True, required=False, help_text="In the tool's order. Left out on request."
    )
    commitments = CommitmentOfCycle(
        many=True,
        required=False,
        help_text="Those made in it, by date. They live on and change without a change of the "
        "cycle's `updated_at`. Left out on request.",
    )


class _OfCycle(Shape):
    id = serializers.UUIDField()
    cycle = serializers.UUIDField(help_text="The cycle's id.")
    school = serializers.UUIDField(help_text="The school's id.")
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)


class Cell(_OfCycle, CellOfCycle):
    """A cell by itself, with the cycle, the school and the year that it belongs to."""


class Reflection(_OfCycle, ReflectionOfCycle):
    """A reflection by itself, with the cycle, the school and the year that it belongs to."""


class CellChanges(Sent):
    """The parts of a cell to write; what is left out stays."""

    opportunities = Text(required=False, help_text="Where they stand now.")
    improvements = Text(required=False, help_text="How they can be improved.")
    opportunity_level = Code(
        OpportunityLevel.choices,
        required=False,
        allow_null=True,
        help_text=f"{LEVEL} Null: not sure, or unanswered.",
    )
    reach = Code(Reach.choices, required=False, allow_null=True)
    offer = Code(Offer.choices, required=False, allow_null=True)
    disposition = Code(Disposition.choices, required=False, allow_null=True)
    disposition_why = Text(required=False, help_text="At most 300 characters.")
    minority_view = Text(required=False, help_text="At most 1,000 characters.")


class ReflectionChanges(Sent):
    """The parts of a reflection to write; what is left out stays."""

    text = Text(required=False)
    answer = serializers.DictField(
        required=False,
        help_text="By field: a code, or a list of codes where several may be chosen.",
    )


class Handover(Shape):
    """How a cycle stands: in the district's hands, or with the school and what it lacks."""

    cycle = serializers.UUIDField(help_text="The cycle's id.")
    status = serializers.ChoiceField(Status.choices)
    quoting = serializers.ChoiceField(Quoting.choices)
    submitted_at = Moment(allow_null=True, help_text="Null while it is not submitted.")
    missing = serializers.ListField(
        child=serializers.CharField(),
        help_text="The codes of the cells and questions that a submission still needs.",
    )
    updated_at = Moment(help_text="When a word of the cycle, or its status, last changed.")


class Submitting(Sent):
    """What a school says as it submits."""

    quoting = Code(Quoting.choices, help_text="Whether its words may be quoted to other schools.")


class Reopening(Sent):
    """What is said as a cycle is reopened."""

    reason = Text(help_text="Why. At most 1,000 characters; the school reads it.")


class SubmittedCell(Shape):
    """A cell as it was submitted. An empty `reach` or `offer` was not answered."""

    opportunities = serializers.CharField()
    improvements = serializers.CharField()
    opportunity_level = serializers.ChoiceField(
        OpportunityLevel.choices,
        allow_null=True,
        help_text=f"{LEVEL} Null: not sure, or unanswered.",
    )
    reach = serializers.CharField()
    offer = serializers.CharField()
    disposition = serializers.CharField(required=False)
    disposition_why = serializers.CharField(required=False)
    minority_view = serializers.CharField(required=False)


class SubmittedReflection(Shape):
    """A reflection as it was submitted."""

    text = serializers.CharField()
    answer = serializers.DictField()


class SubmittedCycle(Shape):
    """All words of a cycle as they were submitted."""

    cells = serializers.DictField(child=SubmittedCell(), help_text="By the cell's code.")
    reflections = serializers.DictField(
        child=SubmittedReflection(), help_text="By the question's key."
    )


class Submission(Shape):
    """The numbered copy of a cycle that was made when it was submitted. It never changes."""

    id = serializers.UUIDField()
    cycle = serializers.UUIDField(help_text="The cycle's id.")
    school = serializers.UUIDField(help_text="The school's id.")
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    number = serializers.IntegerField(help_text="1 for the first of its cycle.")
    quoting = serializers.ChoiceField(Quoting.choices)
    content = SubmittedCycle()
    submitted_at = Moment()


class Change(Shape):
    """One row was created, updated or deleted. Treat created and updated alike: fetch the row."""

    cursor = serializers.CharField(
        help_text="Its place in the feed. Of two, the later is the greater as a text, too."
    )
    resource = serializers.CharField(help_text="Of which resource the row is.")
    id = serializers.UUIDField(help_text="The row's id in that resource.")
    operation = serializers.ChoiceField(["created", "updated", "deleted"])
    school = serializers.UUIDField(allow_null=True, help_text="The school whose row it is.")
    nces_schid = serializers.RegexField(
        NCES_SCHID, allow_null=True, help_text="That school's NCES id, also once it is deleted."
    )
    cycle = serializers.UUIDField(allow_null=True, help_text="The cycle that it belongs to.")
    school_year = serializers.IntegerField(allow_null=True, help_text=SCHOOL_YEAR)
    code = serializers.CharField(help_text="Of which cell or question it is, or nothing.")
    number = serializers.IntegerField(allow_null=True, help_text="A submission's number.")
    changed_at = Moment()
    link = serializers.URLField(
        allow_null=True, help_text="A list of the row as it is now; null for a deletion."
    )


class ChangePage(Shape):
    """Changes, in the order of the feed."""

    next = serializers.URLField(allow_null=True, help_text="The next page; null at the end.")
    previous = serializers.URLField(
        allow_null=True, help_text="Always null: the feed is read forwards."
    )
    cursor = serializers.CharField(
        help_text="Where to read on, now or later. Keep it once the page is stored."
    )
    results = Change(many=True)
