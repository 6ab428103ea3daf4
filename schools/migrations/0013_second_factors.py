"""A district may require a second factor of everyone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies: ClassVar = [
        ("schools", "0012_people"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="district",
            name="requires_second_factor",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="District admins need one in any case.",
                verbose_name="second factor for everyone",
            ),
        ),
    ]
