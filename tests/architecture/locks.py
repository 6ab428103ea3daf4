"""Taking one of the two locks between districts away for a while."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from assessments.querysets import QuotableQuerySet
from schools.querysets import DistrictWideQuerySet, TenantQuerySet

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
        patch.setattr(TenantQuerySet, "visible_to", everything)
        patch.setattr(DistrictWideQuerySet, "visible_to", everything)
        patch.setattr(QuotableQuerySet, "quotable_to", everything)
        yield


def _alter(owner: psycopg.Connection, tables: list[sql.SQL], what: str) -> None:
    """In one breath, so that no table is left out."""
    alter = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY")
    owner.execute(sql.SQL("; ").join(alter.format(table, sql.SQL(what)) for table in tables))
