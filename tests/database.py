"""How a test leaves the database as it found it, although its role may not truncate."""

import atexit
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import psycopg
from psycopg import sql

ATTEMPTS = 3
# What migrations put there, and the tables that only say what tables there are.
KEPT = [
    "assessments_instrumentversion",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_site",
]
_EMPTIED = """
    SELECT relname::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL (%s)
    ORDER BY relname
"""
_REFERENCES_OUT_OF_KEPT = """
    SELECT conname::text FROM pg_constraint
    JOIN pg_class holder ON holder.oid = conrelid
    JOIN pg_class target ON target.oid = confrelid
    WHERE contype = 'f' AND holder.relname = ANY (%s) AND target.relname <> ALL (%s)
"""


def empty_tables() -> None:
    """Remove every row that a test has committed, except from the tables that are kept.

    Fifty times faster than TRUNCATE on our number of tables. As a replica applies changes:
    without triggers, which guard what is never to be deleted, and in any order of the tables.
    What a page has sent in its last moment may still be on its way: then once more.
    """
    for _attempt in range(ATTEMPTS):
        with suppress(psycopg.errors.DeadlockDetected):
            _delete_everything()
            return
    _delete_everything()


@cache
def superuser() -> psycopg.Connection:
    """A connection to this worker's database for the whole run: a new one costs several queries."""
    connection = psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"], autocommit=True)
    atexit.register(connection.close)
    return connection


@contextmanager
def as_replica() -> Iterator[None]:
    """A transaction of the superuser's that changes rows as a replica does."""
    with superuser().transaction():
        # A test that left a transaction open is to be seen, not waited for.
        superuser().execute("SET LOCAL lock_timeout = '10s'")
        superuser().execute("SET LOCAL session_replication_role = 'replica'")
        yield


def delete_rows(tables: Iterable[str]) -> None:
    """Empty these, `as_replica`."""
    names = [sql.Identifier(name) for name in tables]
    deletions = (sql.SQL("DELETE FROM {}").format(name) for name in names)
    superuser().execute(sql.SQL("; ").join(deletions))


@cache
def tables_that_are_emptied() -> list[str]:
    """Asked once for each run: tests make no tables."""
    dangling = superuser().execute(_REFERENCES_OUT_OF_KEPT, [KEPT, KEPT]).fetchall()
    if dangling:
        raise AssertionError(f"A table that is kept refers to one that is emptied: {dangling}")
    return [name for (name,) in superuser().execute(_EMPTIED, [KEPT]).fetchall()]


def _delete_everything() -> None:
    with as_replica():
        delete_rows(tables_that_are_emptied())
