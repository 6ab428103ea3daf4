"""The second lock, table by table: what the database itself refuses, whoever asks."""
# ruff: noqa: S608 - the statements are made of the names of our own tables

from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import Error, connection, models
from uuid_utils.compat import uuid7

from assessments.models import (
    Extension,
    InstrumentVersion,
    Introduction,
    Reopening,
    Submission,
    ThemeDecision,
)
from schools.models import AuditEntry, AuditSeal, District, DistrictRow
from schools.tenancy import district_scope
from tests.schools.filled import district_with_a_row_in_every_table
from tests.schools.statements import attempt, error_of, outcome, rows, run, touched

pytestmark = pytest.mark.django_db(transaction=True)

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, DistrictRow)]
TABLES = [model._meta.db_table for model in TENANT_MODELS]
KEPT_FOREVER: list[type[models.Model]] = [
    InstrumentVersion,
    Submission,
    Reopening,
    Extension,
    Introduction,
    ThemeDecision,
]
# What even the app's role can only add to.
ONLY_ADDED_TO: list[type[models.Model]] = [AuditEntry, AuditSeal]
CHANGEABLE_TABLES = [m._meta.db_table for m in TENANT_MODELS if m not in ONLY_ADDED_TO]
WRITABLE_TABLES = [
    model._meta.db_table for model in TENANT_MODELS if model not in KEPT_FOREVER + ONLY_ADDED_TO
]

NO_SUCH_RIGHT = "InsufficientPrivilege"
REFUSED_BY_THE_POLICY = "new row violates row-level security policy"
KEPT = "RestrictViolation"

Outcomes = dict[str, str]


@pytest.fixture
def ours() -> District:
    return district_with_a_row_in_every_table("Ours")


@pytest.fixture
def theirs() -> District:
    return district_with_a_row_in_every_table("Theirs")


@pytest.fixture
def owner(ours: District, owner_connection: psycopg.Connection) -> psycopg.Connection:
    """The role that migrates, in our district's scope."""
    owner_connection.execute("SELECT set_config('app.district_id', %s, false)", [str(ours.pk)])
    return owner_connection


def test_every_table_has_rows_to_be_tried_on(ours: District) -> None:
    with district_scope(ours.pk):
        empty = [model.__name__ for model in TENANT_MODELS if not model._base_manager.exists()]

    assert empty == []


def test_without_a_scope_no_table_can_be_read(ours: District) -> None:
    outcomes = {table: outcome(f"SELECT * FROM {table}") for table in TABLES}

    assert outcomes == dict.fromkeys(TABLES, "no district is set: wrap this in district_scope()")


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE {table}",
        "DROP TABLE {table}",
        "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP POLICY rows_of_the_district_in_scope ON {table}",
        "CREATE POLICY all_rows ON {table} USING (true)",
        "CREATE VIEW all_rows AS SELECT * FROM {table}",
        "CREATE TABLE all_rows AS SELECT * FROM {table}",
    ],
)
def test_the_app_cannot_open_the_lock(ours: District, statement: str) -> None:
    with district_scope(ours.pk):
        outcomes = {table: error_of(statement.format(table=table)) for table in TABLES}

    assert outcomes == dict.fromkeys(TABLES, NO_SUCH_RIGHT)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE OR REPLACE FUNCTION app_district() RETURNS uuid LANGUAGE sql AS 'SELECT NULL'",
        "DROP FUNCTION app_district() CASCADE",
        "SET session_replication_role = 'replica'",
        "SET ROLE ninefold_owner",
    ],
)
def test_the_app_cannot_change_who_or_what_decides(statement: str) -> None:
    assert error_of(statement) == NO_SUCH_RIGHT


