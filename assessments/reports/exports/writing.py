"""Rows for programs, written down in the format that was asked for."""

from collections.abc import Callable
from typing import BinaryIO, Final

from assessments.models import Export
from assessments.reports.exports.columns import COLUMNS
from assessments.reports.exports.copying import write_csv, write_ndjson
from assessments.reports.exports.parquet import write_parquet
from assessments.reports.exports.rows import rows_of
from assessments.reports.exports.selecting import Tell
from assessments.reports.exports.sheets import write_xlsx
from schools.querysets import Who

_OF_FORMAT: Final[dict[str, Callable[..., int]]] = {
    Export.Format.CSV: write_csv,
    Export.Format.NDJSON: write_ndjson,
    Export.Format.PARQUET: write_parquet,
    Export.Format.XLSX: write_xlsx,
}
# What each format is called on the network.
MEDIA_TYPES: Final[dict[str, str]] = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.NDJSON: "application/x-ndjson",
    Export.Format.PARQUET: "application/vnd.apache.parquet",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.PDF: "application/pdf",
}


def write_rows(export: Export, who: Who, *, to: BinaryIO, tell: Tell = lambda _done: None) -> int:
    """All rows of a flat export that `who` may know of, a few at a time; how many they are."""
    rows, columns = rows_of(export, who), COLUMNS[export.kind]
    return _OF_FORMAT[export.file_format](rows, columns, to=to, tell=tell)
