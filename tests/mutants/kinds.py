"""What is taken away: made of the syntax tree, of `pg_policies` and of the table of permissions."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

import psycopg
from psycopg import sql

from schools import permissions
from schools.models import Role
from schools.models.membership import DISTRICT_ROLES, SCHOOL_ROLES
from schools.permissions import ROLE_TABLE, SCOPE_TABLE, Action
from tests.mutants.sites import Site, all_sites
from tests.mutants.switching import SWITCH, WIDE, for_one_school, with_row

POLICIES: Final = "SELECT tablename::text, policyname::text FROM pg_policies ORDER BY 1"
# How a policy is taken away, and what gives it back.
BREAKS: Final = {
    "is off": ("DISABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY"),
    "does not bind its owner": ("NO FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"),
}
OPENED: Final = {
    "shows every row": "USING (true)",
    "takes every row": "WITH CHECK (true)",
}
SCOPED: Final = "(district_id = (SELECT app_district()))"


@dataclass(frozen=True)
class Mutant:
    """Something that is taken away; only tests that come by its `point` can notice."""

    kind: str
    name: str
    point: object
    applied: Callable[[], AbstractContextManager[None]]
    site: Site | None = None


def all_mutants() -> Iterator[Mutant]:
    """Every one."""
    for site in all_sites():
        yield Mutant(site.kind, str(site), site.place, partial(SWITCH.without, site), site)
    yield from _of_permissions()
    yield from _of_policies()


def _of_permissions() -> Iterator[Mutant]:
    wide = frozenset(permissions._DISTRICT_WIDE)
    for table in (ROLE_TABLE, SCOPE_TABLE):
        for who, actions in table.items():
            for action in Action:
                # A school's roles never see the whole district: to grant them this grants nothing.
                if action in wide and who in SCHOOL_ROLES:
                    continue
                kind = "permission removed" if action in actions else "permission granted"
                applied = partial(with_row, table, who, action)
                yield Mutant(kind, f"{who}: {action}", (who, action), applied)
    # Of what speaks about all schools, a role that may see one alone has these and no more.
    of_one_school = {it for role in Role if role not in DISTRICT_ROLES for it in ROLE_TABLE[role]}
    for action in sorted(wide & of_one_school):
        applied = partial(for_one_school, action)
        yield Mutant("permission granted", f"{WIDE}: {action}", (WIDE, action), applied)


def _of_policies() -> Iterator[Mutant]:
    with _owner() as owner:
        policies = owner.execute(POLICIES).fetchall()
    for table, policy in policies:
        names = {"table": sql.Identifier(table), "policy": sql.Identifier(policy)}
        for what, (away, back) in BREAKS.items():
            statements = (f"ALTER TABLE {{table}} {away}", f"ALTER TABLE {{table}} {back}")
            yield _policy(table, what, statements, names)
        for what, opened in OPENED.items():
            closed = opened.replace("(true)", SCOPED)
            change = "ALTER POLICY {policy} ON {table} "
            yield _policy(table, what, (change + opened, change + closed), names)
        made = f"CREATE POLICY {{policy}} ON {{table}} USING {SCOPED} WITH CHECK {SCOPED}"
        dropped = "DROP POLICY {policy} ON {table}"
        yield _policy(table, "is gone", (dropped, made), names)


def _policy(
    table: str, what: str, statements: tuple[str, str], names: dict[str, sql.Identifier]
) -> Mutant:
    return Mutant("policy", f"{table}: its policy {what}", None, partial(_run, statements, names))


@contextmanager
def _run(statements: tuple[str, str], names: dict[str, sql.Identifier]) -> Iterator[None]:
    away, back = (sql.SQL(statement).format(**names) for statement in statements)
    with _owner() as owner:
        owner.execute(away)
        try:
            yield
        finally:
            owner.execute(back)


def _owner() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
