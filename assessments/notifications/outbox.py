"""The outbox: notices, written in the transaction of the event they tell of."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from assessments.models import Notice

# Who was passed to a worker is not passed on again before that time: a queue that is behind grows
# no longer, and a letter that cannot be made keeps nobody else from theirs.
LEASE = timedelta(minutes=5)
AT_ONCE = 1_000


def tell(
    user_ids: Iterable[UUID], *, district_id: UUID, kind: Notice.Kind, about_id: UUID, key: str
) -> None:
    """Leave each person a notice of the event `key`; who has one of it already gets no second.

    Touches the database alone: the mail that tells of it is made by a worker.
    """
    leave(
        Notice(user_id=user_id, district_id=district_id, kind=kind, about_id=about_id, key=key)
        for user_id in user_ids
    )


def leave(notices: Iterable[Notice]) -> None:
    """Leave these notices; what a person has heard of already is passed over."""
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def untold(notices: Sequence[Notice]) -> list[Notice]:
    """Those of one district's notices that their person has not got yet: one query for all."""
    if not notices:
        return []
    told = set(
        Notice.objects.filter(
            district=notices[0].district_id,
            user__in={notice.user_id for notice in notices},
            key__in={notice.key for notice in notices},
        ).values_list("user_id", "key")
    )
    return [notice for notice in notices if (notice.user_id, notice.key) not in told]


@transaction.atomic
def take_people_to_write_to(now: datetime | None = None) -> list[UUID]:
    """The people with notices whose time has come, whoever waits longest first."""
    now = now or timezone.now()
    waiting = Notice.objects.filter(sent_at__isnull=True).filter(
        Q(not_before__isnull=True) | Q(not_before__lte=now)
    )
    people = list(
        waiting.values("user")
        .annotate(since=Min("created_at"))
        .order_by("since")
        .values_list("user", flat=True)[:AT_ONCE]
    )
    waiting.filter(user__in=people).update(not_before=now + LEASE)
    return people
