"""Google Sheets and Power Query, by the snippets of docs/integrators.md.

Neither runs outside its maker's products. So node runs Google's script with stand-ins for the
objects that it names, and follows the tree that Microsoft's own parser makes of the query. What
both ask for is really asked, page by page; of what the products would do then, only the little
that the stand-ins know is shown.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from assessments.models import Cell
from schools.tenancy import district_scope
from tests.clients.conftest import NODE, Served, run, snippet
from tests.clients.test_pulling import nces_ids

YEAR = 2027


@pytest.fixture
def expected(served: Served) -> set[str]:
    with district_scope(served.district.pk):
        cells = Cell.objects.filter(cycle__campaign__school_year=YEAR)
        return {str(pk) for pk in cells.values_list("pk", flat=True)}


def made_by(program: str, file: Path, served: Served, *arguments: str) -> Any:
    command = ["node", str(NODE / program), str(file), *arguments]
    return json.loads(run(command, file.parent, served.environment()))


def test_a_script_of_google_sheets_fills_a_sheet(
    served: Served, tmp_path: Path, expected: set[str]
) -> None:
    file = snippet("cells.gs", tmp_path, served)
    file.write_text(file.read_text().replace("limit=1000", "limit=90"))

    ((title, (columns, *rows)),) = made_by("apps_script.mjs", file, served, "pullCells")

    assert title == "cells"
    assert sorted(row[columns.index("id")] for row in rows) == sorted(expected)


def test_a_sheet_keeps_the_leading_zeros_of_nces_ids(served: Served, tmp_path: Path) -> None:
    file = snippet("cells.gs", tmp_path, served)
    file.write_text(file.read_text().replace("cells/?school_year=2027&", "schools/?"))

    ((_title, (columns, *rows)),) = made_by("apps_script.mjs", file, served, "pullCells")

    assert sorted(filter(None, (row[columns.index("nces_schid")] for row in rows))) == nces_ids(
        served
    )


def test_a_query_of_power_query_makes_a_table_of_all_pages(
    served: Served, tmp_path: Path, expected: set[str]
) -> None:
    file = snippet("cells.pq", tmp_path, served)
    file.write_text(file.read_text().replace('"1000"', '"90"'))

    rows = made_by("power_query.mjs", file, served)

    assert sorted(row["id"] for row in rows) == sorted(expected)
    assert {row["school_year"] for row in rows} == {YEAR}
