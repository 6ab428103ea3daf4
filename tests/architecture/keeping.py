"""The two districts, made once by each worker and put back for each module in no time.

Made by the product's own verbs (`making_sides.py`), they take seconds. What lies in the tables
then, sessions and all, is copied out, and copied in again wherever it is needed or has changed.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from psycopg import sql

from assessments.models.export import place_of
from schools.models import Membership
from tests.architecture.callers import Caller
from tests.architecture.making_sides import make_side
from tests.architecture.places import World, everyone
from tests.database import as_replica, delete_rows, superuser, tables_that_are_emptied


@dataclass(frozen=True)
class Kept:
    """Both districts, everyone who asks, and what lies in tables and files."""

    world: World
    principals: dict[str, Caller]
    rows: dict[str, bytes]
    files: dict[str, bytes]

    def copy_of_world(self) -> World:
        """For a module, which may change its own."""
        return deepcopy(self.world)

    def principals_anew(self) -> dict[str, Caller]:
        """Everyone, signed in as they were and told nothing yet."""
        return {name: caller.anew() for name, caller in self.principals.items()}


@cache
def kept() -> Kept:
    """What this worker puts back. It lies in the tables once this is asked first."""
    world = World(make_side("goldfinch"), make_side("hedgehog"))
    principals = everyone(world)
    names = [place_of(side.export, "") for side in (world.ours, world.theirs)]
    return Kept(world, principals, _copied_out(), {name: _content(name) for name in names})


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


def _copied_out() -> dict[str, bytes]:
    found = {}
    for table in tables_that_are_emptied():
        with superuser().cursor().copy(_copy(table, "TO STDOUT")) as copy:
            found[table] = b"".join(map(bytes, copy))
    return found


def _copy(table: str, where: str) -> sql.Composed:
    statement = sql.SQL("COPY {} {} (FORMAT binary)")
    return statement.format(sql.Identifier(table), sql.SQL(where))


def _content(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content
