"""The migrations that lock the tables, undone and done again by the owner."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from tests.running import ROOT
from tests.services_plugin import TEMPLATE

# All that a lock consists of, as text: whatever is missing or too much afterwards shows.
LOCKS = """
    SELECT 'row security', relname::text, format('%s %s', relrowsecurity, relforcerowsecurity)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL
    SELECT 'policy', tablename::text, format('%s %s %s', policyname, qual, with_check)
    FROM pg_policies
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'index', indrelid::regclass::text, pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'function', proname::text, md5(prosrc)
    FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = 'public'::regnamespace AND lanname IN ('plpgsql', 'sql')
    ORDER BY 1, 2, 3
"""

BARE = "ninefold_bare"

# To undo every migration and do it again takes two minutes, and most days none is new.
pytestmark = pytest.mark.in_turn(3)

Locks = list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def locked() -> Iterator[str]:
    """The owner's address of a fresh database that the owner has migrated from nothing."""
    with clone_of(TEMPLATE, "ninefold_locked") as database:
        yield database


@pytest.fixture(scope="module")
def bare() -> Iterator[str]:
    """The same, undone to before the locks."""
    with clone_of(TEMPLATE, BARE) as database:
        migrate(database, "schools", "0002_initial")
        yield database


@pytest.fixture
def copy(bare: str) -> Iterator[str]:
    """A copy of the bare one, for one test."""
    with clone_of(BARE, "ninefold_migrations") as database:
        yield database


def test_the_locks_come_off_and_on_again_without_a_trace(locked: str, bare: str, copy: str) -> None:
    migrate(copy)

    assert locks_of(copy) == locks_of(locked)
    assert traces_of_a_lock(locks_of(bare)) == []


def test_everything_can_be_undone_to_an_empty_database(copy: str) -> None:
    migrate(copy, "assessments", "zero")
    migrate(copy, "schools", "zero")

    left = [lock for lock in locks_of(copy) if lock[1].startswith(("schools", "assess"))]
    functions = [name for kind, name, _ in locks_of(copy) if kind == "function"]

    assert (left, functions) == ([], [])


@contextmanager
def clone_of(source: str, name: str) -> Iterator[str]:
    """The owner's address of a database that is there meanwhile."""
    names = {"name": sql.Identifier(name), "source": sql.Identifier(source)}
    superuser = os.environ["DATABASE_SUPERUSER_URL"]
    with psycopg.connect(superuser, autocommit=True) as connection:
        creation = "CREATE DATABASE {name} TEMPLATE {source} OWNER ninefold_owner"
        connection.execute(sql.SQL(creation).format(**names))
        try:
            yield f"{os.environ['DATABASE_OWNER_URL'].rpartition('/')[0]}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {name}").format(**names))


def migrate(database: str, *target: str) -> None:
    """As the person does who sets up a new version."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0", *target],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def locks_of(database: str) -> Locks:
    with psycopg.connect(database) as connection:
        return connection.execute(LOCKS).fetchall()


def traces_of_a_lock(found: Locks) -> Locks:
    """What would not be there had no table ever been locked."""
    return [
        (kind, table, text)
        for kind, table, text in found
        if kind in {"policy", "trigger"}
        or (kind == "row security" and text != "f f")
        or "_same_district" in text
        or text.endswith("PRIMARY KEY (district_id, id)")
    ]
