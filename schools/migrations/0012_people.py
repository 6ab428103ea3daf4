"""Invitations, and when somebody was here last."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """A global table: it decides who may enter, before anyone has."""

    dependencies: ClassVar = [
        ("schools", "0011_audit_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="membership",
            name="last_visit_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="last visit"),
        ),
        migrations.CreateModel(
            name="Invitation",
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
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                (
                    "name",
                    models.CharField(blank=True, default="", max_length=150, verbose_name="name"),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("district_admin", "District admin"),
                            ("specialist", "Specialist"),
                            ("principal", "Principal"),
                            ("team_member", "Team member"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "sees_whole_district",
                    models.BooleanField(default=False, verbose_name="sees the whole district"),
                ),
                (
                    "school_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="schools",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")],
                        default="en",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                ("sending", models.PositiveSmallIntegerField(default=1)),
                (
                    "token_hash",
                    models.CharField(blank=True, default="", editable=False, max_length=64),
                ),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                ("accepted_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("mail_due_at", models.DateTimeField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                ("mailed_at", models.DateTimeField(null=True)),
                ("mail_refused", models.BooleanField(default=False)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="schools.district",
                        verbose_name="district",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ("-made_at", "-id"),
                "indexes": [
                    models.Index(fields=["district", "email"], name="invitations_by_address"),
                    models.Index(
                        condition=models.Q(("accepted_at", None), ("revoked_at", None)),
                        fields=["district", "made_at"],
                        name="invitations_that_wait",
                    ),
                    models.Index(
                        condition=models.Q(("mail_due_at__isnull", False)),
                        fields=["mail_due_at"],
                        name="invitations_to_be_mailed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("token_hash", ""), _negated=True),
                        fields=("token_hash",),
                        name="each_token_of_one_invitation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "district_admin",
                                    "specialist",
                                    "principal",
                                    "team_member",
                                    "viewer",
                                ],
                            )
                        ),
                        name="invitation_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role", "viewer"),
                            models.Q(
                                ("role__in", ("district_admin", "specialist")),
                                ("sees_whole_district", True),
                            ),
                            models.Q(
                                ("role__in", ("principal", "team_member")),
                                ("sees_whole_district", False),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_scope_fits_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("school_ids__len", 0), ("sees_whole_district", True)),
                            models.Q(("school_ids__len__gt", 0), ("sees_whole_district", False)),
                            _connector="OR",
                        ),
                        name="invitation_names_schools_or_the_district",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at", None), ("revoked_at", None), _connector="OR"
                        ),
                        name="invitation_is_accepted_or_revoked",
                    ),
                ],
            },
        ),
    ]
