"""What the three roles of a server that we bring along may do, and what not."""

import shutil
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from config.services import PostgresServer, start_postgres, throwaway_home

FORBIDDEN_TO_THE_APP = [
    "CREATE TABLE mine (id int)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "TRUNCATE diary",
    "ALTER TABLE diary DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE diary OWNER TO ninefold_app",
    "DROP TABLE diary",
    "CREATE TRIGGER t BEFORE UPDATE ON diary EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE ROLE mine",
    "ALTER ROLE ninefold_app BYPASSRLS",
    "SET ROLE ninefold_owner",
    "SET ROLE ninefold_backup",
    "SET session_replication_role = 'replica'",
]


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    """A server with one table that holds two districts' rows, kept apart."""
    home, hold = throwaway_home()
    server = start_postgres(home, throwaway=True)
    with psycopg.connect(server.owner_url) as owner:
        owner.execute("CREATE TABLE diary (id bigserial, district int, entry text)")
        owner.execute("INSERT INTO diary (district, entry) VALUES (1, 'ours'), (2, 'theirs')")
        owner.execute("ALTER TABLE diary ENABLE ROW LEVEL SECURITY")
        owner.execute("ALTER TABLE diary FORCE ROW LEVEL SECURITY")
        owner.execute("CREATE POLICY district ON diary USING (district = 1)")
    yield server
    server.stop()
    hold.release()
    shutil.rmtree(home)


@pytest.mark.parametrize("statement", FORBIDDEN_TO_THE_APP)
def test_the_app_role_may_not(postgres: PostgresServer, statement: str) -> None:
    with psycopg.connect(postgres.app_url) as app, pytest.raises(InsufficientPrivilege):
        app.execute(statement)


def test_the_app_role_reads_and_writes_the_rows_of_tables_the_owner_made(
    postgres: PostgresServer,
) -> None:
    with psycopg.connect(postgres.app_url) as app:
        app.execute("INSERT INTO diary (district, entry) VALUES (1, 'new')")
        app.execute("UPDATE diary SET entry = 'newer' WHERE entry = 'new'")
        deleted = app.execute("DELETE FROM diary WHERE entry = 'newer'").rowcount

    assert deleted == 1


def test_row_level_security_binds_the_app_and_the_owner_but_not_the_backup(
    postgres: PostgresServer,
) -> None:
    seen = {}
    for role in ("app", "owner", "backup"):
        with psycopg.connect(getattr(postgres, f"{role}_url")) as connection:
            seen[role] = connection.execute("SELECT count(*) FROM diary").fetchone()

    assert seen == {"app": (1,), "owner": (1,), "backup": (2,)}


def test_a_backup_holds_every_districts_rows(postgres: PostgresServer) -> None:
    dump = subprocess.run(
        [postgres.programs.folder / "pg_dump", "--data-only", postgres.backup_url],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ("ours" in dump.stdout, "theirs" in dump.stdout) == (True, True)


def test_the_roles_have_no_attribute_too_many(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.app_url) as app:
        found = app.execute(
            "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls"
            " FROM pg_roles WHERE rolname LIKE 'ninefold%' ORDER BY 1"
        ).fetchall()

    assert found == [
        ("ninefold_app", False, False, False, False, False),
        ("ninefold_backup", False, False, False, False, True),
        ("ninefold_owner", False, False, False, False, False),
    ]
