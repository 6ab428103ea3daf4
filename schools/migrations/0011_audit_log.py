"""The audit log and its seals: rows that are added and read, and nothing else."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from schools.row_level_security import LockTenantTable, OnlyAppend


class Migration(migrations.Migration):
    """Tenant tables that even their writer cannot change."""

    dependencies: ClassVar = [("schools", "0010_kept_answers")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(verbose_name="when")),
                ("event", models.CharField(max_length=40, verbose_name="what")),
                (
                    "actor_kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("program", "Program"),
                            ("operator", "Operator"),
                            ("ninefold", "Ninefold itself"),
                        ],
                        max_length=8,
                        verbose_name="who",
                    ),
                ),
                ("actor", models.UUIDField(blank=True, null=True, verbose_name="user")),
                (
                    "actor_name",
                    models.CharField(blank=True, default="", max_length=150, verbose_name="name"),
                ),
                (
                    "object_kind",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="of what kind"
                    ),
                ),
                ("object_id", models.UUIDField(blank=True, null=True, verbose_name="of which")),
                (
                    "object_name",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="about"),
                ),
                (
                    "address",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="from"),
                ),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
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
                "verbose_name": "entry of the audit log",
                "verbose_name_plural": "entries of the audit log",
                "indexes": [
                    models.Index(fields=["district", "-at", "-id"], name="audit_by_time"),
                    models.Index(fields=["district", "event", "-at", "-id"], name="audit_by_event"),
                    models.Index(fields=["district", "actor", "-at", "-id"], name="audit_by_actor"),
                    models.Index(fields=["district", "object_id", "-at"], name="audit_by_object"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
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
                ("number", models.PositiveIntegerField()),
                (
                    "entries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
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
                "verbose_name": "seal of the audit log",
                "verbose_name_plural": "seals of the audit log",
                "indexes": [models.Index(fields=["district", "sealed_at"], name="seals_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "number"), name="one_seal_of_each_number"
                    )
                ],
            },
        ),
        LockTenantTable("AuditEntry"),
        OnlyAppend("AuditEntry"),
        LockTenantTable("AuditSeal"),
        OnlyAppend("AuditSeal"),
    ]
