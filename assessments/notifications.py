"""Who is to hear of what: notices, written in the transaction of the event they tell of."""

from collections.abc import Iterable
from uuid import UUID

from assessments.models import Notice


def tell(
    user_ids: Iterable[UUID], *, district_id: UUID, kind: Notice.Kind, about_id: UUID, key: str
) -> None:
    """Leave each person a notice of the event `key`; who has one of it already gets no second.

    Touches the database alone: the mail that tells of it is made by a worker.
    """
    Notice.objects.bulk_create(
        (
            Notice(user_id=user_id, district_id=district_id, kind=kind, about_id=about_id, key=key)
            for user_id in user_ids
        ),
        ignore_conflicts=True,
    )
