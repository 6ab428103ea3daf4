"""The second lock, as PostgreSQL itself describes it, asked as the role that serves."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.apps import apps
from django.db import connection

from assessments.models import (
    Extension,
    InstrumentVersion,
    Introduction,
    Reopening,
    Submission,
    ThemeDecision,
)
from config.trust.finding import Finding, all_well
from schools.models import AuditEntry, AuditSeal, DistrictRow
from schools.row_level_security import POLICY

KEPT_FOREVER: Final = (
    *(Submission, Reopening, Extension, Introduction, ThemeDecision),
    InstrumentVersion,
)
CONDITION: Final = "(district_id = ( SELECT app_district() AS app_district))"
_OURS: Final = "n.nspname NOT IN ('information_schema', 'pg_catalog') AND n.nspname !~ '^pg_'"
# What an extension brings is the server's affair, not ours.
_NO_EXTENSION: Final = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = {} AND d.deptype = 'e')"
_ROLE: Final = """
    SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
    FROM pg_roles WHERE rolname = current_user
"""
_MEMBER_OF: Final = """
    SELECT rolname FROM pg_roles
    WHERE rolname <> current_user AND rolname <> 'pg_read_all_stats'
      AND pg_has_role(current_user, oid, 'MEMBER') ORDER BY 1
"""
_SEES_TRANSACTIONS: Final = """
    SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')
"""
_OWNED: Final = f"""
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relowner = current_user::regrole AND {_OURS} ORDER BY 1
"""  # noqa: S608  # nosec B608 - made of constants
_TABLES: Final = f"""
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
           ARRAY(SELECT format('%s|%s|%s|%s|%s|%s', p.policyname, p.permissive,
                               array_to_string(p.roles, ','), p.cmd,
                               coalesce(p.qual, ''), coalesce(p.with_check, ''))
                 FROM pg_policies p
                 WHERE p.schemaname = n.nspname AND p.tablename = c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND {_OURS} AND {_NO_EXTENSION.format("c.oid")} ORDER BY 1
"""  # noqa: S608  # nosec B608 - made of constants
_TOO_MUCH: Final = f"""
    SELECT c.relname, privilege
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {_OURS} AND {_NO_EXTENSION.format("c.oid")}
      AND has_table_privilege(current_user, c.oid, privilege) ORDER BY 1, 2
"""  # noqa: S608  # nosec B608 - made of constants
_MAKES: Final = f"""
    SELECT n.nspname FROM pg_namespace n
    WHERE {_OURS} AND has_schema_privilege(current_user, n.oid, 'CREATE') ORDER BY 1
"""  # noqa: S608  # nosec B608 - made of constants
_KEPT: Final = f"""
    SELECT c.relname, has_any_column_privilege(current_user, c.oid, 'UPDATE')
           OR has_table_privilege(current_user, c.oid, 'DELETE'),
           EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid
                   AND t.tgname = 'kept_forever' AND t.tgenabled IN ('O', 'A'))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND {_OURS} ORDER BY 1
"""  # noqa: S608  # nosec B608 - made of constants
_AS_THEIR_OWNER: Final = f"""
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND {_OURS} AND {_NO_EXTENSION.format("p.oid")}
    UNION ALL
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {_OURS} AND {_NO_EXTENSION.format("c.oid")} AND (c.relkind = 'm' OR (c.relkind = 'v'
        AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)))
"""  # noqa: S608  # nosec B608 - made of constants


def role_is_harmless() -> Iterable[Finding]:
    """No attribute, no other role, no ownership: what serves is bound by the policies."""
    (name, *attributes) = _rows(_ROLE)[0]
    named = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION")
    flaws = [
        *(f"{name} has {what}" for what, has in zip(named, attributes, strict=True) if has),
        *(f"{name} may act as {other}" for (other,) in _rows(_MEMBER_OF)),
        *(f"{name} owns {table}" for (table,) in _rows(_OWNED)),
    ]
    return all_well("database role", flaws, f"{name} owns nothing and is bound by every policy")


def lists_are_whole() -> Iterable[Finding]:
    """Whether a list of the API sees where a migration's transaction began, and ends before it."""
    [(sees,)] = _rows(_SEES_TRANSACTIONS)
    flaw = "the app lacks pg_read_all_stats: pulls can miss what a migration writes"
    said = "they end before every transaction that is under way"
    return all_well("lists by time", [] if sees else [flaw], said)


def tables_are_locked() -> Iterable[Finding]:
    """Every district's table has the one policy, for its owner too; no table is unknown."""
    theirs = {model._meta.db_table for model in apps.get_models() if issubclass(model, DistrictRow)}
    known = {"django_migrations"} | {
        model._meta.db_table for model in apps.get_models(include_auto_created=True)
    }
    tables = {name: rest for name, *rest in _rows(_TABLES)}
    flaws = [
        *(f"{name}: the table is not there" for name in sorted(theirs - tables.keys())),
        *(f"{name}: no part of Ninefold knows it" for name in sorted(tables.keys() - known)),
        *(flaw for name in sorted(theirs & tables.keys()) for flaw in _flaws(name, *tables[name])),
    ]
    return all_well("row-level security", flaws, f"{len(theirs)} tables, each locked by its policy")


def grants_are_few() -> Iterable[Finding]:
    """To read and to write rows, and nothing that passes the policies by."""
    flaws = [
        *(f"the app may {privilege} {table}" for table, privilege in _rows(_TOO_MUCH)),
        *(f"the app may make tables in {schema}" for (schema,) in _rows(_MAKES)),
        *(f"{name} runs with its owner's rights" for (name,) in _rows(_AS_THEIR_OWNER)),
    ]
    return all_well("grants", flaws, "SELECT, INSERT, UPDATE, DELETE and no more")


def rows_are_kept() -> Iterable[Finding]:
    """What is written once: the log by grants, too; all of it by a trigger that binds its owner."""
    log = {model._meta.db_table for model in (AuditEntry, AuditSeal)}
    kept = {model._meta.db_table for model in KEPT_FOREVER}
    flaws = []
    for name, may_change, has_trigger in _rows(_KEPT):
        if name in log and may_change:
            flaws.append(f"the app may change {name}")
        if name in log | kept and not has_trigger:
            flaws.append(f"{name}: nothing keeps its owner from changing it")
    return all_well("rows kept for good", flaws, f"{len(log | kept)} tables are only added to")


def _flaws(name: str, enabled: bool, forced: bool, policies: list[str]) -> Iterator[str]:
    if not enabled:
        yield f"{name}: row-level security is off"
    if not forced:
        yield f"{name}: its owner is not bound"
    if policies != [f"{POLICY}|PERMISSIVE|public|ALL|{CONDITION}|{CONDITION}"]:
        yield f"{name}: its policies are not the one policy"


def _rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple] = cursor.fetchall()
    return rows
