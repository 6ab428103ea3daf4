"""Sign-on: a district's providers, who is who there, and whether there is another way in."""

from typing import ClassVar

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from schools.row_level_security import LockTenantTable

_ID = models.UUIDField(
    default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False
)
_PERSON = settings.AUTH_USER_MODEL


def _district() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="schools.district",
    )


class Migration(migrations.Migration):
    """Two tenant tables and a column of the district."""

    dependencies: ClassVar = [
        ("schools", "0013_second_factors"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="district",
            name="sign_on_only",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="sign-on only"
            ),
        ),
        migrations.CreateModel(
            name="SignOnProvider",
            fields=[
                ("id", _ID.clone()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("google", "Google Workspace"),
                            ("microsoft", "Microsoft Entra ID"),
                            ("clever", "Clever"),
                            ("classlink", "ClassLink"),
                            ("oidc", "Another one, by OpenID Connect"),
                            ("saml", "Another one, by SAML"),
                        ],
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "issuer",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="issuer"),
                ),
                (
                    "tenant",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="tenant"),
                ),
                (
                    "client_id",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="client id"
                    ),
                ),
                ("secret", models.TextField(blank=True, default="", editable=False)),
                (
                    "sso_address",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="sign-on address"
                    ),
                ),
                (
                    "certificate",
                    models.TextField(blank=True, default="", verbose_name="certificate"),
                ),
                ("is_on", models.BooleanField(default=False, verbose_name="switched on")),
                (
                    "tried_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="tried"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("district", _district()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=_PERSON,
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-on provider",
                "verbose_name_plural": "sign-on providers",
                "ordering": ("created_at", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on", False), ("tried_at__isnull", False), _connector="OR"
                        ),
                        name="a_provider_was_tried_before_it_is_on",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", _ID.clone()),
                ("subject", models.CharField(max_length=256, verbose_name="subject")),
                ("linked_at", models.DateTimeField(auto_now_add=True, verbose_name="linked")),
                ("used_at", models.DateTimeField(null=True, verbose_name="last used")),
                ("district", _district()),
                (
                    "provider",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to="schools.signonprovider",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=_PERSON,
                    ),
                ),
            ],
            options={
                "verbose_name": "identity",
                "verbose_name_plural": "identities",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("district", "provider", "subject"), name="one_person_per_subject"
                    ),
                    models.UniqueConstraint(
                        fields=("district", "provider", "user"), name="one_subject_per_person"
                    ),
                ],
            },
        ),
        LockTenantTable("SignOnProvider"),
        LockTenantTable("Identity"),
    ]
