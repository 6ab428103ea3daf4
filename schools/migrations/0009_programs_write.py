"""What a program writes stands under the name of a user of its own."""

from typing import Any, ClassVar

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import migrations, models


def make_users(apps: Any, _schema_editor: Any) -> None:
    """One for each client that there is; it can never sign in."""
    users = apps.get_model("accounts", "User").objects
    for api_client in apps.get_model("schools", "ApiClient").objects.filter(user=None):
        email = f"program-{uuid_utils.compat.uuid7().hex}@ninefold.invalid"
        nothing = make_password(None)
        api_client.user = users.create(
            email=email, name=api_client.name, password=nothing, is_active=False
        )
        api_client.save(update_fields=["user"])


class Migration(migrations.Migration):
    """Nullable until 0010: PostgreSQL alters no table in whose transaction rows have changed."""

    dependencies: ClassVar = [
        ("schools", "0008_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.AddField(
            model_name="apiclient",
            name="user",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="api_client",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(make_users, migrations.RunPython.noop),
    ]
