"""The shapes of what a school decides to do, and of what is said about its cycle."""

from rest_framework import serializers

from assessments.instrument import CELL_CODES, ContentArea, Context
from assessments.models import Commitment as Promise
from schools.api.bodies import Code, Day, Flag, RowId, Sent, Text
from schools.api.shapes import SCHOOL_YEAR, Moment, Shape


class CommitmentOfCycle(Shape):
    """What a school decided to do about a cell. It lives on across the years."""

    id = serializers.UUIDField()
    code = serializers.ChoiceField(CELL_CODES, help_text="The cell that it is about.")
    context = serializers.ChoiceField(  # type: ignore[assignment]  # a field, whatever fields have
        Context.choices
    )
    content_area = serializers.ChoiceField(ContentArea.choices)
    what = serializers.CharField(help_text="What the school will do.")
    who = serializers.CharField(help_text="Who, as the school writes it.")
    due_on = serializers.DateField(help_text="By when.")
    status = serializers.ChoiceField(Promise.Status.choices)
    settled_on = serializers.DateField(
        allow_null=True, help_text="When it was done or dropped; null while it is open."
    )
    version = serializers.IntegerField(help_text="Goes up by one with every change.")
    made_at = Moment()
    updated_at = Moment()


class Commitment(CommitmentOfCycle):
    """A commitment by itself, with the cell, the cycle, the school and the year it was made in."""

    cell = serializers.UUIDField(help_text="The cell's id.")
    cycle = serializers.UUIDField(help_text="The cycle's id.")
    school = serializers.UUIDField(help_text="The school's id.")
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)


class NewCommitment(Sent):
    """What a commitment needs."""

    cell = RowId(help_text="The id of the cell that it is about.")
    what = Text(help_text="What the school will do.")
    who = Text(help_text="Who takes it on: a name, or “all of us”. At most 200 characters.")
    due_on = Day(help_text="By when: today or later, by the district's clock.")


class CommitmentChanges(Sent):
    """What may be changed; what is left out stays."""

    what = Text(required=False)
    who = Text(required=False)
    due_on = Day(required=False)
    status = Code(Promise.Status.choices, required=False)


class Comment(Shape):
    """A remark on a cycle or a part of it. Its text never changes; a thread is open or resolved."""

    id = serializers.UUIDField()
    cycle = serializers.UUIDField(help_text="The cycle's id.")
    school = serializers.UUIDField(help_text="The school's id.")
    school_year = serializers.IntegerField(help_text=SCHOOL_YEAR)
    code = serializers.CharField(
        allow_null=True, help_text="The cell or the question. Null: the whole cycle."
    )
    thread = serializers.UUIDField(
        allow_null=True, help_text="The comment that this one replies to. Null: it is the first."
    )
    text = serializers.CharField()
    author = serializers.CharField(
        allow_null=True, help_text="The name of who wrote it; null when they are no longer known."
    )
    written_at = Moment()
    resolved_at = Moment(
        allow_null=True,
        help_text="Since when its thread is settled; null while it is open, and for a reply.",
    )
    resolved_by = serializers.CharField(allow_null=True, help_text="The name of who settled it.")
    updated_at = Moment()


class NewComment(Sent):
    """What a comment needs: a cycle, with or without a place in it, or a thread to reply to."""

    cycle = RowId(help_text="The cycle's id.")
    code = Text(
        required=False,
        allow_null=True,
        help_text="The cell or the question. Null: the whole cycle.",
    )
    thread = RowId(
        required=False, allow_null=True, help_text="The comment to reply to: the first of a thread."
    )
    text = Text(help_text="At most 5,000 characters. It is never changed afterwards.")


class CommentChanges(Sent):
    """What may be changed of a thread."""

    is_resolved = Flag(help_text="Whether the thread is settled.")
