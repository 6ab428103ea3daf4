"""The net under the second lock: no table is forgotten, and every lock is a whole one.

A new table is either locked by `LockTenantTable` or takes its line in GLOBAL_TABLES, with a reason.
"""

import os
from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from django.apps import apps
from django.db import models

from schools.models import DistrictRow
from schools.row_level_security import POLICY
from tests.architecture.catalog import Catalog, Policy, Relation

GLOBAL_TABLES: Final = {
    "account_emailaddress": "people sign in before they are in a district",
    "account_emailconfirmation": "people sign in before they are in a district",
    "accounts_session": "a session begins before anyone is in a district",
    "accounts_user": "one person may serve several districts",
    "accounts_user_groups": "Django's own; the groups are not used",
    "accounts_user_user_permissions": "what operators may do in the admin",
    "allauth_idp_oidc_client": "who shows a token is known before the district is",
    "allauth_idp_oidc_token": "who shows a token is known before the district is",
    "assessments_dirtymark": "the sweep reads marks across districts; ids only",
    "assessments_errand": "the sweep reads what exports wait for across districts; ids only",
    "assessments_notice": "a person of two districts gets one mail a day; ids only",
    "assessments_thememark": "the sweep reads marks across districts; ids only",
    "assessments_instrumentversion": "published wording, the same for everyone",
    "auth_group": "Django's own; the groups are not used",
    "auth_group_permissions": "Django's own; the groups are not used",
    "auth_permission": "Django's own; names of permissions",
    "django_admin_log": "what operators did in the admin",
    "django_content_type": "Django's own; names of models",
    "django_migrations": "Django's own; names of migrations",
    "django_session": "Django's own; accounts_session is used instead",
    "mfa_authenticator": "people sign in before they are in a district",
    "schools_apiclient": "it decides who may enter, before anyone has",
    "schools_apicredential": "it decides who may enter, before anyone has",
    "schools_breakglass": "it decides which operator may enter, before they have",
    "schools_breakglassmail": "which admins are to be told of it, ids only",
    "schools_district": "name and address are known before anyone is inside",
    "schools_invitation": "it decides who may enter, before anyone has",
    "schools_membership": "it decides who may enter, before anyone has",
    "schools_webhookerrand": "which deliveries wait, ids only; the sweep reads them everywhere",
}
OWNER = "ninefold_owner"
APP_MAY: Final = {"SELECT", "INSERT", "UPDATE", "DELETE"}
CONDITION = "(district_id = ( SELECT app_district() AS app_district))"
WHOLE_KEY = ["district_id", "id"]

A_LOCKED_TABLE = f"""
    CREATE TABLE diary (
        id uuid, district_id uuid NOT NULL, school_id uuid, membership_id uuid,
        PRIMARY KEY (district_id, id),
        FOREIGN KEY (district_id, school_id) REFERENCES schools_school (district_id, id)
    );
    ALTER TABLE diary ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY {POLICY} ON diary
        USING (district_id = (SELECT app_district()))
        WITH CHECK (district_id = (SELECT app_district()));
"""
FLAWS: Final = {
    "ALTER TABLE diary DISABLE ROW LEVEL SECURITY": "diary: row-level security is off",
    "ALTER TABLE diary NO FORCE ROW LEVEL SECURITY": "diary: its owner is not bound",
    f"DROP POLICY {POLICY} ON diary": "diary: its policies are not the one policy",
    f"ALTER POLICY {POLICY} ON diary USING (true)": "diary: its policies are not the one policy",
    f"ALTER POLICY {POLICY} ON diary WITH CHECK (true)": (
        "diary: its policies are not the one policy"
    ),
    f"ALTER POLICY {POLICY} ON diary TO ninefold_owner": (
        "diary: its policies are not the one policy"
    ),
    "CREATE POLICY more ON diary USING (true)": "diary: its policies are not the one policy",
    "ALTER TABLE diary DROP CONSTRAINT diary_pkey, ADD PRIMARY KEY (id)": (
        "diary: its primary key is not (district_id, id)"
    ),
    "ALTER TABLE diary DROP CONSTRAINT diary_pkey": (
        "diary: its primary key is not (district_id, id)"
    ),
    "CREATE UNIQUE INDEX once ON diary (school_id, district_id)": (
        "diary: once does not begin with the district"
    ),
    "CREATE UNIQUE INDEX once ON diary (lower(school_id::text))": (
        "diary: once does not begin with the district"
    ),
    "ALTER TABLE diary ADD CONSTRAINT to_a_person"
    " FOREIGN KEY (membership_id) REFERENCES schools_membership NOT VALID": (
        "diary: to_a_person can point into another district"
    ),
    "ALTER TABLE diary ADD CONSTRAINT crossed"
    " FOREIGN KEY (school_id, district_id) REFERENCES schools_school (district_id, id)"
    " NOT VALID": ("diary: crossed can point into another district"),
    "GRANT TRUNCATE ON diary TO ninefold_app": "diary: ninefold_app may TRUNCATE",
    "GRANT SELECT ON diary TO PUBLIC": "diary: PUBLIC may SELECT",
    "GRANT REFERENCES (id) ON diary TO ninefold_app": "diary: ninefold_app may REFERENCES (id)",
    "CREATE MATERIALIZED VIEW everyone AS SELECT 1 AS one": "everyone: it cannot be locked",
    "CREATE VIEW everyone AS SELECT * FROM diary": "everyone: it shows what its owner sees",
    "CREATE FUNCTION everything() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'": (
        "everything(): it runs with its owner's rights"
    ),
}


