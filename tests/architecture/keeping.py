"""The two districts, made once by each worker and put back for each module in no time.

Made by the product's own verbs (`making_sides.py`), they take seconds. What lies in the tables
then, sessions and all, is copied out, and copied in again wherever it is needed or has changed.
"""

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from psycopg import sql

from accounts.models import Session
from accounts.recent import RECENT
from assessments.models.export import place_of
from schools.models import Membership
from tests.architecture.callers import Caller
from tests.architecture.making_sides import make_side
from tests.architecture.places import World, everyone
from tests.database import as_replica, delete_rows, superuser, tables_that_are_emptied
from tests.second_factors import show_in

_SESSIONS: Final = Session._meta.db_table
# Pages that could do harm ask once more who is there (`accounts.recent`), as any that asks nobody.
_SIGN_IN_EVERY: Final = RECENT / 3


@dataclass
class Kept:
    """Both districts, everyone who asks, and what lies in tables and files."""

    world: World
    principals: dict[str, Caller]
    rows: dict[str, bytes]
    files: dict[str, bytes]
    signed_in_at: datetime

    def copy_of_world(self) -> World:
        """For a module, which may change its own."""
        return deepcopy(self.world)

    def principals_anew(self) -> dict[str, Caller]:
        """Everyone, signed in as they were and told nothing yet."""
        return {name: caller.anew() for name, caller in self.principals.items()}

    def sign_in_again(self) -> None:
        """Whoever has a session has just said who they are, if that is some minutes ago."""
        if abs(timezone.now() - self.signed_in_at) < _SIGN_IN_EVERY:
            return
        for key in Session.objects.exclude(user=None).values_list("pk", flat=True):
            show_in(key)
        self.rows[_SESSIONS] = _copied_out(_SESSIONS)
        self.signed_in_at = timezone.now()


@cache
def kept() -> Kept:
    """What this worker puts back. It lies in the tables once this is asked first."""
    world = World(make_side("goldfinch"), make_side("hedgehog"))
    principals = everyone(world)
    names = [place_of(side.export, "") for side in (world.ours, world.theirs)]
    rows = {table: _copied_out(table) for table in tables_that_are_emptied()}
    return Kept(world, principals, rows, {name: _content(name) for name in names}, timezone.now())


def put_back() -> None:
    """The tables as they were."""
    found = kept()
    with as_replica():
        delete_rows(tables_that_are_emptied())
        for table, rows in found.rows.items():
            with superuser().cursor().copy(_copy(table, "FROM STDIN")) as copy:
                copy.write(rows)
    for name, content in found.files.items():
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))
    # They have been here just now, so that no request of theirs has a visit to note besides.
    Membership.objects.update(last_visit_at=timezone.now())
    found.sign_in_again()


def _copied_out(table: str) -> bytes:
    with superuser().cursor().copy(_copy(table, "TO STDOUT")) as copy:
        return b"".join(map(bytes, copy))


def _copy(table: str, where: str) -> sql.Composed:
    statement = sql.SQL("COPY {} {} (FORMAT binary)")
    return statement.format(sql.Identifier(table), sql.SQL(where))


def _content(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content
