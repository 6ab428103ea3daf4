"""Clients that generators make of the OpenAPI document: they create, read and change."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from assessments.models import Cell, Comment, Commitment, Cycle, Submission
from schools.models import Webhook
from schools.tenancy import district_scope
from tests.clients.conftest import NODE, PROGRAMS, Served, python, run
from tests.running import ROOT

DOCUMENT = str(ROOT / "docs" / "openapi.yaml")


def environment(served: Served, name: str) -> dict[str, str]:
    """With a cycle of this year that is complete, and submitted."""
    with district_scope(served.district.pk):
        year = served.district.this_school_year
        cycle = Cycle.objects.filter(status="submitted", school_year=year).order_by("pk").first()
    assert cycle is not None
    today = served.district.today().isoformat()
    mine = {"SITE": served.address, "CYCLE": str(cycle.pk), "TODAY": today, "NAME": name}
    return served.environment() | mine


def is_as_it_says(served: Served, said: dict[str, Any], known: dict[str, str]) -> None:
    """What the program heard is what the database holds."""
    with district_scope(served.district.pk):
        cell = Cell.objects.get(pk=said["cell"][0])
        commitment = Commitment.objects.get(pk=said["commitment"][0])
        comment = Comment.objects.get(pk=said["comment"][0])
        last = Submission.objects.filter(cycle=known["CYCLE"]).order_by("number").last()
        assert last is not None
        assert not Webhook.objects.filter(pk=said["webhook"][0]).exists()
        assert said == {
            "cell": [str(cell.pk), cell.improvements, 2],
            "conflict": [412, "edit_conflict"],
            "commitment": [str(commitment.pk), "done"],
            "comment": [str(comment.pk), True],
            "submitted": ["in_progress", "submitted"],
            "webhook": [said["webhook"][0], "paused"],
        }
        assert (cell.opportunity_level, commitment.status) == (2, "done")
        assert comment.resolved_at is not None
        assert last.content["cells"][cell.code]["improvements"] == cell.improvements
        assert known["NAME"] in cell.improvements


def test_a_python_client_made_of_the_document_creates_reads_and_changes(
    served: Served, tmp_path: Path
) -> None:
    making = [python("schema", "openapi-python-client"), "generate", "--path", DOCUMENT]
    run([*making, "--meta", "none", "--output-path", "made"], tmp_path)
    known = environment(served, "python")
    shutil.copy(PROGRAMS / "use_python_client.py", tmp_path / "use.py")

    said = run([python("schema"), "use.py"], tmp_path, known)

    is_as_it_says(served, json.loads(said), known)


@pytest.mark.parametrize("generator", ["typescript-fetch"])
def test_a_typescript_client_made_of_the_document_creates_reads_and_changes(
    served: Served, tmp_path: Path, generator: str
) -> None:
    making = [python("schema", "openapi-generator-cli"), "generate", "-i", DOCUMENT]
    run([*making, "-g", generator, "-o", "made"], tmp_path)
    shutil.copy(PROGRAMS / "use_typescript_client.ts", tmp_path / "made" / "use.ts")
    compiling = [str(NODE / "node_modules/.bin/tsc"), "--target", "es2020", "--module", "commonjs"]
    options = ["--moduleResolution", "node", "--skipLibCheck", "--lib", "es2020,dom", "--strict"]
    run([*compiling, *options, "--outDir", "built", "made/use.ts"], tmp_path)
    known = environment(served, "typescript")

    said = run(["node", "built/use.js"], tmp_path, known)

    is_as_it_says(served, json.loads(said), known)
