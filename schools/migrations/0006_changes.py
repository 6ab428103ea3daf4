"""The feed of changes, locked to its district; schools are the first that it speaks of."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from schools.change_triggers import KeepTimesInOrder, NoteChanges
from schools.row_level_security import LockTenantTable


class Migration(migrations.Migration):
    """What was there before is not in the feed: who follows it begins with the lists."""

    dependencies: ClassVar = [("schools", "0005_school_group")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("resource", models.CharField(max_length=20)),
                ("row_id", models.UUIDField()),
                (
                    "operation",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("updated", "Updated"),
                            ("deleted", "Deleted"),
                            ("forgotten", "Forgotten up to here"),
                        ],
                        max_length=9,
                    ),
                ),
                ("school", models.UUIDField(null=True)),
                ("cycle", models.UUIDField(null=True)),
                ("school_year", models.PositiveSmallIntegerField(null=True)),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("number", models.PositiveIntegerField(null=True)),
                ("nces_schid", models.CharField(blank=True, max_length=12, null=True)),
                ("transaction", models.BigIntegerField()),
                ("changed_at", models.DateTimeField()),
                (
                    "district",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="schools.district",
                    ),
                ),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "changes",
                "indexes": [
                    models.Index(fields=["district", "transaction", "id"], name="changes_in_order"),
                    models.Index(
                        condition=models.Q(("operation", "deleted")),
                        fields=["district", "row_id"],
                        name="deletions_by_row",
                    ),
                ],
            },
        ),
        LockTenantTable("Change"),
        NoteChanges("School", "schools", {"school": "changed.id"}),
        KeepTimesInOrder("School"),
    ]
