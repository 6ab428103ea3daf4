"""Gives the tests a PostgreSQL and a Redis of their own, before Django reads its settings.

The process that starts pytest starts both on a throwaway folder and migrates one database, as the
owner. That process and each xdist worker then clone it, which takes a tenth of a second. Addresses
in the environment are replaced, never used: tests empty tables, and those could be somebody's.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config.services import ServiceError, start_postgres, start_redis, throwaway_home

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "ninefold_template"
_ROLES = ("app", "owner", "backup", "superuser")
_SHARED = "NINEFOLD_TEST_SERVICES"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Go first: pytest-django loads the settings in this hook, and they read the environment."""
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        _provide_services(early_config)
    return (yield)


def _provide_services(config: pytest.Config) -> None:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not worker:
        # The kernel ends the services should this process be killed before it comes to this.
        services = ExitStack()
        config.add_cleanup(services.close)
        try:
            _start_services(services)
        except ServiceError as refused:
            raise pytest.UsageError(str(refused)) from None
    shared = json.loads(os.environ[_SHARED])
    _use_database(shared, f"ninefold_{worker or 'main'}")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    os.environ["REDIS_URL"] = f"{shared['redis']}/{number}"
    os.environ["MEDIA_ROOT"] = f"{shared['files']}/{number}"


def _start_services(services: ExitStack) -> None:
    home, hold = throwaway_home()
    services.callback(shutil.rmtree, home, ignore_errors=True)
    services.callback(hold.release)
    postgres = start_postgres(home, throwaway=True)
    services.callback(postgres.stop)
    redis = start_redis(home, throwaway=True)
    services.callback(redis.stop)
    shared = {role: getattr(postgres, f"{role}_url") for role in _ROLES}
    shared["redis"] = redis.url.rpartition("/")[0]
    shared["files"] = str(home / "files")
    os.environ[_SHARED] = json.dumps(shared)
    _make_template(shared)


def _make_template(shared: dict[str, str]) -> None:
    """The migrated database. Made from the one that roles.sql prepared, as production's was."""
    _clone(shared, source="ninefold", name=TEMPLATE)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": _database(shared["owner"], TEMPLATE),
        "REDIS_URL": f"{shared['redis']}/0",
    }
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    migration = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if migration.returncode:
        raise ServiceError(f"The tests' database could not be migrated:\n{migration.stderr}")


def _use_database(shared: dict[str, str], name: str) -> None:
    _clone(shared, source=TEMPLATE, name=name)
    os.environ["DATABASE_URL"] = _database(shared["app"], name)
    for role in ("owner", "backup", "superuser"):
        os.environ[f"DATABASE_{role.upper()}_URL"] = _database(shared[role], name)


def _clone(shared: dict[str, str], *, source: str, name: str) -> None:
    """Copy a database. What may be done *in* it is copied too; who may connect is not.

    A worker that crashed is replaced by one of a new name, so the name is never taken.
    """
    names = {"name": sql.Identifier(name), "source": sql.Identifier(source)}
    with psycopg.connect(_database(shared["superuser"], "postgres"), autocommit=True) as connection:
        for statement in (
            "CREATE DATABASE {name} TEMPLATE {source} OWNER ninefold_owner",
            "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {name} TO ninefold_app, ninefold_backup",
        ):
            connection.execute(sql.SQL(statement).format(**names))


def _database(url: str, name: str) -> str:
    """The same address for another database."""
    return f"{url.rpartition('/')[0]}/{name}"
