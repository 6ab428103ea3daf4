"""The second lock: everything that touches a district's rows runs inside its scope."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

SETTING = "app.district_id"


@contextmanager
def district_scope(district_id: UUID | str, *, read_only: bool = False) -> Iterator[None]:
    """Run in one transaction that sees `district_id`'s rows and no other district's.

    The database holds to it by row-level security. Scopes nest: the outer district is restored
    on leaving, also when an exception rolls the inner transaction back.

    Args:
        read_only: the database refuses every change, until the transaction ends.
    """
    with transaction.atomic():
        if read_only:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
        outer = _enter(str(district_id))
        yield
        # A transaction marked for rollback restores the setting by itself, and takes no queries.
        if outer and not connection.needs_rollback:
            _enter(outer)


def _enter(district_id: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''), set_config(%s, %s, true)",
            [SETTING, SETTING, district_id],
        )
        outer: str = cursor.fetchone()[0]
    return outer
