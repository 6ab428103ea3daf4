"""The figures that a district's schools may see, apart from those that the district sees."""

from typing import ClassVar

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from schools.row_level_security import LockTenantTable


class Migration(migrations.Migration):
    """A table, locked to its district."""

    dependencies: ClassVar = [
        ("assessments", "0009_revision_characters_lost"),
        ("schools", "0004_fewest_schools"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ReleasedFigures",
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
                ("school_year", models.PositiveSmallIntegerField(verbose_name="school year")),
                ("schools", models.JSONField(verbose_name="schools that are counted")),
                ("blocks", models.JSONField(verbose_name="figures by block")),
                ("released_at", models.DateTimeField(verbose_name="released")),
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
                "verbose_name": "released figures",
                "verbose_name_plural": "released figures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "school_year"), name="released_once_per_school_year"
                    )
                ],
            },
        ),
        LockTenantTable("ReleasedFigures"),
    ]
