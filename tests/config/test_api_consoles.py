"""What docs/api.md tells a reader to type does work, typed in this order."""

import os
import subprocess
import sys

import pytest

from assessments import workflow
from assessments.dashboards.snapshot import refresh_snapshot
from schools.models import Role
from schools.tenancy import district_scope
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted
from tests.running import ROOT, web_server
from tests.snippets import PLACE, commands

# A refusal ends the script, and so does a part of a pipe that fails. The client that is made is
# taken from what the command says, as a reader would.
BEGIN = """set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
python() { "$PYTHON" -W ignore "$@"; }
keep() { told=$(cat); CLIENT_ID=$(sed -n 's/^client id: *//p' <<<"$told")
CLIENT_SECRET=$(sed -n 's/^client secret: *//p' <<<"$told"); }
"""
SHOWN_ONLY = "manage.py spectacular"  # writes into the repository; test_api_document holds it


@pytest.mark.django_db(transaction=True)
def test_everything_that_the_consoles_are_told_works() -> None:
    district = make_district("Riverbend", slug="riverbend-unified")
    lincoln = make_school(district, "Lincoln")
    cycle = cycle_of(lincoln, make_campaign(district, 2027))
    submitted(cycle, principal := seat(district, Role.PRINCIPAL, lincoln))
    with district_scope(district.pk):
        workflow.reopen_cycle(cycle, by=principal, reason="One more question came up.")
    with district_scope(district.pk):
        refresh_snapshot(district.pk, 2027)
    typed = [command for command in commands("docs/api.md") if SHOWN_ONLY not in command]

    with web_server() as address:
        script = "\n".join(map(_taken, typed)).replace(PLACE, address)
        done = subprocess.run(
            ["bash", "-c", BEGIN + script],
            cwd=ROOT,
            env=os.environ | {"PYTHON": sys.executable},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert '"improvements":"Pair new teachers with a coach."' in done.stdout
    assert '"kind":"api_client","name":"Warehouse"' in done.stdout
    assert done.stdout.count("HTTP/1.1 200 OK") == 1  # not 304: the page's ETag is made up


def _taken(command: str) -> str:
    """The one command whose answer is needed later."""
    if "create_api_client" not in command:
        return command
    return f"keep < <({command})"
