"""Loads a tap's messages (told.ndjson) into riverbend.duckdb by their keys, as a target would.

Then runs deletions.sql. Columns are the record's own, as texts: it is ids that matter here.
"""

import json
from pathlib import Path

import duckdb


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


told = [json.loads(line) for line in Path("told.ndjson").read_text().splitlines()]
database = duckdb.connect("riverbend.duckdb")
for message in told:
    if message["type"] == "SCHEMA":
        columns = ", ".join(f'"{name}" VARCHAR' for name in message["schema"]["properties"])
        keys = ", ".join(message["key_properties"])
        database.execute(
            f"CREATE TABLE IF NOT EXISTS {message['stream']} ({columns}, PRIMARY KEY ({keys}))"
        )
with_records = {message["stream"] for message in told if message["type"] == "RECORD"}
for stream in with_records:
    records = [m["record"] for m in told if m["type"] == "RECORD" and m["stream"] == stream]
    known = [row[0] for row in database.execute(f"DESCRIBE {stream}").fetchall()]
    database.executemany(
        f"INSERT OR REPLACE INTO {stream} VALUES ({', '.join('?' * len(known))})",  # noqa: S608
        [[_as_text(row.get(name)) for name in known] for row in records],
    )
database.execute(Path("deletions.sql").read_text())
