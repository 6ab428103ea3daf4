"""A program that keeps a copy of a district, in the two ways that the API offers, and the truth."""

import os
from collections.abc import Iterator
from typing import Any, Final

import psycopg
from django.urls import NoReverseMatch, reverse

from schools.models import District
from tests.reading import Reader

Rows = dict[str, dict[str, Any]]

# By resource: its table, the time of its last change, and what else is compared of a row.
_TABLES: Final = {
    "schools": ("schools_school", "updated_at", ("name", "group")),
    "campaigns": ("assessments_campaign", "updated_at", ("message",)),
    "cycles": ("assessments_cycle", "updated_at", ("status",)),
    "cells": ("assessments_cell", "updated_at", ("opportunities", "version")),
    "reflections": ("assessments_reflection", "updated_at", ("text", "version")),
    "commitments": ("assessments_commitment", "updated_at", ()),
    "comments": ("assessments_comment", "updated_at", ()),
    "submissions": ("assessments_submission", "submitted_at", ("number",)),
}
_IDS_AT_ONCE: Final = 50


def is_listed(resource: str) -> bool:
    """Whether the API has a list of it."""
    try:
        reverse(f"api-{resource}", args=["anywhere"])
    except NoReverseMatch:
        return False
    return True


COPIED: Final = tuple(_TABLES)


class Copy:
    """What a program holds of a district: by resource, by id."""

    def __init__(self, reader: Reader, limit: int = 100) -> None:
        self.reader, self.limit = reader, limit
        self.resources = [resource for resource in COPIED if is_listed(resource)]
        self.rows: dict[str, Rows] = {resource: {} for resource in self.resources}
        self.last: dict[str, str] = {}
        self.deletions = 0
        # The cursor first, the full copy after: what changes meanwhile is told twice, not never.
        self.cursor: str = self._page("latest")["cursor"]
        for resource in self.resources:
            self._read_list(resource)

    def pull(self) -> None:
        """What has changed since."""
        raise NotImplementedError

    def _read_list(self, resource: str, **query: Any) -> list[str]:
        changed_at = _TABLES[resource][1]
        ids = []
        query |= {"include": ""} if resource == "cycles" else {}
        for page in self.reader.pages(resource, limit=self.limit, **query):
            for row in page["results"]:
                ids.append(row["id"])
                self.rows[resource][row["id"]] = row
                self.last[resource] = max(row[changed_at], self.last.get(resource, ""))
        return ids

    def _changes(self) -> Iterator[list[dict[str, Any]]]:
        """Page by page; the cursor moves on once a page has been dealt with."""
        while True:
            page = self._page(self.cursor)
            yield [row for row in page["results"] if row["resource"] in self.rows]
            self.cursor = page["cursor"]
            if page["next"] is None:
                return

    def _page(self, cursor: str) -> dict[str, Any]:
        answer = self.reader.get("changes", cursor=cursor, limit=self.limit)
        assert answer.status_code == 200, answer.content
        page: dict[str, Any] = answer.json()
        return page

    def _forget(self, resource: str, row_id: str) -> None:
        self.deletions += self.rows[resource].pop(row_id, None) is not None


class CopyByTime(Copy):
    """Reads lists from the latest time that it holds; takes only deletions from the feed."""

    def pull(self) -> None:
        for resource in self.resources:
            since = {"updated_after": self.last[resource]} if resource in self.last else {}
            self._read_list(resource, **since)
        for changes in self._changes():
            for change in changes:
                if change["operation"] == "deleted":
                    self._forget(change["resource"], change["id"])


class CopyByFeed(Copy):
    """Follows the feed, and asks for the rows that it speaks of."""

    def pull(self) -> None:
        for changes in self._changes():
            for resource in self.resources:
                of_it = [change for change in changes if change["resource"] == resource]
                named = list({change["id"]: None for change in of_it})
                there = {
                    row_id
                    for ids in _in_batches(named)
                    for row_id in self._read_list(resource, id=",".join(ids))
                }
                for row_id in named:
                    if row_id not in there:
                        self._forget(resource, row_id)


def differences(copy: Copy, district: District) -> dict[str, list[Any]]:
    """What the copy holds otherwise than the database, by resource."""
    found = {}
    for resource in copy.resources:
        truth = _truth(resource, district)
        held = {
            row_id: {name: row[name] for name in _compared(resource)}
            for row_id, row in copy.rows[resource].items()
        }
        found[resource] = [
            (row_id, held.get(row_id), truth.get(row_id))
            for row_id in sorted(held.keys() | truth.keys())
            if held.get(row_id) != truth.get(row_id)
        ]
    return {resource: rows for resource, rows in found.items() if rows}


def _truth(resource: str, district: District) -> Rows:
    """Read past the product, by somebody whom nothing hides anything from."""
    table, changed_at, columns = _TABLES[resource]
    written = f"to_char({changed_at} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    names = "".join(f', "{column}"' for column in columns)
    query = f"SELECT id::text, {written}{names} FROM {table} WHERE district_id = %s"  # noqa: S608
    with psycopg.connect(os.environ["DATABASE_SUPERUSER_URL"]) as connection:
        rows = connection.execute(query.encode(), [district.pk]).fetchall()
    return {row_id: dict(zip(_compared(resource), row, strict=True)) for row_id, *row in rows}


def _compared(resource: str) -> tuple[str, ...]:
    _table, changed_at, columns = _TABLES[resource]
    return changed_at, *columns


def _in_batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
