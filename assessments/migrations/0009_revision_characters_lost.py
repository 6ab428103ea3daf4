"""Folded saves count what they lose."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A column of the history."""

    dependencies: ClassVar = [("assessments", "0008_notice_tries")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="revision",
            name="characters_lost",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
    ]
