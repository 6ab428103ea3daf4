"""Migration operations that let a copy of a table be complete, whatever changes it.

By triggers, so that nothing goes past them: pages, API, admin, cascades, changes to thousands of
rows at once. ADR 13 says why, and what they cost.
"""

from typing import Final

from django.db import models

from schools.row_level_security import Statements, TableOperation
from schools.tenancy import SETTING

# When, and as what the rows are known that it wrote or, deleting them, read.
_TRIGGERS: Final = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}

_NOTES_CHANGES: Final = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO schools_change ({columns}, operation, nces_schid, transaction, changed_at)
        SELECT {values}, 'deleted', named.nces_schid,
            pg_current_xact_id()::text::bigint, clock_timestamp()
        FROM changed {beside} {named};
    ELSE
        INSERT INTO schools_change ({columns}, operation, transaction, changed_at)
        SELECT {values}, CASE TG_OP WHEN 'INSERT' THEN 'created' ELSE 'updated' END,
            pg_current_xact_id()::text::bigint, clock_timestamp()
        FROM changed {beside};
    END IF;
    RETURN NULL;
END $$
"""
_NAMED: Final = """
    LEFT JOIN schools_school AS named
    ON named.district_id = changed.district_id AND named.id = {school}
"""


# The latest time is looked up once a statement: for each row it made opening a campaign slow.
_KEEPS_ORDER: Final = """
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    present timestamptz := clock_timestamp();
    latest timestamptz;
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        SELECT max({column}) INTO latest FROM {table}
        WHERE district_id = nullif(current_setting('{setting}', true), '')::uuid
          AND {column} < present + interval '{apart}';
        PERFORM set_config('app.latest_{table}', coalesce(latest::text, ''), true);
        RETURN NULL;
    END IF;
    IF NEW.{column} BETWEEN present - interval '{apart}' AND present + interval '{apart}' THEN
        latest := nullif(current_setting('app.latest_{table}', true), '')::timestamptz;
        NEW.{column} := greatest(least(NEW.{column}, present), now(), latest);
    END IF;
    RETURN NEW;
END $$
"""
# What says that it was changed longer ago, or is still to be, is history that somebody lays out.
_APART: Final = "5 minutes"
_LEVELS: Final = {"looks_up_the_latest_time": "STATEMENT", "keeps_times_in_order": "ROW"}


class NoteChanges(TableOperation):
    """Let the database note each change of a table in the feed, as one of `resource`.

    Args:
        model_name: Whose table it is.
        resource: How the API calls it.
        keys: By column of the feed (school, cycle, school_year, code, number), the expression
            over `changed`, the row that was changed, that gives it.
        beside: Joins to what the expressions also need.
    """

    def __init__(
        self, model_name: str, resource: str, keys: dict[str, str], beside: str = ""
    ) -> None:
        super().__init__(model_name)
        self.resource, self.keys, self.beside = resource, keys, beside

    def lock(self, model: type[models.Model]) -> Statements:
        """The function, and a trigger for each kind of change."""
        table = model._meta.db_table
        keys = {"code": "''", **self.keys}
        known = keys.get("school", "NULL")
        # A school that is deleted is itself what has the name.
        named = (
            "CROSS JOIN LATERAL (SELECT changed.nces_schid) AS named"
            if known == "changed.id"
            else _NAMED.format(school=known)
        )
        function = _NOTES_CHANGES.format(
            function=_notes(table),
            columns=", ".join(["district_id", "resource", "row_id", *keys]),
            values=", ".join(
                ["changed.district_id", f"'{self.resource}'", "changed.id", *keys.values()]
            ),
            beside=self.beside,
            named=named,
        )
        triggers = [
            f"CREATE TRIGGER {_trigger(event)} AFTER {event} ON {table}"
            f" REFERENCING {rows} TABLE AS changed"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {_notes(table)}()"
            for event, rows in _TRIGGERS.items()
        ]
        return [function, *triggers]

    def unlock(self, model: type[models.Model]) -> Statements:
        """Drop them."""
        table = model._meta.db_table
        return [
            *(f"DROP TRIGGER {_trigger(event)} ON {table}" for event in _TRIGGERS),
            f"DROP FUNCTION {_notes(table)}()",
        ]


class KeepTimesInOrder(TableOperation):
    """Let no row say that it was changed before one of its district that could be read already.

    A row's time comes from the clock of a web server, which may be ahead, behind, or be set back.
    It is brought to lie between now and when its transaction began, by the database's clock, and
    not before the latest time in the table: where it lies already when clocks are right.
    `schools.api.times` builds on it.
    """

    def __init__(self, model_name: str, column: str = "updated_at") -> None:
        super().__init__(model_name)
        self.column = column

    def lock(self, model: type[models.Model]) -> Statements:
        """A trigger for statements that write the column; who leaves it alone changes nothing."""
        table = model._meta.db_table
        function = _KEEPS_ORDER.format(
            function=_orders(table),
            table=table,
            column=self.column,
            apart=_APART,
            setting=SETTING,
        )
        triggers = [
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {self.column}"
            f" ON {table} FOR EACH {level} EXECUTE FUNCTION {_orders(table)}()"
            for name, level in _LEVELS.items()
        ]
        return [function, *triggers]

    def unlock(self, model: type[models.Model]) -> Statements:
        """Drop them."""
        table = model._meta.db_table
        return [
            *(f"DROP TRIGGER {name} ON {table}" for name in _LEVELS),
            f"DROP FUNCTION {_orders(table)}()",
        ]


def _notes(table: str) -> str:
    return f"{table}_notes_changes"


def _orders(table: str) -> str:
    return f"{table}_keeps_times"


def _trigger(event: str) -> str:
    return f"notes_each_{event.lower()}"
