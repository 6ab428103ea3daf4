"""Moments as the API writes and reads them."""

import re
from datetime import UTC, datetime
from typing import Final

from django.db import connection
from django.db.models import Func, TextField

# dlt compares moments as text, and Airbyte drops a local offset: so always six digits, always Z.
WRITTEN: Final = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$"

_WRITTEN_BY_THE_DATABASE: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
_READ: Final = re.compile(
    r"(?P<local>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)"
    # An offset's plus sign, sent without being escaped, arrives as a space.
    r"(?:Z|(?P<sign>[+ -])(?P<offset>\d\d:?\d\d))?",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_TRANSACTION: Final = 600  # seconds: what a task is given at most
_SETTLED: Final = """
    SELECT least(now(), min(xact_start) - interval '1 microsecond') FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (xact_start > now() - make_interval(secs => %s) OR backend_xid IS NOT NULL)
"""


class Written(Func):
    """A moment of a row as the API writes it, by the database: to read it as a moment takes longer
    than to read all the rest of a cell. Null stays null."""

    template = f"to_char(%(expressions)s AT TIME ZONE 'UTC', '{_WRITTEN_BY_THE_DATABASE}')"
    arity = 1
    output_field = TextField()


def written(moment: datetime) -> str:
    """`moment`, which the database gave in UTC: `2026-10-05T14:03:21.000000Z`."""
    return f"{moment.isoformat(timespec='microseconds')[:26]}Z"


def read_moment(text: str) -> datetime:
    """The moment that `text` means in ISO 8601; without an offset it is read as UTC.

    Raises:
        ValueError: it is not a moment.
    """
    match = _READ.fullmatch(text)
    if match is None:
        raise ValueError(text)
    offset = match["offset"] and f"{match['sign'].replace(' ', '+')}{match['offset']}"
    moment = datetime.fromisoformat(f"{match['local']}{offset or ''}")
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def settled_until() -> datetime:
    """Up to when nothing can change any more, so that reading on from there misses nothing.

    A change carries the time at which it was made and is seen when it is committed, which may be
    after a later one. So what a list shows ends before the oldest transaction that is still
    running, and before this one began: none carries an earlier time than its transaction's, nor
    than a row that it could read (`KeepTimesInOrder`). Therefore who has been idle for long before
    it wrote holds nothing back. All by the database's clock. Ask before reading the rows.

    A transaction of another role, a migration's say, is seen by way of `pg_read_all_stats`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [_LONGEST_TRANSACTION])
        until: datetime = cursor.fetchone()[0]
    return until
