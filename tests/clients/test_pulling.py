"""What integrators pull with, by the snippets of docs/integrators.md: copies, then changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from assessments.models import Campaign, Cell, Comment, Commitment, Cycle, Reflection
from schools.models import Change, DistrictRow, School
from schools.tenancy import district_scope
from tests.clients.conftest import PROGRAMS, Served, python, run, snippet

COPIED: dict[str, type[DistrictRow]] = {
    **{"schools": School, "campaigns": Campaign, "cycles": Cycle, "cells": Cell},
    **{"reflections": Reflection, "commitments": Commitment, "comments": Comment},
}


def ids(served: Served, name: str) -> set[str]:
    with district_scope(served.district.pk):
        return {str(pk) for pk in COPIED[name]._default_manager.values_list("pk", flat=True)}


def nces_ids(served: Served) -> list[str]:
    with district_scope(served.district.pk):
        known = School.objects.exclude(nces_schid=None).order_by("nces_schid")
        return list(known.values_list("nces_schid", flat=True))


def remove_a_cycle(served: Served) -> None:
    """With all that hangs on it, as an operator would who made it by mistake."""
    with district_scope(served.district.pk):
        # One that was never handed in: submissions stay for good, and what they stand on.
        cycle = Cycle.objects.filter(submissions=None, extensions=None).order_by("pk").first()
        assert cycle is not None
        Commitment.objects.filter(cell__cycle=cycle).delete()
        cycle.delete()


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


def copied(folder: Path, name: str) -> list[str]:
    """The ids of a copy; one that is there twice shows."""
    return sorted(row[0] for row in in_duckdb(folder, f"SELECT id FROM district.{name}"))


def test_dlt_copies_a_district_into_duckdb_then_what_changed_and_loses_what_was_deleted(
    served: Served, tmp_path: Path
) -> None:
    environment = served.environment() | {"DLT_DATA_DIR": str(tmp_path / "state")}

    def pull() -> dict[str, list[str]]:
        for name in ("deletions.py", "pull.py"):
            run([python("pulling"), str(snippet(name, tmp_path, served))], tmp_path, environment)
        return {name: copied(tmp_path, name) for name in COPIED}

    assert pull() == {name: sorted(ids(served, name)) for name in COPIED}
    renamed = rename_a_school(served)
    remove_a_cycle(served)
    assert pull() == {name: sorted(ids(served, name)) for name in COPIED}
    found = f"SELECT count(*) FROM district.schools WHERE name = '{renamed}'"
    assert in_duckdb(tmp_path, found) == [[1]]


def test_dlts_ten_lines_are_ten(served: Served, tmp_path: Path) -> None:
    assert len(snippet("pull.py", tmp_path, served).read_text().splitlines()) <= 10


def test_curl_writes_a_line_for_every_cell(served: Served, tmp_path: Path) -> None:
    run(["sh", str(snippet("cells.sh", tmp_path, served))], tmp_path, served.environment())

    lines = (tmp_path / "cells.ndjson").read_text().splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(ids(served, "cells"))


def test_pandas_reads_every_cell(served: Served, tmp_path: Path) -> None:
    file = snippet("cells.py", tmp_path, served)
    file.write_text(f"{file.read_text()}\nprint(len(set(cells.id)), cells.updated_at.dtype.kind)\n")

    said = run([python("pulling"), "cells.py"], tmp_path, served.environment())

    assert said == f"{len(ids(served, 'cells'))} M\n"


def test_pandas_keeps_the_leading_zeros_of_nces_ids(served: Served, tmp_path: Path) -> None:
    file = snippet("cells.py", tmp_path, served)
    reading = file.read_text().replace("/cells/", "/schools/")
    file.write_text(f"{reading}\nprint(*sorted(cells.nces_schid.dropna()))\n")

    said = run([python("pulling"), "cells.py"], tmp_path, served.environment())

    assert said.split() == nces_ids(served)


def test_a_meltano_tap_reads_pages_then_only_what_changed_and_what_was_deleted(
    served: Served, tmp_path: Path
) -> None:
    tap = snippet("tap.json", tmp_path, served)
    tap.write_text(tap.read_text().replace("$KEY", served.environment()["KEY"]))
    reading = [python("tap", "tap-rest-api-msdk"), "--config", "tap.json"]

    first = messages(run(reading, tmp_path))
    load(first, tmp_path, served)
    assert {name: held(tmp_path, name) for name in ("schools", "cycles")} == {
        name: sorted(ids(served, name)) for name in ("schools", "cycles")
    }
    state = [line["value"] for line in first if line["type"] == "STATE"][-1]
    (tmp_path / "state.json").write_text(json.dumps(state))
    renamed = rename_a_school(served)
    remove_a_cycle(served)
    then = messages(run([*reading, "--state", "state.json"], tmp_path))
    load(then, tmp_path, served)

    assert {name: held(tmp_path, name) for name in ("schools", "cycles")} == {
        name: sorted(ids(served, name)) for name in ("schools", "cycles")
    }
    changed = [line["record"] for line in then if line["type"] == "RECORD"]
    assert renamed in {row.get("name") for row in changed}
    assert len(changed) < len(first) / 10


def messages(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def load(told: list[dict[str, Any]], folder: Path, served: Served) -> None:
    """What a Singer target does with a tap's messages, and what the page says to do next."""
    (folder / "told.ndjson").write_text("\n".join(map(json.dumps, told)))
    snippet("deletions.sql", folder, served)
    run([python("pulling"), str(PROGRAMS / "singer_load.py")], folder)


def held(folder: Path, name: str) -> list[str]:
    return sorted(row[0] for row in in_duckdb(folder, f"SELECT id FROM {name}"))


@pytest.mark.parametrize("stream", ["schools", "cycles", "changes"])
def test_airbytes_declarative_source_reads_pages(
    served: Served, tmp_path: Path, stream: str
) -> None:
    snippet("manifest.yaml", tmp_path, served)
    environment = served.environment()
    (tmp_path / "config.json").write_text(
        json.dumps({"address": environment["NINEFOLD"], "key": environment["KEY"]})
    )

    said = run([python("pulling"), str(PROGRAMS / "airbyte_read.py"), stream], tmp_path)

    assert json.loads(said.splitlines()[-1]) == sorted(
        told_of(served) if stream == "changes" else ids(served, stream)
    )


def told_of(served: Served) -> set[str]:
    with district_scope(served.district.pk):
        return {str(pk) for pk in Change.objects.values_list("row_id", flat=True)}
