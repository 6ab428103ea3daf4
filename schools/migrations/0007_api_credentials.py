"""A client may have several credentials, one of which follows another."""

from datetime import timedelta
from typing import Any, ClassVar

import django.db.models.deletion
import django.utils.timezone
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

LONGEST = timedelta(days=365)


def keep_what_there_is(apps: Any, _schema_editor: Any) -> None:
    """What each client showed so far goes on, for a year; its keys as long as they were made for.

    The keys are tokens of the same client of the identity provider, and end with it.
    """
    credential = apps.get_model("schools", "ApiCredential")
    until = django.utils.timezone.now() + LONGEST
    for api_client in apps.get_model("schools", "ApiClient").objects.all():
        credential.objects.create(
            api_client=api_client,
            client_id=api_client.client_id,
            kind="secret",
            created_at=api_client.created_at,
            expires_at=until,
        )


class Migration(migrations.Migration):
    """A table of its own. Global, like the clients: it decides who may enter."""

    dependencies: ClassVar = [
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("schools", "0006_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="ApiCredential",
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
                        choices=[("secret", "Client id and secret"), ("key", "Long-lived key")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("hint", models.CharField(blank=True, editable=False, max_length=4)),
                ("asked_as", models.UUIDField(editable=False, null=True)),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked"),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last used"),
                ),
                (
                    "last_used_from",
                    models.GenericIPAddressField(editable=False, null=True, verbose_name="from"),
                ),
                (
                    "api_client",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credentials",
                        to="schools.apiclient",
                    ),
                ),
                (
                    "client",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_credential",
                        to="allauth_idp_oidc.client",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "credential",
                "verbose_name_plural": "credentials",
                "ordering": ("-created_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        name="api_credential_kind_is_known",
                        condition=models.Q(("kind__in", ("secret", "key"))),
                    )
                ],
            },
        ),
        migrations.RunPython(keep_what_there_is, migrations.RunPython.noop),
        migrations.RemoveField(model_name="apiclient", name="client"),
        migrations.AlterConstraint(
            model_name="apiclient",
            name="one_api_client_per_name_and_district",
            constraint=models.UniqueConstraint(
                fields=("district", "name"),
                name="one_api_client_per_name_and_district",
                violation_error_message="There is an API client of this name already.",
            ),
        ),
    ]