@pytest.fixture
def app() -> Iterator[psycopg.Connection]:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection


@pytest.fixture
def owner() -> Iterator[psycopg.Connection]:
    """The owner's connection; whatever it makes is rolled back."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        yield connection
        connection.rollback()


def test_every_table_is_locked_or_has_a_reason_not_to_be(app: psycopg.Connection) -> None:
    assert flaws(Catalog(app)) == []


def test_the_short_list_names_tables_that_are_there(app: psycopg.Connection) -> None:
    there = {table.name for table in Catalog(app).tables}

    assert sorted(GLOBAL_TABLES.keys() - there) == []


def test_every_model_of_a_district_has_a_locked_table(app: psycopg.Connection) -> None:
    models_of_districts = [model for model in apps.get_models() if issubclass(model, DistrictRow)]

    unlocked = [m for m in models_of_districts if m._meta.db_table in GLOBAL_TABLES]

    assert unlocked == []


def test_no_reference_to_a_district_s_row_goes_without_its_composite_key(
    app: psycopg.Connection,
) -> None:
    in_the_database = {
        (reference.table, *reference.columns, reference.target)
        for reference in Catalog(app).references
        if reference.target_columns == WHOLE_KEY
    }

    missing = [wanted for wanted in wanted_references() if wanted not in in_the_database]

    assert missing == []


def test_a_locked_table_has_no_flaw(owner: psycopg.Connection) -> None:
    owner.execute(A_LOCKED_TABLE)

    assert flaws(Catalog(owner)) == []


@pytest.mark.parametrize("statement", FLAWS)
def test_the_net_catches(owner: psycopg.Connection, statement: str) -> None:
    owner.execute(A_LOCKED_TABLE)

    owner.execute(statement)

    assert flaws(Catalog(owner)) == [FLAWS[statement]]


def test_the_net_catches_a_table_that_was_never_locked(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE forgotten (id uuid PRIMARY KEY, words text)")

    assert flaws(Catalog(owner)) == [
        "forgotten: row-level security is off",
        "forgotten: its owner is not bound",
        "forgotten: its policies are not the one policy",
        "forgotten: its primary key is not (district_id, id)",
    ]


def flaws(catalog: Catalog) -> list[str]:
    """All that would let one district's rows out, as sentences."""
    locked = [table for table in catalog.tables if table.name not in GLOBAL_TABLES]
    return [
        *(flaw for table in locked for flaw in _flaws_of(table, catalog)),
        *(f"{it.name}: {OWNER} does not own it" for it in catalog.relations if it.owner != OWNER),
        *(f"{v.name}: it shows what its owner sees" for v in catalog.views if not v.as_invoker),
        *(f"{name}: it runs with its owner's rights" for name in catalog.definer_functions),
        *(
            f"{grant.table}: {grant.role} may {grant.privilege}"
            for grant in catalog.grants
            if grant.role not in ("ninefold_app", "ninefold_backup")
            or grant.privilege not in APP_MAY
        ),
    ]


def _flaws_of(table: Relation, catalog: Catalog) -> Iterator[str]:
    if table.kind not in "rp":
        yield f"{table.name}: it cannot be locked"
        return
    if not table.enabled:
        yield f"{table.name}: row-level security is off"
    if not table.forced:
        yield f"{table.name}: its owner is not bound"
    policies = [policy for policy in catalog.policies if policy.table == table.name]
    if policies != [_the_policy(table)]:
        yield f"{table.name}: its policies are not the one policy"
    yield from _flaws_of_its_keys(table, catalog)


def _flaws_of_its_keys(table: Relation, catalog: Catalog) -> Iterator[str]:
    keys = [key for key in catalog.keys if key.table == table.name]
    if [key.columns for key in keys if key.is_primary] != [WHOLE_KEY]:
        yield f"{table.name}: its primary key is not (district_id, id)"
    for key in keys:
        if not key.is_primary and key.columns[0] != "district_id":
            yield f"{table.name}: {key.name} does not begin with the district"
    for reference in catalog.references:
        if reference.table != table.name or not catalog.relation(reference.target).has_district:
            continue
        if (reference.columns[0], reference.target_columns) != ("district_id", WHOLE_KEY):
            yield f"{table.name}: {reference.name} can point into another district"


def _the_policy(table: Relation) -> Policy:
    return Policy(
        table=table.name,
        name=POLICY,
        permissive="PERMISSIVE",
        roles="public",
        command="ALL",
        visible=CONDITION,
        writable=CONDITION,
    )


def wanted_references() -> list[tuple[str, ...]]:
    """Table, columns and target of each key that the models ask for."""
    return [
        (model._meta.db_table, "district_id", field.column, field.related_model._meta.db_table)
        for model in apps.get_models()
        if issubclass(model, DistrictRow)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and hasattr(field.related_model, "district_id")
    ]
