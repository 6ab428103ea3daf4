"""The beat of a test: the calendar and the sweep, without a broker."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from assessments.models import Comment, Commitment, Cycle, Extension, Notice
from assessments.notifications import delivery, outbox, reminders, tell
from schools.models import District, Membership
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell

NEW_YORK = ZoneInfo("America/New_York")


def at(day: int, month: int = 3, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of spring 2027 in New York."""
    return datetime(2027, month, day, hour, minute, tzinfo=NEW_YORK)


def plan(*districts: District) -> None:
    """As the task does when the hour has begun."""
    for district in districts:
        with district_scope(district.pk):
            reminders.plan_reminders(district.pk)


def send() -> None:
    """As the sweep and its tasks do."""
    for user_id in outbox.take_people_to_write_to():
        delivery.send_waiting(user_id)


def stages(user: User) -> list[str]:
    """What the person is reminded of: the stages of cycles and dates of commitments, in order."""
    keys = Notice.objects.filter(user=user).order_by("created_at", "id")
    return [key.split("/")[2] for key in keys.values_list("key", flat=True)]


def outcomes(user: User) -> list[str]:
    """What became of each notice to the person, in order."""
    rows = Notice.objects.filter(user=user).order_by("created_at", "id")
    return ["waits" if not n.sent_at else "dropped" if n.dropped else "sent" for n in rows]


def say(cycle: Cycle, *to: User, by: Membership, text: str = "Look here.", **more: Any) -> Comment:
    """A comment, and a notice of it to these."""
    now = timezone.now()
    with district_scope(cycle.district_id):
        comment: Comment = Comment.objects.create(
            district_id=cycle.district_id,
            cycle=cycle,
            author=by.user,
            text=text,
            written_at=now,
            updated_at=now,
            **more,
        )
        tell(
            [user.pk for user in to],
            district_id=cycle.district_id,
            kind=Notice.Kind.COMMENT,
            about_id=comment.pk,
            key=f"comment/{comment.pk}",
        )
    return comment


def promise(cycle: Cycle, due_on: date, what: str = "We will meet weekly.") -> Commitment:
    """A commitment of the cycle's school."""
    cell, now = read_cell(cycle), timezone.now()
    with district_scope(cycle.district_id):
        made: Commitment = Commitment.objects.create(
            district_id=cycle.district_id,
            school_id=cycle.school_id,
            cell=cell,
            school_year=cycle.school_year,
            context=cell.context,
            content_area=cell.content_area,
            what=what,
            who="Bob",
            due_on=due_on,
            made_at=now,
            updated_at=now,
        )
    return made


def extend(cycle: Cycle, until: date) -> None:
    """More time for the school."""
    with district_scope(cycle.district_id):
        Extension.objects.create(
            district_id=cycle.district_id, cycle=cycle, until=until, given_at=timezone.now()
        )
        Cycle.objects.filter(pk=cycle.pk).update(extended_to=until)


def settle(commitment: Commitment) -> None:
    """It was done."""
    with district_scope(commitment.district_id):
        Commitment.objects.filter(pk=commitment.pk).update(
            status="done", settled_on=timezone.now().date()
        )


def resolve(comment: Comment) -> None:
    """Its thread is settled."""
    with district_scope(comment.district_id):
        Comment.objects.filter(pk=comment.pk).update(resolved_at=timezone.now())
