"""What integrators pull with, by the snippets of docs/integrators.md: copies, then changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from assessments.models import Cell, Cycle, Reflection
from schools.models import School
from schools.tenancy import district_scope
from tests.clients.conftest import Served, python, run
from tests.snippets import PLACE, named

COUNTED = {"schools": School, "cycles": Cycle, "cells": Cell, "reflections": Reflection}


def in_the_database(served: Served) -> dict[str, int]:
    with district_scope(served.district.pk):
        return {name: model.objects.count() for name, model in COUNTED.items()}


def rename_a_school(served: Served) -> str:
    with district_scope(served.district.pk):
        school = School.objects.order_by("name").first()
        assert school is not None
        school.name = f"{school.name} and more"
        school.save()
        return school.name


def in_duckdb(folder: Path, question: str) -> list[Any]:
    asking = f"import duckdb, json; c = duckdb.connect('riverbend.duckdb', read_only=True); \
print(json.dumps(c.sql({question!r}).fetchall()))"
    answer: list[Any] = json.loads(run([python("pulling"), "-c", asking], folder))
    return answer


def test_dlt_copies_a_district_into_duckdb_and_then_what_changed(
    served: Served, tmp_path: Path
) -> None:
    (tmp_path / "pull.py").write_text(named("pull.py"))
    environment = served.environment() | {"DLT_DATA_DIR": str(tmp_path / "state")}

    run([python("pulling"), "pull.py"], tmp_path, environment)
    first = {
        name: in_duckdb(tmp_path, f"SELECT count(*), count(DISTINCT id) FROM district.{name}")[0]
        for name in COUNTED
    }
    name = rename_a_school(served)
    run([python("pulling"), "pull.py"], tmp_path, environment)

    assert first == {name: [count, count] for name, count in in_the_database(served).items()}
    assert in_duckdb(tmp_path, "SELECT count(*) FROM district.schools")[0] == [
        in_the_database(served)["schools"]
    ]
    found = f"SELECT count(*) FROM district.schools WHERE name = '{name}'"
    assert in_duckdb(tmp_path, found) == [[1]]


def test_pandas_reads_cells_and_keeps_leading_zeros(served: Served, tmp_path: Path) -> None:
    (tmp_path / "cells.py").write_text(named("cells.py") + "\nprint(len(cells))\n")

    said = run([python("pulling"), "cells.py"], tmp_path, served.environment())

    assert int(said.splitlines()[-1]) == in_the_database(served)["cells"]


def test_a_meltano_tap_reads_pages_and_then_only_what_changed(
    served: Served, tmp_path: Path
) -> None:
    environment = served.environment()
    config = named("tap.json").replace(PLACE, served.address)
    for name, value in environment.items():
        config = config.replace(f"${name}", value)
    (tmp_path / "tap.json").write_text(config)
    tap = [python("tap", "tap-rest-api-msdk"), "--config", "tap.json"]

    first = messages(run(tap, tmp_path))
    state = [line["value"] for line in first if line["type"] == "STATE"][-1]
    (tmp_path / "state.json").write_text(json.dumps(state))
    name = rename_a_school(served)
    then = messages(run([*tap, "--state", "state.json"], tmp_path))

    ids = {line["record"]["id"] for line in first if line["type"] == "RECORD"}
    expected = in_the_database(served)
    assert len(ids) == expected["schools"] + expected["cycles"]
    changed = [line["record"] for line in then if line["type"] == "RECORD"]
    assert name in {row.get("name") for row in changed}
    assert len(changed) < len(ids)


def messages(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("stream", ["schools", "cycles"])
def test_airbytes_declarative_source_reads_pages(
    served: Served, tmp_path: Path, stream: str
) -> None:
    (tmp_path / "manifest.yaml").write_text(named("manifest.yaml"))
    environment = served.environment()
    (tmp_path / "config.json").write_text(
        json.dumps({"address": environment["NINEFOLD"], "key": environment["KEY"]})
    )
    reading = Path(__file__).parent / "programs" / "airbyte_read.py"

    said = run([python("pulling"), str(reading), stream], tmp_path)

    assert json.loads(said.splitlines()[-1]) == in_the_database(served)[stream]
