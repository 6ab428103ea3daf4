"""Programs ask for exports, too; submissions have an index for their list."""

from typing import ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """As the models say."""

    dependencies: ClassVar = [
        ("assessments", "0016_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="export",
            name="asked_by_client",
            field=models.UUIDField(null=True),
        ),
        # Not by Django's own way: it would check every export's person anew, and under row-level
        # security the owner sees none.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE assessments_export ALTER COLUMN asked_by_id DROP NOT NULL",
                    "ALTER TABLE assessments_export ALTER COLUMN asked_by_id SET NOT NULL",
                )
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="export",
                    name="asked_by",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                fields=["district", "asked_by_client", "asked_at", "id"], name="exports_by_program"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                fields=["district", "submitted_at", "id"], name="submissions_by_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("asked_by__isnull", False), ("asked_by_client", None)),
                    models.Q(("asked_by", None), ("asked_by_client__isnull", False)),
                    _connector="OR",
                ),
                name="a_person_or_a_program_asked_for_an_export",
            ),
        ),
    ]
