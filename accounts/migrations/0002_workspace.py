"""Whether a person wants mail, and whether it arrives."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Three columns of a person."""

    dependencies: ClassVar = [
        ("accounts", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="user",
            name="gets_comments_by_mail",
            field=models.BooleanField(default=True, verbose_name="mail about comments"),
        ),
        migrations.AddField(
            model_name="user",
            name="gets_reminders_by_mail",
            field=models.BooleanField(default=True, verbose_name="reminders by mail"),
        ),
        migrations.AddField(
            model_name="user",
            name="mail_refused_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the mail server of this address last said that there is nobody.",
                null=True,
                verbose_name="mail was refused",
            ),
        ),
    ]
