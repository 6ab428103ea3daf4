"""What is done in a district that has the database to itself, and beside another one.

Figures, checks and choices have no word that would give another district away: but whatever is
said and done in a district has to be the same as if there were no other.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import unified_diff
from typing import Final

import time_machine
from django.core import mail
from django.core.cache import caches
from django.utils import timezone
from psycopg import sql

from schools.models import District
from tests.architecture.keeping import put_back
from tests.architecture.locks import without_row_level_security
from tests.architecture.two_districts import tables_of_districts
from tests.canaries import FRAGMENTS
from tests.database import as_replica, superuser

# Another one each time: ids, the database's clock, places in the order of writing, and secrets.
_MADE_ANEW: Final = re.compile(
    r"""
      [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}
    | (^\d+,)?\d{4}-\d\d-\d\d[T ][\d:.]+(\+[\d:]+)?
    | whsec_[\w+/=-]+ | [-\w]{22,} | …[-\w]{4}
    """,
    re.VERBOSE | re.MULTILINE,
)
_OTHERS: Final = "DELETE FROM {} WHERE district_id = %(district)s"
_ROWS: Final = """
    SELECT (to_jsonb(t) - 'id' - 'transaction' - 'milliseconds')::text FROM {} AS t
    WHERE district_id = %(district)s
"""

Doing = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Done:
    """What came of it: what was answered, and which rows and mails there are now."""

    answers: Mapping[str, str]
    rows: Mapping[str, list[str]]
    mails: list[str]


def differences(
    own: District, other: District, do: Doing, *, after: timedelta = timedelta()
) -> list[str]:
    """What comes of `do` alone, and not so beside the other district without its lock.

    Args:
        own: Where it is done.
        other: The other district.
        do: Does something, and says what was answered to what.
        after: How much later than now.
    """
    moment = timezone.now() + after
    put_back()
    with as_replica():
        for table in tables_of_districts():
            superuser().execute(_about(_OTHERS, table), {"district": other.pk})
    alone = _done(own, do, moment)
    put_back()
    with without_row_level_security():
        beside = _done(own, do, moment)
    return [*_told_apart(alone, beside)]


def _done(own: District, do: Doing, moment: datetime) -> Done:
    for name in ("default", FRAGMENTS):
        caches[name].clear()
    mail.outbox = []
    with time_machine.travel(moment, tick=False):
        answers = {what: _plain(said) for what, said in do().items()}
    mails = [_plain(f"{it.to} {it.subject} {it.body}") for it in mail.outbox]
    return Done(answers, {table: _rows(table, own) for table in tables_of_districts()}, mails)


def _rows(table: str, own: District) -> list[str]:
    found = superuser().execute(_about(_ROWS, table), {"district": own.pk})
    return sorted(_plain(row) for (row,) in found)


def _about(statement: str, table: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(table))


def _plain(said: str) -> str:
    return _MADE_ANEW.sub("…", said)


def _told_apart(alone: Done, beside: Done) -> Iterator[str]:
    for what, said in alone.answers.items():
        yield from _changed(what, said.splitlines(), beside.answers[what].splitlines())
    for table, rows in alone.rows.items():
        yield from _changed(table, rows, beside.rows[table])
    yield from _changed("mails", alone.mails, beside.mails)


def _changed(what: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    lines = [*unified_diff(before, after, n=0, lineterm="")][2:]
    return [f"{what}: {line}" for line in lines]
