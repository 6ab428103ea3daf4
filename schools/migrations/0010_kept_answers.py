"""Answers to writes are kept for a day, locked to their district."""

from typing import ClassVar

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from schools.row_level_security import LockTenantTable


class Migration(migrations.Migration):
    """A tenant table."""

    dependencies: ClassVar = [("schools", "0009_programs_write")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name="apiclient",
            name="user",
            field=models.OneToOneField(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_client",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid_utils.compat.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("caller", models.UUIDField(verbose_name="caller")),
                ("key", models.CharField(max_length=255, verbose_name="key")),
                ("request", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True, default="")),
                ("kept_at", models.DateTimeField()),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.district",
                    ),
                ),
            ],
            options={"verbose_name": "kept answer", "verbose_name_plural": "kept answers"},
        ),
        migrations.AddConstraint(
            model_name="keptanswer",
            constraint=models.UniqueConstraint(
                fields=("district", "caller", "key"), name="one_answer_per_caller_and_key"
            ),
        ),
        migrations.AddIndex(
            model_name="keptanswer",
            index=models.Index(fields=["district", "kept_at"], name="kept_answers_by_age"),
        ),
        LockTenantTable("KeptAnswer"),
    ]
