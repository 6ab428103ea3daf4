"""What a mail has to say: the rows behind a person's notices, as they stand when it is made.

Read through `visible_to` in the scope of each district: what someone may no longer see, what is
submitted, resolved or settled meanwhile, has nothing to say any more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from assessments import permissions
from assessments.models import Comment, Commitment, Cycle, Introduction, Notice
from assessments.notifications import phrases
from assessments.notifications.phrases import Item
from assessments.notifications.reminders import still_holds
from schools.models import Membership, Role
from schools.tenancy import district_scope

Found = Iterator[tuple[Item, list[UUID]]]


@dataclass(frozen=True, slots=True)
class Section:
    """What there is to tell from one district."""

    district: str
    items: list[Item]


def wanted(notice: Notice, user: User) -> bool:
    """Whether the person takes mail of that kind at all."""
    if not user.is_active or user.mail_refused_at:
        return False
    if notice.kind == Notice.Kind.COMMENT:
        return user.gets_comments_by_mail
    if notice.kind == Notice.Kind.INTRODUCTION:
        return user.gets_comments_by_mail or user.gets_reminders_by_mail
    return user.gets_reminders_by_mail


def sections_for(user: User, notices: Iterable[Notice]) -> tuple[list[Section], set[UUID]]:
    """What there is to tell the person, by district, and the ids of the notices that it settles.

    Call it with the person's language active.
    """
    by_district = defaultdict(list)
    for notice in notices:
        by_district[notice.district_id].append(notice)
    memberships = (
        Membership.objects.filter(user=user, district__in=by_district)
        .select_related("district", "user")
        .order_by("district__name", "district_id")
    )
    sections, told = [], set()
    for membership in memberships:
        district = membership.district
        with district_scope(district.pk), timezone.override(district.time_zone):
            found = list(_items_in(membership, by_district[district.pk]))
        if found:
            sections.append(Section(district.name, [item for item, _ids in found]))
            told |= {pk for _item, ids in found for pk in ids}
    return sections, told


def _items_in(membership: Membership, notices: list[Notice]) -> Found:
    by_kind = defaultdict(list)
    for notice in notices:
        by_kind[notice.kind].append(notice)
    yield from _reminders(membership, by_kind[Notice.Kind.REMINDER])
    yield from _comments(membership, by_kind[Notice.Kind.COMMENT])
    yield from _introductions(membership, by_kind[Notice.Kind.INTRODUCTION])
    yield from _commitments(membership, by_kind[Notice.Kind.COMMITMENT])


def _reminders(membership: Membership, notices: list[Notice]) -> Found:
    cycles = Cycle.objects.visible_to(membership).with_campaign()
    for cycle, ids in _rows(cycles.order_by("school__name", "pk"), notices):
        if cycle.is_editable and permissions.can_submit(membership, cycle):
            yield phrases.of_cycle(cycle), ids


def _rows(rows: Any, notices: list[Notice]) -> Iterator[tuple[Any, list[UUID]]]:
    """Each row once, with the notices about it whose date still holds."""
    about = defaultdict(list)
    for notice in notices:
        about[notice.about_id].append(notice)
    for row in rows.filter(pk__in=about):
        if ids := [notice.pk for notice in about[row.pk] if still_holds(notice, row)]:
            yield row, ids


def _comments(membership: Membership, notices: list[Notice]) -> Found:
    ids = {notice.about_id: notice.pk for notice in notices}
    comments = (
        Comment.objects.visible_to(membership)
        .filter(pk__in=ids, resolved_at__isnull=True, thread__resolved_at__isnull=True)
        .exclude(author=membership.user_id)
        .select_related(
            "author",
            "cycle__school",
            "cycle__campaign__district",
            "cycle__campaign__instrument_version",
        )
        .order_by("written_at", "id")
    )
    for comment in comments:
        if permissions.can_comment(membership, comment.cycle):
            yield phrases.of_comment(comment), [ids[comment.pk]]


def _introductions(membership: Membership, notices: list[Notice]) -> Found:
    """Each to the principal of either school, with the way to their own cell."""
    if membership.role != Role.PRINCIPAL or not notices:
        return
    ids = {notice.about_id: notice.pk for notice in notices}
    made = Introduction.objects.visible_to(membership).filter(pk__in=ids)
    cycles = Cycle.objects.visible_to(membership).with_campaign()
    for one in made.select_related("looking", "showing", "made_by").order_by("made_at", "id"):
        theirs = cycles.filter(
            school__in=(one.looking_id, one.showing_id), school_year=one.school_year
        )
        if cycle := theirs.order_by("school__name", "pk").first():
            yield phrases.of_introduction(one, cycle), [ids[one.pk]]


def _commitments(membership: Membership, notices: list[Notice]) -> Found:
    if membership.role != Role.PRINCIPAL:
        return
    open_ones = Commitment.objects.visible_to(membership).still_open()
    with_places = open_ones.select_related("school", "cell__cycle__campaign__district")
    for commitment, ids in _rows(with_places.by_date(), notices):
        yield phrases.of_commitment(commitment), ids