def test_turning_row_security_off_shows_nothing_more(ours: District) -> None:
    with district_scope(ours.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        outcomes = {table: error_of(f"SELECT * FROM {table}") for table in TABLES}

    assert outcomes == dict.fromkeys(TABLES, NO_SUCH_RIGHT)


def test_only_rows_of_the_district_in_scope_exist(ours: District, theirs: District) -> None:
    with district_scope(ours.pk):
        seen = {table: rows(f"SELECT DISTINCT district_id FROM {table}") for table in TABLES}

    assert seen == {table: [(ours.pk,)] for table in TABLES}


def test_rows_of_another_district_can_be_neither_changed_nor_deleted(
    ours: District, theirs: District
) -> None:
    at_them = f"WHERE district_id = '{theirs.pk}'"

    with district_scope(ours.pk):
        updated = {t: touched(f"UPDATE {t} SET id = id {at_them}") for t in CHANGEABLE_TABLES}
        deleted = {t: touched(f"DELETE FROM {t} {at_them}") for t in CHANGEABLE_TABLES}

    nothing = dict.fromkeys(CHANGEABLE_TABLES, 0)
    assert (updated, deleted) == (nothing, nothing)


def test_a_row_cannot_be_written_for_another_district(ours: District, theirs: District) -> None:
    with district_scope(ours.pk):
        outcomes = {
            model._meta.db_table: attempt(
                a_copy_of(model, district_id=theirs.pk).save, force_insert=True
            )
            for model in TENANT_MODELS
        }

    assert outcomes == {t: f'{REFUSED_BY_THE_POLICY} for table "{t}"' for t in TABLES}


def test_a_row_cannot_be_given_to_another_district(ours: District, theirs: District) -> None:
    with district_scope(ours.pk):
        outcomes = {
            table: outcome(f"UPDATE {table} SET district_id = '{theirs.pk}'")
            for table in WRITABLE_TABLES
        }

    assert outcomes == {t: f'{REFUSED_BY_THE_POLICY} for table "{t}"' for t in WRITABLE_TABLES}


def test_a_row_cannot_point_into_another_district(ours: District, theirs: District) -> None:
    references = [(model, field) for model in TENANT_MODELS for field in tenant_references(model)]

    outcomes = {
        f"{model.__name__}.{field.name}": broken_constraint(ours, model, field, target)
        for model, field in references
        if (target := an_id_of(theirs, field.related_model))
    }

    assert outcomes == {
        f"{model.__name__}.{field.name}": f"{model._meta.db_table}_{field.name}_same_district"
        for model, field in references
    }


def test_the_owner_is_bound_too(
    ours: District, theirs: District, owner: psycopg.Connection
) -> None:
    seen = {
        table: owner.execute(f"SELECT DISTINCT district_id FROM {table}").fetchall()
        for table in TABLES
    }
    foreign = owner.execute("DELETE FROM schools_seat WHERE district_id = %s", [theirs.pk])
    owner.execute("RESET app.district_id")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="no district is set"):
        owner.execute("SELECT * FROM schools_school")

    assert seen == {table: [(ours.pk,)] for table in TABLES}
    assert foreign.rowcount == 0


@pytest.mark.parametrize("model", ONLY_ADDED_TO)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_what_is_only_added_to_is_not_the_app_s_to_change(
    ours: District, model: type[models.Model], statement: str
) -> None:
    with district_scope(ours.pk):
        outcome_of_it = error_of(statement.format(table=model._meta.db_table))

    assert outcome_of_it == NO_SUCH_RIGHT


@pytest.mark.parametrize("model", KEPT_FOREVER)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id", "DELETE FROM {table}"])
def test_what_is_kept_forever_is_neither_changed_nor_deleted(
    ours: District, owner: psycopg.Connection, model: type[models.Model], statement: str
) -> None:
    refused = statement.format(table=model._meta.db_table)

    with district_scope(ours.pk):
        by_the_app = error_of(refused)
    with pytest.raises(psycopg.errors.RestrictViolation, match="never changed or deleted"):
        owner.execute(refused)

    assert by_the_app == KEPT


def test_a_school_with_cycles_cannot_vanish_beneath_them(ours: District) -> None:
    with district_scope(ours.pk):
        deleting = attempt(run, "DELETE FROM schools_school; SET CONSTRAINTS ALL IMMEDIATE")

    assert "violates foreign key constraint" in deleting


def tenant_references(model: type[models.Model]) -> list[Any]:
    """The foreign keys of a model whose target is a row of some district."""
    return [
        field
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and hasattr(field.related_model, "district_id")
    ]


def an_id_of(district: District, model: type[models.Model]) -> UUID:
    with district_scope(district.pk):
        found: UUID = model._base_manager.filter(district_id=district.pk).values_list("pk")[0][0]
        return found


def a_copy_of(model: type[models.Model], **changes: Any) -> Any:
    """A row that differs only in what must differ, not saved yet."""
    row: Any = model._base_manager.first()
    row.pk = uuid7() if isinstance(row.pk, UUID) else None
    if getattr(row, "number", None) is not None:
        row.number += 1
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def broken_constraint(
    district: District, model: type[models.Model], field: Any, target: UUID
) -> str:
    """The constraint that says no when a row of the district is pointed to `target`."""
    with pytest.raises(Error) as refused, district_scope(district.pk):
        if model in KEPT_FOREVER:
            a_copy_of(model, **{field.attname: target}).save(force_insert=True)
        else:
            run(f"UPDATE {model._meta.db_table} SET {field.column} = '{target}'")
        run("SET CONSTRAINTS ALL IMMEDIATE")
    cause: Any = refused.value.__cause__
    return str(cause.diag.constraint_name)
