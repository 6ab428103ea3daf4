"""Thousands of other districts: one is made up, and PostgreSQL copies it under other names."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Cell, Cycle, DashboardSnapshot, DirtyMark, Reflection
from benchmarks.districts import (
    CAMPAIGN_COLUMNS,
    CELL_COLUMNS,
    CYCLE_COLUMNS,
    REFLECTION_COLUMNS,
    SCHOOL_COLUMNS,
)
from benchmarks.loading import copying, lay_out, tidy_up
from schools.models import District, School
from schools.tenancy import district_scope

SCHOOLS, YEARS = 5, 3
SNAPSHOT_COLUMNS = ("id", "district_id", "school_year", "figures", "heatmap", "computed_at")
COPIED: tuple[tuple[type[Any], Sequence[str]], ...] = (
    (School, SCHOOL_COLUMNS),
    (Campaign, CAMPAIGN_COLUMNS),
    (Cycle, CYCLE_COLUMNS),
    (Cell, CELL_COLUMNS),
    (Reflection, REFLECTION_COLUMNS),
    (DashboardSnapshot, SNAPSHOT_COLUMNS),
)
# Each copy's ids are those of the original with the copy's number in front: unique, and in order.
_RENAMED = sql.SQL("overlay({}::text PLACING lpad(to_hex(number), 8, '0') FROM 1 FOR 8)::uuid")
_OWN_IDS = {"id", "district_id", "campaign_id", "school_id", "cycle_id"}
_together = 1_000


class Neighbours:
    """The other districts, each of five schools with three complete years and their snapshots."""

    def __init__(self) -> None:
        (self._original,) = lay_out((SCHOOLS,), years=YEARS)
        for year in range(self._original.this_school_year - YEARS, self._original.this_school_year):
            DirtyMark.objects.create(district=self._original, school_year=year)
            with district_scope(self._original.pk):
                refresh_snapshot(self._original.pk, year)
        self.count = 1

    def grow_to(self, count: int) -> None:
        """Add copies until there are so many."""
        while self.count < count:
            last = min(count, self.count + _together)
            with copying() as connection:
                self._copy_districts(connection, range(self.count, last))
            self.count = last
        tidy_up()

    def _copy_districts(self, connection: psycopg.Connection, numbers: range) -> None:
        names = [field.column for field in District._meta.concrete_fields]
        other = {
            "name": sql.SQL("name || ' ' || number"),
            "slug": sql.SQL("slug || '-' || number"),
        }
        self._copy(connection, District, names, (numbers, "id", other))
        for model, columns in COPIED:
            self._copy(connection, model, columns, (numbers, "district_id", {}))

    def _copy(
        self,
        connection: psycopg.Connection,
        model: type[Any],
        columns: Sequence[str],
        which: tuple[range, str, dict[str, sql.SQL]],
    ) -> None:
        numbers, of_the_original, other = which
        values = [
            other.get(name)
            or (_RENAMED if name in _OWN_IDS else sql.SQL("{}")).format(sql.Identifier(name))
            for name in columns
        ]
        statement = sql.SQL(
            "INSERT INTO {table} ({names}) SELECT {values}"
            " FROM generate_series(%s::int, %s::int) number, {table} WHERE {table}.{district} = %s"
            " ORDER BY number"
        ).format(
            table=sql.Identifier(model._meta.db_table),
            names=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
            district=sql.Identifier(of_the_original),
        )
        connection.execute(statement, [numbers.start, numbers.stop - 1, self._original.pk])
