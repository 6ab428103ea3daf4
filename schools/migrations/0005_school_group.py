"""The district's own label for some of its schools."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; nothing until the district says something."""

    dependencies: ClassVar = [("schools", "0004_fewest_schools")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="school",
            name="group",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="A label of the district’s own, such as a network or a region.",
                max_length=60,
                verbose_name="group",
            ),
        ),
    ]
