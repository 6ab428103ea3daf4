"""CSV and NDJSON, written by PostgreSQL itself and passed through: COPY (…) TO STDOUT.

One statement, and so one moment: whoever submits meanwhile is in the next file. Nothing is held in
memory but the row at hand.
"""

from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from django.db import connection
from django.db.models import QuerySet

from assessments.reports.exports.columns import Column
from assessments.reports.exports.selecting import Tell, selected
from schools.text import harmless_cell

TELL_EVERY: Final = 1_000


def write_csv(rows: QuerySet[Any], columns: Sequence[Column], *, to: BinaryIO, tell: Tell) -> int:
    """UTF-8, commas, a head; a text that a spreadsheet would take for a formula is made harmless.

    An empty field is nothing; `""` is a text without a letter. The number of rows.
    """
    head = ",".join(harmless_cell(column.name) for column in columns)
    to.write(f"{head}\n".encode())
    inner, values = selected(rows, columns, "csv").query.sql_with_params()
    statement = f"COPY ({inner}) TO STDOUT (FORMAT csv)"
    return _copy(statement, values, to=to, tell=tell)


def write_ndjson(
    rows: QuerySet[Any], columns: Sequence[Column], *, to: BinaryIO, tell: Tell
) -> int:
    """One JSON object a line; the number of rows."""
    inner, values = selected(rows, columns, "json").query.sql_with_params()
    names = ", ".join(f'"{column.name}"' for column in columns)
    objects = f"SELECT row_to_json(r) FROM ({inner}) AS r ({names})"  # noqa: S608  # nosec B608 - names of ours
    # JSON has no raw control characters, so that with these nothing is quoted or escaped.
    statement = f"COPY ({objects}) TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')"
    return _copy(statement, values, to=to, tell=tell)


def _copy(statement: str, values: Sequence[Any], *, to: BinaryIO, tell: Tell) -> int:
    with connection.cursor() as cursor:
        # Straight to the driver: Django's own cursor takes no values while it is debugged.
        with cursor.cursor.copy(statement, values) as copy:
            # The server sends a row at a time.
            for number, row in enumerate(copy, start=1):
                to.write(row)
                if number % TELL_EVERY == 0:
                    tell(number)
        written: int = cursor.rowcount
    return written
