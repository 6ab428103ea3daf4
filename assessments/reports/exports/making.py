"""An export is made, and its file removed when it has been kept for long enough.

Safe twice and in any order: whoever holds the lock of an export is alone with it, and what a killed
worker had written is thrown away and written anew. Nothing else changes an export's state.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from os import SEEK_END
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone, translation

from assessments import announcements, permissions
from assessments.models import Errand, Export
from assessments.models.export import KEPT_FOR, place_of
from assessments.reports.exports.board import write_board_report
from assessments.reports.exports.clerk import Clerk
from assessments.reports.exports.rows import rows_of
from assessments.reports.exports.selecting import Tell
from assessments.reports.exports.workbook import write_workbook
from assessments.reports.exports.writing import write_rows
from assessments.reports.typesetting import Busy
from schools.models import ApiClient, Author, Membership
from schools.querysets import Who

# A worker that is killed over one and the same export is killed by it.
MOST_TRIES: Final = 3
# When a worker has been sent and is not heard of, another is sent.
SENT_AGAIN_AFTER: Final = timedelta(minutes=1)
ERRANDS_AT_ONCE: Final = 100

logger = logging.getLogger(__name__)

_WHOLE: Final[dict[str, Callable[..., int]]] = {
    Export.Kind.WORKBOOK: write_workbook,
    Export.Kind.BOARD_REPORT: write_board_report,
}


@transaction.atomic
def take_errands() -> list[tuple[str, str]]:
    """The (district id, export id) of what is due; until a while later nobody else takes them."""
    now = timezone.now()
    due = Errand.objects.select_for_update(skip_locked=True).filter(at__lte=now).order_by("at")
    taken = list(due[:ERRANDS_AT_ONCE])
    errands = Errand.objects.filter(pk__in=[errand.pk for errand in taken])
    errands.update(at=now + SENT_AGAIN_AFTER)
    return [(str(errand.district_id), str(errand.export_id)) for errand in taken]


def run_errand(district_id: UUID | str, export_id: UUID | str) -> None:
    """Whatever the export waits for: to be made, or to be removed. Often it is nothing any more.

    Call in the district's scope.
    """
    if not _is_alone_with(export_id):
        return
    exports = Export.objects.select_related("district")
    export = exports.filter(district_id=district_id, pk=export_id).first()
    if export is None:
        Errand.objects.filter(district_id=district_id, export_id=export_id).delete()
    elif export.is_under_way:
        _make(export)
    elif export.is_over:
        _remove(export)


def _is_alone_with(export_id: UUID | str) -> bool:
    """Whether no other worker is at it. The lock ends with the transaction, or with its worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [str(export_id)]
        )
        return bool(cursor.fetchone()[0])


def _make(export: Export) -> None:
    who = _who_asked(export)
    with Clerk(export) as clerk:
        # Who has left, or sees one school only by now, gets nothing.
        if who is None or not permissions.can_take_along(who) or export.tries >= MOST_TRIES:
            clerk.give_up()
            return
        clerk.begin(_total(export, who))
        try:
            written, size = _write(export, who, tell=clerk.tell)
        except Busy:
            clerk.put_back()
            return
        except Exception:
            logger.exception("Export %s could not be made", export.pk)
            clerk.give_up()
            raise
    _finish(export, written, size)


def _who_asked(export: Export) -> Author | None:
    """Whoever it was, as they stand now; None when they have no place here any more."""
    here: Any = {"district": export.district, "user": export.asked_by_id}
    client = ApiClient.objects.filter(**here).first()
    return client.with_all_its_scopes() if client else Membership.objects.filter(**here).first()


def _total(export: Export, who: Who) -> int | None:
    if export.kind in _WHOLE:
        return None
    total: int = rows_of(export, who).order_by().count()
    return total


def _write(export: Export, who: Who, *, tell: Tell) -> tuple[int, int]:
    """How many rows and how many bytes were put into the storage."""
    name = place_of(export, "")
    # A file without a name: it is gone when its worker is.
    with TemporaryFile() as file, translation.override(export.language):
        written = _written_into(file, export, who, tell)
        size = file.seek(0, SEEK_END)
        file.seek(0)
        # What a worker left there that was stopped before it could say so.
        default_storage.delete(name)
        default_storage.save(name, File(file))
    return written, size


def _written_into(file: BinaryIO, export: Export, who: Who, tell: Tell) -> int:
    if whole := _WHOLE.get(export.kind):
        return whole(export, who, to=file, tell=tell)
    return write_rows(export, who, to=file, tell=tell)


def _finish(export: Export, written: int, size: int) -> None:
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(
        state=Export.State.DONE,
        file=place_of(export, ""),
        size=size,
        done=written,
        total=written,
        finished_at=now,
    )
    errands = Errand.objects.filter(district=export.district, export_id=export.pk)
    errands.update(at=now + KEPT_FOR)
    announcements.export_ready(export)


def _remove(export: Export) -> None:
    default_storage.delete(place_of(export, ""))
    Export.objects.filter(pk=export.pk).update(state=Export.State.EXPIRED, file="")
    Errand.objects.filter(district=export.district, export_id=export.pk).delete()
