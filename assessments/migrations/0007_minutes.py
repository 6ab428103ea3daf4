"""How long the parts of a cycle take stands beside a year's figures."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; empty until it is measured."""

    dependencies: ClassVar = [("assessments", "0006_workspace_locks")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="dashboardsnapshot",
            name="minutes",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                verbose_name="minutes by part",
            ),
        ),
    ]
