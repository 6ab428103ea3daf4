"""How a test asks for an export and reads it: through the verb, the task, the storage."""

import csv
import io
import json
from typing import Any

import pyarrow.parquet as pq
from openpyxl import Workbook, load_workbook

from assessments import exports
from assessments.models import Export
from assessments.tasks import run_errand
from schools.models import Membership
from schools.tenancy import district_scope


def ask(by: Membership, kind: str = "cells", file_format: str = "csv", **wanted: Any) -> Export:
    """Asked for, and not yet made."""
    wanted = {"language": "en", "school_year": None, "query": ""} | wanted
    with district_scope(by.district_id):
        return exports.ask_for_export(by=by, kind=kind, file_format=file_format, **wanted)


def make(export: Export) -> Export:
    """What the worker does when it is sent; the export as it stands then."""
    run_errand(str(export.district_id), str(export.pk))
    return read(export)


def read(export: Export) -> Export:
    """The export as it stands now."""
    with district_scope(export.district_id):
        found: Export = Export.objects.select_related("district").get(pk=export.pk)
        return found


def content(export: Export) -> bytes:
    """What is in its file."""
    with export.file.open("rb") as file:
        inside: bytes = file.read()
    return inside


def taken(by: Membership, kind: str = "cells", file_format: str = "csv", **wanted: Any) -> bytes:
    """What is in the file that is asked for and made."""
    return content(make(ask(by, kind, file_format, **wanted)))


def rows_in(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def objects_in(content: bytes) -> list[dict[str, Any]]:
    """The rows of an NDJSON file."""
    return [json.loads(line) for line in content.decode().split("\n")[:-1]]


def table_in(content: bytes) -> Any:
    """The table of a Parquet file."""
    return pq.read_table(io.BytesIO(content))


def book_in(content: bytes) -> Workbook:
    """The workbook of an XLSX file."""
    return load_workbook(io.BytesIO(content))
