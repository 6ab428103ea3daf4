"""Reminders that somebody of the district asks for, and who has got one.

They are notices like those of the calendar, so that the rule of one mail a day holds for them, too:
what comes after today's mail goes with tomorrow's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from assessments.models import Cycle, Notice
from assessments.notifications import outbox
from assessments.notifications.reminders import Stage, principals_of
from schools.models import District


@dataclass(frozen=True, slots=True)
class Asked:
    """The latest day on which a school's people were reminded by the district."""

    at: datetime
    people: tuple[str, ...]
    is_sent: bool
    """Whether every mail has gone out; until then they wait for their hour."""


def leave_reminders(district: District, cycles: Iterable[Cycle]) -> dict[UUID, list[UUID]]:
    """A notice for each school's principals: once a day, however often it is asked for.

    Returns the people by school; a school without any is not in it.
    """
    found = list(cycles)
    people = principals_of(district, {cycle.school_id for cycle in found})
    outbox.leave(
        Notice(
            user_id=user_id,
            district_id=district.pk,
            kind=Notice.Kind.REMINDER,
            about_id=cycle.pk,
            key=_key(cycle, district.today()),
        )
        for cycle in found
        for user_id in people.get(cycle.school_id, [])
    )
    return dict(people)


def last_asked(district: District, cycles: Iterable[Cycle]) -> dict[UUID, Asked]:
    """By cycle, who was reminded last by the district, and when: one query for all."""
    rows = Notice.objects.filter(
        district=district,
        about_id__in=[cycle.pk for cycle in cycles],
        kind=Notice.Kind.REMINDER,
        key__contains=f"/{Stage.ASKED}/",
        dropped=False,
    )
    days: dict[tuple[UUID, str], list[tuple[datetime, str, bool]]] = defaultdict(list)
    for about_id, key, created_at, sent_at, name, email in rows.order_by("created_at").values_list(
        "about_id", "key", "created_at", "sent_at", "user__name", "user__email"
    ):
        days[about_id, key].append((created_at, name or email, sent_at is not None))
    # A key ends with its day, so the greatest is the latest.
    latest = {about_id: told for (about_id, _key), told in sorted(days.items(), key=_by_day)}
    return {
        about_id: Asked(told[0][0], tuple(name for _, name, _ in told), all(s for *_, s in told))
        for about_id, told in latest.items()
    }


def _key(cycle: Cycle, today: date) -> str:
    return f"reminder/{cycle.pk}/{Stage.ASKED}/{today}"


def _by_day(item: tuple[tuple[UUID, str], object]) -> str:
    return item[0][1]
