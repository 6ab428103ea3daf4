"""Which reminders the calendar asks for: leaves notices, sends nothing.

A stage is told once for each date it counts from, so more time for a school brings new reminders.
What nobody was told because nothing ran is overtaken by the latest stage: never a pile of old ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from assessments.models import Commitment, Cycle, Notice
from assessments.notifications import outbox
from schools.models import District, Membership, Role, Seat

FIRST_HOUR, LAST_HOUR = 7, 20
# The first minutes of an hour in which a district is visited; the beat ticks as often.
VISIT_MINUTES = 15
TWO_WEEKS, THREE_DAYS, ONE_WEEK = 14, 3, 7
OVERDUE_FOR = 7


class Stage(StrEnum):
    """How far a cycle is on its way to its due date."""

    OPENED = "opened"
    TWO_WEEKS = "two_weeks"
    THREE_DAYS = "three_days"
    DUE_TODAY = "due_today"
    LATE = "late"
    # Not of the calendar: somebody of the district asks, on one day.
    ASKED = "asked"


class Deadline(StrEnum):
    """What there is to say about a commitment's date."""

    SOON = "soon"
    OVERDUE = "overdue"


def districts_to_visit(now: datetime | None = None) -> list[str]:
    """The ids of the districts on whose own clock an hour of the day has just begun.

    Hourly, so that what was missed at seven is told at eight; and only districts with a principal,
    because nobody else is reminded.
    """
    now = now or timezone.now()
    principals = Membership.objects.filter(district=OuterRef("pk"), role=Role.PRINCIPAL)
    zones = [zone for zone in _zones() if _is_on_the_hour(now.astimezone(ZoneInfo(zone)))]
    found = District.objects.filter(Exists(principals), time_zone__in=zones)
    return [str(pk) for pk in found.order_by().values_list("pk", flat=True)]


def plan_reminders(district_id: UUID | str) -> None:
    """Leave the notices of today for the district's principals. Doing it twice changes nothing."""
    district = District.objects.get(pk=district_id)
    if district.local(timezone.now()).hour < FIRST_HOUR:
        return
    events = [*_of_cycles(district), *_of_commitments(district)]
    principals = principals_of(district, {school_id for school_id, _notice in events})
    notices = [
        Notice(user_id=user_id, district_id=district.pk, **notice)
        for school_id, notice in events
        for user_id in principals[school_id]
    ]
    outbox.leave(outbox.untold(notices))


def stage_of(cycle: Cycle, today: date) -> Stage | None:
    """The latest stage that the open cycle has reached, if there is anything to tell of it."""
    left = (cycle.due_on - today).days
    if left < 0:
        return Stage.LATE
    if left == 0:
        return Stage.DUE_TODAY
    if left <= THREE_DAYS:
        return Stage.THREE_DAYS
    if left <= TWO_WEEKS:
        return Stage.TWO_WEEKS
    return Stage.OPENED if today < _opened_on(cycle) + timedelta(days=ONE_WEEK) else None


def deadline_of(commitment: Commitment, today: date, made_on: date) -> Deadline | None:
    """What there is to say today about the date of an open commitment.

    What was made for this week needs no reminder that it is due this week.
    """
    left = (commitment.due_on - today).days
    if left < 0:
        return Deadline.OVERDUE if left >= -OVERDUE_FOR else None
    if left > ONE_WEEK or (commitment.due_on - made_on).days <= ONE_WEEK:
        return None
    return Deadline.SOON


def stage_key(cycle: Cycle, stage: Stage) -> str:
    """The key of the notice: the stage, and the date it counts from."""
    counted_from = _opened_on(cycle) if stage == Stage.OPENED else cycle.due_on
    return f"reminder/{cycle.pk}/{stage}/{counted_from}"


def deadline_key(commitment: Commitment, deadline: Deadline) -> str:
    """The key of the notice: before or after, and the date it counts from."""
    return f"commitment/{commitment.pk}/{deadline}/{commitment.due_on}"


def still_holds(notice: Notice, row: Cycle | Commitment) -> bool:
    """Whether the date that the notice counts from is still the row's."""
    _kind, _pk, step, _date = notice.key.split("/")
    if isinstance(row, Cycle):
        if step == Stage.ASKED:
            return True
        return notice.key == stage_key(row, Stage(step))
    return notice.key == deadline_key(row, Deadline(step))


def principals_of(district: District, school_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Who acts for each school, as far as they want to be reminded."""
    seats = Seat.objects.filter(
        district=district,
        school__in=school_ids,
        membership__role=Role.PRINCIPAL,
        membership__user__is_active=True,
        membership__user__gets_reminders_by_mail=True,
        membership__user__mail_refused_at__isnull=True,
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for school_id, user_id in seats.values_list("school_id", "membership__user_id"):
        found[school_id].append(user_id)
    return found


def _zones() -> list[str]:
    return list(District.objects.order_by().values_list("time_zone", flat=True).distinct())


def _is_on_the_hour(local: datetime) -> bool:
    return FIRST_HOUR <= local.hour <= LAST_HOUR and local.minute < VISIT_MINUTES


def _of_cycles(district: District) -> Iterator[tuple[UUID, dict[str, Any]]]:
    today = district.today()
    cycles = Cycle.objects.select_related("campaign__district").filter(
        Q(campaign__closes_on__gte=today) | Q(extended_to__gte=today),
        district=district,
        campaign__opens_on__lte=today,
        school__is_active=True,
    )
    for cycle in cycles.exclude(status="submitted"):
        if stage := stage_of(cycle, today):
            yield cycle.school_id, _notice(Notice.Kind.REMINDER, cycle, stage_key(cycle, stage))


def _of_commitments(district: District) -> Iterator[tuple[UUID, dict[str, Any]]]:
    today = district.today()
    near = (today - timedelta(days=OVERDUE_FOR), today + timedelta(days=ONE_WEEK))
    commitments = Commitment.objects.filter(
        district=district, due_on__range=near, school__is_active=True
    )
    for commitment in commitments.still_open():
        made_on = district.local(commitment.made_at).date()
        if deadline := deadline_of(commitment, today, made_on):
            key = deadline_key(commitment, deadline)
            yield commitment.school_id, _notice(Notice.Kind.COMMITMENT, commitment, key)


def _notice(kind: Notice.Kind, row: Cycle | Commitment, key: str) -> dict[str, Any]:
    return {"kind": kind, "about_id": row.pk, "key": key}


def _opened_on(cycle: Cycle) -> date:
    """The day on which the school could begin: a school that joined later began later."""
    created_on = cycle.campaign.district.local(cycle.created_at).date()
    return max(cycle.campaign.opens_on, created_on)
