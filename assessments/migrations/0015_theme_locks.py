"""The tables of themes, locked to their district; who decided what is never changed."""

from typing import ClassVar

from django.db import migrations

from schools.row_level_security import KeepRowsForever, LockTenantTable

TENANT_TABLES = ("Theme", "Excerpt", "ThemeDecision", "ThemeReply", "ReplyRead", "ThemeRun")


class Migration(migrations.Migration):
    """As in 0002."""

    dependencies: ClassVar = [("assessments", "0014_themes")]
    operations: ClassVar = [*map(LockTenantTable, TENANT_TABLES), KeepRowsForever("ThemeDecision")]
