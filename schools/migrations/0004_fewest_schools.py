"""A district may raise the floor under the figures that its schools see, never lower it."""

from typing import ClassVar

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """A column of the district, and what keeps it honest."""

    dependencies: ClassVar = [("schools", "0003_locks")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="district",
            name="fewest_schools",
            field=models.PositiveSmallIntegerField(
                db_default=5,
                default=5,
                help_text=("Schools see no figure over fewer schools of the district than this."),
                validators=[django.core.validators.MinValueValidator(5)],
                verbose_name="fewest schools of a figure",
            ),
        ),
        migrations.AddConstraint(
            model_name="district",
            constraint=models.CheckConstraint(
                condition=models.Q(("fewest_schools__gte", 5)),
                name="district_floor_is_never_lowered",
            ),
        ),
    ]
