"""Introductions and readings, locked to their district; an introduction is never changed."""

from typing import ClassVar

from django.db import migrations

from schools.row_level_security import KeepRowsForever, LockTenantTable


class Migration(migrations.Migration):
    """As in 0002."""

    dependencies: ClassVar = [("assessments", "0011_what_follows")]
    operations: ClassVar = [
        *map(LockTenantTable, ("Introduction", "Reading")),
        KeepRowsForever("Introduction"),
    ]
