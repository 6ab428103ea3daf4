"""The workspace's own tables, locked to their district; an extension is never changed."""

from typing import ClassVar

from django.db import migrations

from schools.row_level_security import KeepRowsForever, LockTenantTable

TENANT_TABLES = ("Commitment", "Comment", "Extension", "Meeting", "WorkingNote")


class Migration(migrations.Migration):
    """As in 0002."""

    dependencies: ClassVar = [("assessments", "0005_workspace")]
    operations: ClassVar = [*map(LockTenantTable, TENANT_TABLES), KeepRowsForever("Extension")]
