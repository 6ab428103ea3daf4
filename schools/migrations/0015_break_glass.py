"""Break-glass sessions of operators, and the mails about them: global, ids and a reason."""

import datetime
from typing import ClassVar

import django.db.models.deletion
import django.db.models.expressions
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION keep_break_glass() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NOT NULL
       OR (OLD.district_id, OLD.operator_id, OLD.reason, OLD.began_at, OLD.ends_at)
          IS DISTINCT FROM
          (NEW.district_id, NEW.operator_id, NEW.reason, NEW.began_at, NEW.ends_at)
    THEN
        RAISE EXCEPTION 'a break-glass session is ended once, and otherwise never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kept_as_it_began BEFORE UPDATE ON schools_breakglass
    FOR EACH ROW EXECUTE FUNCTION keep_break_glass();
"""
UNGUARD = """
DROP TRIGGER kept_as_it_began ON schools_breakglass;
DROP FUNCTION keep_break_glass();
"""


class Migration(migrations.Migration):
    """A session can be ended, and not be made longer: the database holds to it."""

    dependencies: ClassVar = [
        ("schools", "0014_sign_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="BreakGlass",
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
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("began_at", models.DateTimeField(verbose_name="began")),
                ("ends_at", models.DateTimeField(verbose_name="ends at the latest")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "how_it_ended",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ended", "ended by the operator"),
                            ("signed_out", "signed out"),
                            ("expired", "its hour was over"),
                            ("no_operator", "no operator any more"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="schools.district",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "break-glass session",
                "verbose_name_plural": "break-glass sessions",
            },
        ),
        migrations.CreateModel(
            name="BreakGlassMail",
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
                ("due_at", models.DateTimeField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "break_glass",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="schools.breakglass",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("operator",),
                name="an_operator_looks_into_one_district_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("began_at"),
                            "+",
                            models.Value(datetime.timedelta(seconds=3600)),
                        ),
                    )
                ),
                name="break_glass_lasts_an_hour_at_most",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglass",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", ".{20,}")), name="break_glass_has_a_reason"
            ),
        ),
        migrations.AddIndex(
            model_name="breakglassmail",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at"],
                name="break_glass_mails_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="breakglassmail",
            constraint=models.UniqueConstraint(
                fields=("break_glass", "user"), name="each_admin_is_told_once_of_a_break_glass"
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
