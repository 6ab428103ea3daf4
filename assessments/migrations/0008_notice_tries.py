"""When a notice is tried next, and how often it was."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns of the outbox."""

    dependencies: ClassVar = [("assessments", "0007_minutes")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="notice",
            name="not_before",
            field=models.DateTimeField(
                help_text="Until then the sweep passes over it: see notifications.outbox.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
