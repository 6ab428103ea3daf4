"""Parquet, a row group at a time: memory holds one group, however many rows there are."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet

from assessments.reports.exports.columns import Column
from assessments.reports.exports.selecting import Tell, selected

ROWS_IN_A_GROUP: Final = 5_000
ROWS_AT_A_TIME: Final = 1_000
_TYPES: Final[dict[str, Any]] = {
    "text": pa.string(),
    "code": pa.string(),
    "id": pa.string(),
    "json": pa.string(),
    "integer": pa.int32(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}


def write_parquet(
    rows: QuerySet[Any], columns: Sequence[Column], *, to: BinaryIO, tell: Tell
) -> int:
    """Typed columns, each with its meaning in its metadata; the number of rows."""
    schema = pa.schema([_field(column) for column in columns])
    found = selected(rows, columns, "typed").iterator(chunk_size=ROWS_AT_A_TIME)
    written = 0
    with pq.ParquetWriter(to, schema, compression="zstd") as writer:
        for group in _groups(found):
            writer.write_batch(_batch(group, schema))
            written += len(group)
            tell(written)
    return written


def _field(column: Column) -> Any:
    about = {"description": str(column.about)}
    return pa.field(column.name, _TYPES[column.kind], metadata=about)


def _batch(group: Sequence[tuple[Any, ...]], schema: Any) -> Any:
    columns = [
        pa.array(values, type=field.type)
        for values, field in zip(zip(*group, strict=True), schema, strict=True)
    ]
    return pa.record_batch(columns, schema=schema)


def _groups(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    source = iter(rows)
    while group := list(islice(source, ROWS_IN_A_GROUP)):
        yield group
