"""Webhooks, their deliveries and attempts, locked to their district; errands, ids only."""

from typing import ClassVar

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from schools.row_level_security import LockTenantTable


class Migration(migrations.Migration):
    """Three tenant tables, and a global one that holds ids only."""

    dependencies: ClassVar = [
        ("schools", "0007_api_credentials"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Webhook",
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
                ("url", models.CharField(max_length=500, verbose_name="address")),
                (
                    "description",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="description"
                    ),
                ),
                ("event_types", models.JSONField(default=list, verbose_name="events")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "Active"),
                            ("paused", "Paused"),
                            ("failing", "Paused: it has failed for a day"),
                            ("gone", "Switched off: the receiver said that it is gone"),
                        ],
                        default="active",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                ("secret", models.TextField(editable=False)),
                ("older_secret", models.TextField(blank=True, default="", editable=False)),
                ("older_until", models.DateTimeField(editable=False, null=True)),
                ("failures", models.PositiveIntegerField(default=0, editable=False)),
                ("failing_since", models.DateTimeField(editable=False, null=True)),
                ("not_before", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(editable=False, verbose_name="created")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="changed")),
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
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                ("event_id", models.UUIDField()),
                (
                    "event_type",
                    models.CharField(
                        choices=[
                            ("cycle.submitted", "cycle.submitted"),
                            ("cycle.reopened", "cycle.reopened"),
                            ("cycle.extended", "cycle.extended"),
                            ("campaign.opened", "campaign.opened"),
                            ("campaign.changed", "campaign.changed"),
                            ("theme.accepted", "theme.accepted"),
                            ("export.ready", "export.ready"),
                            ("webhook.test", "webhook.test"),
                        ],
                        max_length=20,
                    ),
                ),
                ("body", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "On its way"),
                            ("delivered", "Delivered"),
                            ("failed", "Not delivered"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("tries", models.PositiveIntegerField(default=0)),
                (
                    "asked_at",
                    models.DateTimeField(
                        help_text="Since when it is to be delivered: a day later it is given up."
                    ),
                ),
                ("claimed_until", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
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
                (
                    "webhook",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="schools.webhook",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
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
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("begun", "No word of it: under way, or our worker was stopped"),
                            ("delivered", "Delivered"),
                            ("refused", "The receiver answered with an error"),
                            (
                                "redirected",
                                "The receiver wants to lead elsewhere, which is not followed",
                            ),
                            ("address_not_allowed", "The address is not a public one"),
                            ("name_not_found", "There is no such name"),
                            ("connection_failed", "No connection, or one that broke off"),
                            ("tls_failed", "No secure connection: look at the certificate"),
                            ("not_understood", "The answer was not HTTP"),
                            ("timed_out", "No answer in time"),
                        ],
                        default="begun",
                        max_length=19,
                    ),
                ),
                ("milliseconds", models.PositiveIntegerField(null=True)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("answer", models.TextField(blank=True, default="")),
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
                (
                    "delivery",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="schools.webhookdelivery",
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt",
                "verbose_name_plural": "attempts",
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="WebhookErrand",
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
                ("webhook_id", models.UUIDField()),
                ("delivery_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "district",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="schools.district",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook errand",
                "verbose_name_plural": "webhook errands",
            },
        ),
        migrations.AddIndex(
            model_name="webhook",
            index=models.Index(fields=["district", "updated_at", "id"], name="webhooks_by_change"),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.UniqueConstraint(
                fields=("district", "url"), name="one_webhook_per_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhook",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("active", "paused", "failing", "gone"))),
                name="webhook_state_is_known",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                fields=["district", "webhook", "updated_at", "id"], name="deliveries_by_change"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                fields=["district", "webhook", "-created_at"], name="deliveries_by_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                fields=("district", "webhook", "event_id"), name="each_event_is_delivered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("waiting", "delivered", "failed"))),
                name="delivery_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("state", "waiting")),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True), ("settled_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="delivery_is_settled_or_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookattempt",
            constraint=models.UniqueConstraint(
                fields=("district", "delivery", "number"), name="each_attempt_has_its_number"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookerrand",
            index=models.Index(fields=["at"], name="webhook_errands_by_time"),
        ),
        migrations.AddConstraint(
            model_name="webhookerrand",
            constraint=models.UniqueConstraint(
                fields=("district", "delivery_id"), name="one_errand_per_delivery"
            ),
        ),
        *map(LockTenantTable, ("Webhook", "WebhookDelivery", "WebhookAttempt")),
    ]
