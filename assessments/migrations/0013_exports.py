"""What is taken along: exports, locked to their district, and the errands that make them."""

from typing import ClassVar

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

import assessments.models.export
from schools.row_level_security import LockTenantTable


class Migration(migrations.Migration):
    """A tenant table, and a global one that holds ids only."""

    dependencies: ClassVar = [
        ("assessments", "0012_what_follows_locks"),
        ("schools", "0003_locks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Errand",
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
                ("export_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="schools.district",
                    ),
                ),
            ],
            options={
                "verbose_name": "errand",
                "verbose_name_plural": "errands",
                "indexes": [models.Index(fields=["at"], name="errands_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "export_id"), name="one_errand_per_export"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cells", "The nine cells"),
                            ("reflections", "Part 2: looking across"),
                            ("commitments", "Commitments"),
                            ("cycles", "Progress: one row a school"),
                            ("workbook", "The workbook"),
                            ("board_report", "The board report"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                (
                    "file_format",
                    models.CharField(
                        choices=[
                            ("csv", "CSV"),
                            ("ndjson", "NDJSON"),
                            ("parquet", "Parquet"),
                            ("xlsx", "Excel (XLSX)"),
                            ("pdf", "PDF"),
                        ],
                        max_length=7,
                        verbose_name="format",
                    ),
                ),
                ("first_year", models.PositiveSmallIntegerField(verbose_name="from school year")),
                ("last_year", models.PositiveSmallIntegerField(verbose_name="to school year")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="filters")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")],
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked for")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Being made"),
                            ("done", "Ready"),
                            ("failed", "Not made"),
                            ("expired", "Removed"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="rows written")),
                ("total", models.PositiveIntegerField(null=True, verbose_name="rows")),
                ("started_at", models.DateTimeField(null=True, verbose_name="begun")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        upload_to=assessments.models.export.place_of,
                        verbose_name="file",
                    ),
                ),
                ("size", models.PositiveBigIntegerField(null=True, verbose_name="bytes")),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [
                    models.Index(
                        fields=["district", "asked_by", "-asked_at"], name="exports_by_person"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "cells",
                                    "reflections",
                                    "commitments",
                                    "cycles",
                                    "workbook",
                                    "board_report",
                                ),
                            )
                        ),
                        name="export_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("waiting", "running", "done", "failed", "expired"))
                        ),
                        name="export_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_year__lte", models.F("last_year"))),
                        name="export_years_are_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(
                                models.Q(("file", ""), _negated=True),
                                ("finished_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_finished_export_has_its_file",
                    ),
                ],
            },
        ),
        LockTenantTable("Export"),
    ]
