"""Taking one of the two locks between districts away for a while."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from schools.querysets import TenantQuerySet
from tests.canaries import WATCH

DOORS: Final = ("visible_to", "quotable_to")
LOCKED_TABLES: Final = "SELECT oid::regclass::text FROM pg_class WHERE relrowsecurity"


@contextmanager
def without_row_level_security() -> Iterator[None]:
    """The second lock is off; it comes back whatever happens."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        tables = [sql.SQL(name) for (name,) in owner.execute(LOCKED_TABLES).fetchall()]
        assert tables
        try:
            _alter(owner, tables, "DISABLE")
            yield
        finally:
            _alter(owner, tables, "ENABLE")


@contextmanager
def without_visible_to() -> Iterator[None]:
    """The first lock is off: it gives out all rows that the database gives."""

    def everything(rows: Any, _who: Any) -> Any:
        return rows.all()

    with pytest.MonkeyPatch.context() as patch:
        for kind, door in doors(TenantQuerySet):
            patch.setattr(kind, door, everything)
        # The database does not know schools apart.
        patch.setattr(WATCH, "tells_schools_apart", False)
        yield


def doors(kind: Any) -> Iterator[tuple[Any, str]]:
    """Every class of rows with a door of its own, and the door's name."""
    yield from ((kind, door) for door in DOORS if door in vars(kind))
    for each in kind.__subclasses__():
        yield from doors(each)


def _alter(owner: psycopg.Connection, tables: list[sql.SQL], what: str) -> None:
    """In one breath, so that no table is left out."""
    alter = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
    owner.execute(sql.SQL("; ").join(alter.format(table, sql.SQL(what)) for table in tables))


BOTH: Final = "both locks"
APPLICATION: Final = "visible_to alone"
DATABASE: Final = "row-level security alone"
LOCKS: Final[Mapping[str, Callable[[], AbstractContextManager[None]]]] = {
    BOTH: nullcontext,
    APPLICATION: without_row_level_security,
    DATABASE: without_visible_to,
}
