"""What PostgreSQL itself says about the tables: the facts that `test_tables` judges."""

from dataclasses import dataclass
from typing import TypeVar

import psycopg
from psycopg.rows import class_row

Row = TypeVar("Row")

_OURS = """
    n.nspname NOT IN ('information_schema', 'pg_catalog') AND n.nspname NOT LIKE 'pg\\_%'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
_RELATIONS = f"""
    SELECT c.oid::regclass::text AS name, c.relkind::text AS kind,
           c.relowner::regrole::text AS owner,
           c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
           coalesce('security_invoker=true' = ANY (c.reloptions), false) AS as_invoker,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                   AND a.attname = 'district_id') AS has_district
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND {_OURS}
    ORDER BY 1
"""  # noqa: S608 - made of constants
_POLICIES = """
    SELECT format('%I', tablename) AS table, policyname::text AS name, permissive::text,
           array_to_string(roles, ',') AS roles, cmd::text AS command,
           coalesce(qual, '') AS visible, coalesce(with_check, '') AS writable
    FROM pg_policies
"""
_KEYS = """
    SELECT i.indrelid::regclass::text AS table, i.indexrelid::regclass::text AS name,
           i.indisprimary AS is_primary,
           ARRAY(SELECT coalesce(a.attname::text, '(an expression)')
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, position)
                 LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
                 WHERE k.position <= i.indnkeyatts ORDER BY k.position) AS columns
    FROM pg_index i WHERE i.indisunique
"""
_REFERENCES = """
    SELECT k.conrelid::regclass::text AS table, k.conname::text AS name,
           k.confrelid::regclass::text AS target,
           ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (number, at)
                 JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
                 ORDER BY u.at) AS columns,
           ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (number, at)
                 JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
                 ORDER BY u.at) AS target_columns
    FROM pg_constraint k WHERE k.contype = 'f'
"""
_GRANTS = f"""
    SELECT c.oid::regclass::text AS table, coalesce(r.rolname::text, 'PUBLIC') AS role,
           g.privilege_type AS privilege
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL aclexplode(c.relacl) AS g LEFT JOIN pg_roles r ON r.oid = g.grantee
    WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND g.grantee <> c.relowner AND {_OURS}
    UNION ALL
    SELECT c.oid::regclass::text, coalesce(r.rolname::text, 'PUBLIC'),
           format('%s (%s)', g.privilege_type, a.attname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid
    CROSS JOIN LATERAL aclexplode(a.attacl) AS g LEFT JOIN pg_roles r ON r.oid = g.grantee
    WHERE {_OURS}
"""  # noqa: S608 - made of constants
_DEFINER_FUNCTIONS = f"""
    SELECT c.oid::regprocedure::text FROM pg_proc c JOIN pg_namespace n ON n.oid = c.pronamespace
    WHERE c.prosecdef AND {_OURS}
"""  # noqa: S608 - made of constants


@dataclass
class Relation:
    """A table or a view."""

    name: str
    kind: str
    owner: str
    enabled: bool
    forced: bool
    as_invoker: bool
    has_district: bool


@dataclass
class Policy:
    """Which rows of a table may be seen and written."""

    table: str
    name: str
    permissive: str
    roles: str
    command: str
    visible: str
    writable: str


@dataclass
class Key:
    """A primary key or another unique index."""

    table: str
    name: str
    is_primary: bool
    columns: list[str]


@dataclass
class Reference:
    """A foreign key."""

    table: str
    name: str
    target: str
    columns: list[str]
    target_columns: list[str]


@dataclass
class Grant:
    """What a role that is not the owner may do with a table."""

    table: str
    role: str
    privilege: str


class Catalog:
    """All of it, read at one moment through one connection."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.relations = _read(connection, Relation, _RELATIONS)
        self.policies = _read(connection, Policy, _POLICIES)
        self.keys = _read(connection, Key, _KEYS)
        self.references = _read(connection, Reference, _REFERENCES)
        self.grants = _read(connection, Grant, _GRANTS)
        self.definer_functions = [name for (name,) in connection.execute(_DEFINER_FUNCTIONS)]

    @property
    def tables(self) -> list[Relation]:
        """Everything that holds rows."""
        return [relation for relation in self.relations if relation.kind != "v"]

    @property
    def views(self) -> list[Relation]:
        """Everything that shows rows of others."""
        return [relation for relation in self.relations if relation.kind == "v"]

    def relation(self, name: str) -> Relation:
        """The relation of that name."""
        return next(relation for relation in self.relations if relation.name == name)


def _read(connection: psycopg.Connection, kind: type[Row], query: str) -> list[Row]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query).fetchall()
