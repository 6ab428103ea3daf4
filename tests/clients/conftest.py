"""A real server with the demo's districts, for programs that nobody here wrote.

`make test-clients` runs these; `make test` does not collect them. Each program has its own Python
(`.venv-clients/<group>`) and knows nothing but an address and a key.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign
from schools.models import District, Scope
from schools.tenancy import district_scope
from tests.database import empty_tables
from tests.reading import make_key
from tests.running import ROOT, web_server
from tests.snippets import PLACE, named

if "NINEFOLD_CLIENTS" not in os.environ:
    collect_ignore_glob = ["test_*.py"]

SECONDS = 900
NODE = ROOT / "tests" / "clients" / "node"
PROGRAMS = ROOT / "tests" / "clients" / "programs"
# Addresses longer than any client's are answered by gunicorn itself, before the API sees them; and
# who is turned away for asking too often does not find out anything else.
SERVER = {"GUNICORN_CMD_ARGS": "--limit-request-line 0", "API_REQUESTS_A_MINUTE": "1000000"}


@dataclass
class Served:
    """The address of the API, and the district that is read."""

    address: str
    district: District

    def key(self, *scopes: str) -> str:
        """A key of a new client, by default with every scope."""
        return make_key(self.district, scopes or tuple(Scope.values))

    def environment(self) -> dict[str, str]:
        """What a snippet of the documentation expects."""
        return {"NINEFOLD": f"{self.address}/api/v1", "KEY": self.key()}


@pytest.fixture(scope="session")
def served(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """Riverbend, three school years, on a web server."""
    with django_db_blocker.unblock():
        call_command("seed_demo", stdout=StringIO())
        district = District.objects.get(slug="riverbend-unified")
        with district_scope(district.pk):
            for year in Campaign.objects.values_list("school_year", flat=True):
                refresh_snapshot(district.pk, year)
        with web_server(SERVER) as address:
            yield Served(address, district)
        empty_tables()


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    """What a program says; the test fails with all of it when the program does."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        command,
        cwd=folder,
        env=known | {"PYTHONPATH": "", "RUNTIME__DLTHUB_TELEMETRY": "false"} | (environment or {}),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    return done.stdout


def snippet(name: str, folder: Path, served: Served) -> Path:
    """A snippet of the documentation in a file of its own, with the server's address in it."""
    file = folder / name
    file.write_text(named(name).replace(PLACE, served.address))
    return file


def python(group: str, program: str = "python") -> str:
    """A program of one of the environments."""
    return str(ROOT / ".venv-clients" / group / "bin" / program)
