"""What is said about a cycle, and when it is settled. Nothing else writes comments.

Nothing said is ever changed or taken away.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import notifications, permissions
from assessments.instrument import CELL_CODES
from assessments.models import Comment, Cycle, Notice
from schools.models import DISTRICT_ROLES, Author, Membership, Role, Seat
from schools.text import clean_text

LONGEST_COMMENT = 5_000
# The same words within this time are one press of a button too many.
SAME_PRESS = timedelta(minutes=1)


@transaction.atomic
def write_comment(
    cycle: Cycle, *, by: Author, text: str, code: str = "", thread: Comment | None = None
) -> Comment:
    """Say something about a cell, a question or, without a code, the whole cycle.

    A reply belongs where its thread does, and takes a resolved thread up again. The same words
    once more within a minute give back the first. Whoever must hear of it gets a notice.

    Raises:
        PermissionDenied: `by` does not comment on this school's cycles.
        ValidationError: there is no text, it cannot be kept, or there is no such place here.
    """
    if not permissions.can_comment(by, cycle):
        raise PermissionDenied
    text = _clean(text)
    _check_place(cycle, code, thread)
    # Two presses of one button, and a reply and a resolution, take turns here.
    Cycle.objects.select_for_update().get(pk=cycle.pk)
    now = timezone.now()
    wanted = {"cycle": cycle, "code": thread.code if thread else code, "thread": thread}
    just_now = Comment.objects.filter(
        **wanted, author=by.user, text=text, written_at__gte=now - SAME_PRESS
    )
    first: Comment | None = just_now.first()
    if first:
        return first
    said: Comment = Comment.objects.create(
        **wanted,
        district_id=cycle.district_id,
        text=text,
        author=by.user,
        written_at=now,
        updated_at=now,
    )
    if thread:
        _set_resolved(thread, by, None)
    _tell(said, cycle, by)
    return said


@transaction.atomic
def resolve_comment(comment: Comment, *, by: Author) -> Comment:
    """The thread is settled. Resolving twice changes nothing.

    Raises:
        PermissionDenied: `by` does not comment on this school's cycles.
        ValidationError: it is a reply: a thread is settled as a whole.
    """
    return _settled(comment, by, timezone.now())


@transaction.atomic
def unresolve_comment(comment: Comment, *, by: Author) -> Comment:
    """The thread is open again. Raises as `resolve_comment` does."""
    return _settled(comment, by, None)


def name_places(comments: Iterable[Comment], district_id: UUID) -> None:
    """Say with each comment what its author is here now: "district", a role, or nothing."""
    said = list(comments)
    authors = {comment.author_id for comment in said}
    rows = Membership.objects.filter(district_id=district_id, user__in=authors) if said else []
    places: dict[UUID | None, str] = {
        membership.user_id: _place_of(membership) for membership in rows
    }
    for comment in said:
        comment.said_as = places.get(comment.author_id, "")


def _place_of(membership: Membership) -> str:
    if membership.role in DISTRICT_ROLES:
        return _("district")
    return str(membership.get_role_display()).lower()


def _clean(text: str) -> str:
    try:
        text = clean_text(text, longest=LONGEST_COMMENT)
    except ValidationError as error:
        raise ValidationError({"text": error}) from error
    if not text:
        raise ValidationError(
            {"text": ValidationError(_("Write something first."), code="text_missing")}
        )
    return text


def _check_place(cycle: Cycle, code: str, thread: Comment | None) -> None:
    if thread is not None:
        known = thread.cycle_id == cycle.pk and thread.thread_id is None
    else:
        known = code in ("", *CELL_CODES) or _has_question(cycle, code)
    if not known:
        raise ValidationError(_("There is no such place in this cycle."), code="place_unknown")


def _has_question(cycle: Cycle, code: str) -> bool:
    return cycle.campaign.instrument_version.wording().question(code) is not None


def _settled(comment: Comment, by: Author, at: datetime | None) -> Comment:
    if not permissions.can_comment(by, comment.cycle):
        raise PermissionDenied
    if comment.thread_id is not None:
        raise ValidationError(_("A reply is settled with its thread."), code="not_a_thread")
    # As a reply does, so that one of the two comes first.
    Cycle.objects.select_for_update().get(pk=comment.cycle_id)
    return _set_resolved(comment, by, at)


def _set_resolved(thread: Comment, by: Author, at: datetime | None) -> Comment:
    changes = {
        "resolved_at": at,
        "resolved_by": by.user if at else None,
        "updated_at": timezone.now(),
    }
    # Believe the row count: who comes second changes nothing.
    rows = Comment.objects.filter(pk=thread.pk, resolved_at__isnull=at is not None)
    if rows.update(**changes):
        for name, value in changes.items():
            setattr(thread, name, value)
    else:
        thread.refresh_from_db(fields=[*changes])
    return thread


def _tell(said: Comment, cycle: Cycle, by: Author) -> None:
    members = _with_a_place(cycle).exclude(user=by.user_id)
    if by.sees_whole_district:
        members = members.filter(role=Role.PRINCIPAL)
    elif said.thread_id is None:
        return
    else:
        earlier = Comment.objects.filter(Q(pk=said.thread_id) | Q(thread=said.thread_id))
        members = members.filter(user__in=earlier.exclude(pk=said.pk).values("author"))
    notifications.tell(
        members.values_list("user_id", flat=True),
        district_id=cycle.district_id,
        kind=Notice.Kind.COMMENT,
        about_id=said.pk,
        key=f"comment/{said.pk}",
    )


def _with_a_place(cycle: Cycle) -> QuerySet[Membership]:
    """Those who can read the cycle now: they sit at its school, or see the whole district."""
    seats = Seat.objects.filter(district_id=cycle.district_id, school=cycle.school_id)
    members: QuerySet[Membership] = Membership.objects.filter(
        Q(sees_whole_district=True) | Q(pk__in=seats.values("membership")),
        district_id=cycle.district_id,
        user__is_active=True,
    )
    return members
