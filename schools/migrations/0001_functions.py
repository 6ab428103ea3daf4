"""The two database functions that the locks are made of."""

from typing import ClassVar

from django.db import migrations

from schools.row_level_security import CREATE_FUNCTIONS, DROP_FUNCTIONS


class Migration(migrations.Migration):
    """Runs before the first table, so that every table can be locked when it is made."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [migrations.RunSQL(CREATE_FUNCTIONS, DROP_FUNCTIONS)]
