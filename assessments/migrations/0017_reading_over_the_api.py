"""Submissions have an index for their list."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """As the model says."""

    dependencies: ClassVar = [("assessments", "0016_changes")]
    operations: ClassVar = [
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["district", "submitted_at", "id"], name="submissions_by_time"
            ),
        ),
    ]
