"""Lays the generated rows out, by COPY, as a role that row-level security does not bind."""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count

import psycopg
from django.conf import settings
from psycopg import sql

from assessments.models import (
    Campaign,
    Cell,
    Cycle,
    DirtyMark,
    InstrumentVersion,
    Reflection,
    Status,
)
from benchmarks.districts import (
    CAMPAIGN_COLUMNS,
    CELL_COLUMNS,
    CYCLE_COLUMNS,
    REFLECTION_COLUMNS,
    SCHOOL_COLUMNS,
    Row,
    Writer,
    Year,
)
from benchmarks.passages import passage
from schools.models import District, School

PASSAGES = 4_000

_numbers = count(1)


def lay_out(sizes: Sequence[int], *, years: int) -> list[District]:
    """A district of each size, each with so many complete years, the last one the year before."""
    chance = random.Random(2027)
    writer = Writer([passage(chance) for _ in range(PASSAGES)])
    districts = [_district(size) for size in sizes]
    with copying() as connection:
        for district, size in zip(districts, sizes, strict=True):
            _fill(connection, writer, district, size, years)
    return districts


def leave_open(district: District, school_year: int) -> None:
    """A complete year becomes one that is written, due today, and not handed in."""
    which = [district.pk, school_year]
    with copying() as connection:
        connection.execute(
            "UPDATE assessments_campaign SET opens_on = %s, due_on = %s, closes_on = %s"
            " WHERE district_id = %s AND school_year = %s",
            [district.today() - timedelta(days=60), district.today(), district.today(), *which],
        )
        connection.execute(
            "UPDATE assessments_cycle SET status = %s, submitted_at = NULL"
            " WHERE district_id = %s AND school_year = %s",
            [Status.IN_PROGRESS, *which],
        )


def tidy_up() -> None:
    """What autovacuum would have done by and by."""
    with _loader() as connection:
        connection.execute("VACUUM ANALYZE")


def forget_year(district: District, school_year: int) -> None:
    """Take a district's campaign away again, as if it had never been opened."""
    with copying() as connection:
        for model in (Cell, Reflection, Cycle, Campaign, DirtyMark):
            connection.execute(
                sql.SQL("DELETE FROM {} WHERE district_id = %s AND school_year = %s").format(
                    sql.Identifier(model._meta.db_table)
                ),
                [district.pk, school_year],
            )


def vacuum(*models: type[Cell | Cycle | Reflection]) -> None:
    """Give the room of deleted rows back, so that every round finds the tables alike."""
    with _loader() as connection:
        for model in models:
            table = sql.Identifier(model._meta.db_table)
            connection.execute(sql.SQL("VACUUM ANALYZE {}").format(table))


@contextmanager
def copying() -> Iterator[psycopg.Connection]:
    """One transaction of a role that may lay out any row."""
    with _loader() as connection, connection.transaction():
        # The rows fit together by construction: to check every reference would take minutes.
        connection.execute("SET LOCAL session_replication_role = 'replica'")
        yield connection


@contextmanager
def _loader() -> Iterator[psycopg.Connection]:
    with psycopg.connect(settings.BENCHMARKS_LOADER_URL, autocommit=True) as connection:
        yield connection


def _district(size: int) -> District:
    number = next(_numbers)
    name = f"District {number} of {size} schools"
    district: District = District.objects.create(name=name, slug=f"district-{number}")
    return district


def _fill(
    connection: psycopg.Connection, writer: Writer, district: District, size: int, years: int
) -> None:
    schools = list(writer.schools(district, size))
    _copy(connection, School._meta.db_table, SCHOOL_COLUMNS, schools)
    this_year = district.this_school_year
    for school_year in range(this_year - years, this_year):
        is_first = school_year == this_year - years
        _fill_year(connection, writer, _year(district, schools, school_year, is_first=is_first))


def _year(district: District, schools: Sequence[Row], school_year: int, *, is_first: bool) -> Year:
    return Year(district, _campaign(district, school_year), [row[0] for row in schools], is_first)


def _fill_year(connection: psycopg.Connection, writer: Writer, year: Year) -> None:
    _copy(connection, Campaign._meta.db_table, CAMPAIGN_COLUMNS, [_campaign_row(year.campaign)])
    made = list(writer.cycles(year))
    cells = (row for _cycle, rows, _reflections in made for row in rows)
    reflections = (row for _cycle, _cells, rows in made for row in rows)
    _copy(connection, Cycle._meta.db_table, CYCLE_COLUMNS, [row[0] for row in made])
    _copy(connection, Cell._meta.db_table, CELL_COLUMNS, cells)
    _copy(connection, Reflection._meta.db_table, REFLECTION_COLUMNS, reflections)


def _campaign(district: District, school_year: int) -> Campaign:
    first: date = district.first_day_of(school_year)
    return Campaign(
        district=district,
        instrument_version=InstrumentVersion.objects.latest(),
        school_year=school_year,
        opens_on=first + timedelta(days=40),
        due_on=first + timedelta(days=220),
        closes_on=first + timedelta(days=300),
    )


def _campaign_row(campaign: Campaign) -> Row:
    values = {name: getattr(campaign, name) for name in CAMPAIGN_COLUMNS}
    moment = campaign.district.created_at
    return tuple((values | {"created_at": moment, "updated_at": moment}).values())


def _copy(
    connection: psycopg.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
