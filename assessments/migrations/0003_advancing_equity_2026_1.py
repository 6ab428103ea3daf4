"""Publish the wording that Ninefold ships."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from assessments.instrument.wording import shipped_definition


def publish(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One row, with the definition as it is in the file."""
    definition = shipped_definition("advancing_equity_2026_1")
    apps.get_model("assessments", "InstrumentVersion").objects.get_or_create(
        code=definition["code"],
        version=definition["version"],
        defaults={"definition": definition},
    )


class Migration(migrations.Migration):
    """A version stays: going back leaves it, because cycles may have been opened with it."""

    dependencies: ClassVar = [("assessments", "0002_locks")]
    operations: ClassVar = [migrations.RunPython(publish, migrations.RunPython.noop)]
