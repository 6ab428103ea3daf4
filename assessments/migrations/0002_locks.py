"""Row-level security, composite keys, and what is never changed once it is written."""

from typing import ClassVar

from django.db import migrations

from schools.row_level_security import KeepRowsForever, LockTenantTable

TENANT_TABLES = (
    "Campaign",
    "Cycle",
    "Cell",
    "Reflection",
    "Revision",
    "Submission",
    "Reopening",
    "DashboardSnapshot",
)
KEPT_FOREVER = ("InstrumentVersion", "Submission", "Reopening")


class Migration(migrations.Migration):
    """In an order in which every composite key refers to one that is there."""

    dependencies: ClassVar = [("assessments", "0001_initial"), ("schools", "0003_locks")]
    operations: ClassVar = [
        *map(LockTenantTable, TENANT_TABLES),
        *map(KeepRowsForever, KEPT_FOREVER),
    ]
