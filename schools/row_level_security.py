"""Migration operations that lock a table: for a district's rows, and for what never changes.

quality.md, "Tenancy: two locks", says why each statement is there.
"""

from typing import Any, cast

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from schools.tenancy import SETTING

CREATE_FUNCTIONS = """
CREATE FUNCTION app_district() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    IF coalesce(current_setting('app.district_id', true), '') = '' THEN
        RAISE EXCEPTION 'no district is set: wrap this in district_scope()'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN current_setting('app.district_id')::uuid;
END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION app_district(); DROP FUNCTION refuse_change();"

NO_DISTRICT = "00000000-0000-0000-0000-000000000000"
POLICY = "rows_of_the_district_in_scope"

Statements = list[str]


class TableOperation(Operation):
    """Runs SQL made from a model's table; reversible."""

    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are: only the database learns of it."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        for statement in self.lock(model):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = from_state.apps.get_model(app_label, self.model_name)
        for statement in self.unlock(model):
            schema_editor.execute(statement, params=None)

    def lock(self, model: type[models.Model]) -> Statements:
        """The statements that lock the model's table."""
        raise NotImplementedError

    def unlock(self, model: type[models.Model]) -> Statements:
        """The statements that undo `lock`."""
        raise NotImplementedError

    def describe(self) -> str:
        return f"{type(self).__name__} {self.model_name}"


class LockTenantTable(TableOperation):
    """Keep the districts of a table apart.

    Row-level security, also for the owner; the primary key (district_id, id); and for every
    reference to another tenant row a composite foreign key that carries the district.
    """

    def lock(self, model: type[models.Model]) -> Statements:
        """The policy, the key, the composite references."""
        table = model._meta.db_table
        statements = [
            # A new key is checked under the policies of both tables, which need some district;
            # the table is new and empty, so the nil one finds all there is to find.
            f"SELECT set_config('{SETTING}', '{NO_DISTRICT}', true)",
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {POLICY} ON {table} USING (district_id = (SELECT app_district()))"
            " WITH CHECK (district_id = (SELECT app_district()))",
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey,"
            f" ADD CONSTRAINT {table}_pkey PRIMARY KEY (district_id, id)",
        ]
        for field in _tenant_references(model):
            target = cast(type[models.Model], field.related_model)._meta.db_table
            statements.append(
                f"ALTER TABLE {table} ADD CONSTRAINT {_name(field)} FOREIGN KEY"
                f" (district_id, {field.column}) REFERENCES {target} (district_id, id)"
                " DEFERRABLE INITIALLY DEFERRED"
            )
        return statements

    def unlock(self, model: type[models.Model]) -> Statements:
        """Undo `lock`, last first."""
        table = model._meta.db_table
        return [
            *(
                f"ALTER TABLE {table} DROP CONSTRAINT {_name(field)}"
                for field in _tenant_references(model)
            ),
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey,"
            f" ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)",
            f"DROP POLICY {POLICY} ON {table}",
            f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
        ]


class KeepRowsForever(TableOperation):
    """Let the database refuse to change or delete what is written once."""

    def lock(self, model: type[models.Model]) -> Statements:
        """A trigger that raises."""
        table = model._meta.db_table
        return [
            f"CREATE TRIGGER kept_forever BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        ]

    def unlock(self, model: type[models.Model]) -> Statements:
        """Drop the trigger."""
        return [f"DROP TRIGGER kept_forever ON {model._meta.db_table}"]


_FOR_OTHERS = """
DO $$ DECLARE other name; BEGIN
    FOR other IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = 'public' AND table_name = '%(table)s'
          AND privilege_type = 'INSERT' AND grantee <> current_user
    LOOP
        EXECUTE format('%(statement)s', '%(table)s', other);
    END LOOP;
END $$
"""


class OnlyAppend(KeepRowsForever):
    """Let every role but the owner add rows and read them, and do nothing else with them."""

    def lock(self, model: type[models.Model]) -> Statements:
        """The trigger, and less to be allowed."""
        return [*super().lock(model), self._allowing(model, "REVOKE UPDATE, DELETE ON %I FROM %I")]

    def unlock(self, model: type[models.Model]) -> Statements:
        """As it was."""
        return [self._allowing(model, "GRANT UPDATE, DELETE ON %I TO %I"), *super().unlock(model)]

    @staticmethod
    def _allowing(model: type[models.Model], statement: str) -> str:
        return _FOR_OTHERS % {"table": model._meta.db_table, "statement": statement}


def _tenant_references(model: type[models.Model]) -> list[Any]:
    """The foreign keys whose target carries a district, and so must be in ours."""
    return [
        field
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and any(target.name == "district" for target in field.related_model._meta.local_fields)
    ]


def _name(field: Any) -> str:
    return f"{field.model._meta.db_table}_{field.name}_same_district"
