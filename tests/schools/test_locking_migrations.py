"""The migrations that lock the tables, undone and done again by the owner."""

import os
import subprocess
import sys
from collections.abc import Iterator

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

Locks = list[tuple[str, str, str]]


@pytest.fixture
def own_database() -> Iterator[str]:
    """The owner's address of a fresh database that the owner has migrated from nothing."""
    superuser, name = os.environ["DATABASE_SUPERUSER_URL"], "ninefold_migrations"
    names = {"name": sql.Identifier(name), "template": sql.Identifier(TEMPLATE)}
    with psycopg.connect(superuser, autocommit=True) as connection:
        creation = "CREATE DATABASE {name} TEMPLATE {template} OWNER ninefold_owner"
        connection.execute(sql.SQL(creation).format(**names))
        yield f"{os.environ['DATABASE_OWNER_URL'].rpartition('/')[0]}/{name}"
        connection.execute(sql.SQL("DROP DATABASE {name}").format(**names))


def test_the_locks_come_off_and_on_again_without_a_trace(own_database: str) -> None:
    locked = locks_of(own_database)

    migrate(own_database, "schools", "0002_initial")
    bare = locks_of(own_database)
    migrate(own_database)
    locked_again = locks_of(own_database)

    assert locked_again == locked
    assert traces_of_a_lock(bare) == []


def test_everything_can_be_undone_to_an_empty_database(own_database: str) -> None:
    migrate(own_database, "assessments", "zero")
    migrate(own_database, "schools", "zero")

    left = [lock for lock in locks_of(own_database) if lock[1].startswith(("schools", "assess"))]
    functions = [name for kind, name, _ in locks_of(own_database) if kind == "function"]

    assert (left, functions) == ([], [])


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
