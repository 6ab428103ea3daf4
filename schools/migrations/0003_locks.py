"""Row-level security and composite keys for the tables that lie inside a district."""

from typing import ClassVar

from django.db import migrations

from schools.row_level_security import LockTenantTable


class Migration(migrations.Migration):
    """School before seat: a composite key can only refer to one that is there."""

    dependencies: ClassVar = [("schools", "0002_initial")]
    operations: ClassVar = [LockTenantTable("School"), LockTenantTable("Seat")]
