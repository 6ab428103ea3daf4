"""Says of an export how far it is, on a connection of its own.

The rows are read in one long transaction, whose changes nobody else would see before its end.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self

from django.db import connections
from django.db.models import F
from django.utils import timezone

from assessments.models import Errand, Export
from schools.tenancy import district_scope

TELL_EVERY_SECONDS: Final = 1.0


class Clerk:
    """Writes about one export; each call is committed when it returns."""

    def __init__(self, export: Export) -> None:
        self._export = export
        # A thread has connections of its own, and this one ends with it.
        self._desk = ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._told_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failed: object) -> None:
        self._desk.submit(connections.close_all).result()
        self._desk.shutdown()

    def begin(self, total: int | None) -> None:
        """It is being made, once more."""
        self._write(
            state=Export.State.RUNNING,
            tries=F("tries") + 1,
            started_at=timezone.now(),
            done=0,
            total=total,
        )

    def tell(self, done: int) -> None:
        """So many rows are written; said once a second."""
        now = time.monotonic()
        if now - self._told_at >= TELL_EVERY_SECONDS:
            self._told_at = now
            self._write(done=done)

    def put_back(self) -> None:
        """It cannot be made just now; its errand comes again."""
        self._write(state=Export.State.WAITING)

    def give_up(self) -> None:
        """It is not made, and nobody tries again."""
        self._write(state=Export.State.FAILED, finished_at=timezone.now())
        self._do(Errand.objects.filter(**self._errand).delete)

    @property
    def _errand(self) -> dict[str, Any]:
        return {"district_id": self._export.district_id, "export_id": self._export.pk}

    def _write(self, **changes: Any) -> None:
        rows = Export.objects.filter(pk=self._export.pk)
        self._do(lambda: rows.update(**changes))

    def _do(self, change: Callable[[], Any]) -> None:
        def inside() -> None:
            with district_scope(self._export.district_id):
                change()

        self._desk.submit(inside).result()
