"""A whole export by the worker's own task, against COPY of the same rows; and what memory it takes.

COPY reads the bare columns with the same joins and leaves them in a file. The export counts its
rows, writes them documented, labelled and harmless to spreadsheets, says how far it is, and puts
the file into the storage. Memory is that of a fresh process, above what it needs for doing nothing.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import Any, Final

from django.db import connection

from assessments import exports
from assessments.models import Export
from assessments.tasks import run_errand
from benchmarks.clock import Way, take_turns
from benchmarks.figures import Amount, Count, Figure
from benchmarks.stage import Stage
from schools.tenancy import district_scope

ROUNDS: Final = 5
_CELLS: Final = """
    COPY (
        SELECT cell.*, cycle.quoting, cycle.submitted_at, school.name, school.nces_schid,
            school.level
        FROM assessments_cell cell
        JOIN assessments_cycle cycle ON cycle.district_id = cell.district_id
          AND cycle.id = cell.cycle_id AND cycle.status = 'submitted'
        JOIN schools_school school ON school.district_id = cell.district_id
          AND school.id = cell.school_id
        ORDER BY cell.school_year, cell.cycle_id
    ) TO STDOUT (FORMAT csv)
"""


def measure(stage: Stage) -> list[Figure | Count | Amount]:
    """CSV and NDJSON of ten years' cells in turns with COPY; then each format, weighed."""
    kinds = [Export.Format.CSV, Export.Format.NDJSON]
    ways = [Way(kind, _making(stage, kind), before=_asking(stage, kind)) for kind in kinds]
    *timings, copied = take_turns(*ways, Way("COPY", lambda: copy_cells(stage)), rounds=ROUNDS)
    rows = _latest(stage).done
    found: list[Figure | Count | Amount] = [
        Figure(f"export {rows:,} cells as {timing.name.upper()}", timing, copied, 0.4, faster=True)
        for timing in timings
    ]
    for kind in (*kinds, Export.Format.PARQUET, Export.Format.XLSX):
        _asking(stage, kind)()
        weighed = _weigh(_latest(stage))
        what = f"export {weighed['rows']:,} cells as {kind.upper()}: memory above idle"
        found.append(Amount(what, weighed["megabytes"], "MB", 150))
    return found


def _asking(stage: Stage, file_format: str) -> Callable[[], None]:
    def ask() -> None:
        with district_scope(stage.large.pk):
            exports.ask_for_export(
                by=stage.specialist,
                kind=Export.Kind.CELLS,
                file_format=file_format,
                language="en",
                school_year=None,
            )

    return ask


def _making(stage: Stage, file_format: str) -> Callable[[], None]:
    def make() -> None:
        export = _latest(stage)
        if export.file_format != file_format:
            raise AssertionError(f"{export} is not the one that was asked for")
        run_errand(str(stage.large.pk), str(export.pk))

    return make


def _latest(stage: Stage) -> Export:
    with district_scope(stage.large.pk):
        latest: Export = Export.objects.latest_first().first()
        return latest


def copy_cells(stage: Stage) -> None:
    """The bare way: COPY of the same rows into a file."""
    with (
        district_scope(stage.large.pk),
        connection.cursor() as cursor,
        TemporaryFile() as file,
        cursor.copy(_CELLS) as copy,
    ):
        for row in copy:
            file.write(row)


def _weigh(export: Export) -> dict[str, Any]:
    command = [sys.executable, "manage.py", "weigh_export", str(export.district_id), str(export.pk)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    weighed: dict[str, Any] = json.loads(done.stdout)
    return weighed
