"""The outbox of mails: who is to hear of what. Ids only; the words are read when it is sent."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from schools.models import District


class Notice(models.Model):
    """One person shall hear of one event, once: `key` names the event.

    Global, like dirty marks: the sweep reads it across districts, because a person who serves two
    of them gets one mail a day, and it holds no words. It is written in the transaction of the
    event and settled when the mail that tells of it was handed over, or when there is nothing left
    to tell (`sent_at` with `dropped`).
    """

    class Kind(models.TextChoices):
        """What there is to tell."""

        COMMENT = "comment", _("A comment")
        REMINDER = "reminder", _("A reminder of the cycle")
        COMMITMENT = "commitment", _("A reminder of a commitment")
        INTRODUCTION = "introduced", _("An introduction to another school")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    about_id = models.UUIDField(help_text=_("The comment, cycle, commitment or introduction."))
    key = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    dropped = models.BooleanField(default=False)
    not_before = models.DateTimeField(
        null=True, help_text=_("Until then the sweep passes over it: see notifications.outbox.")
    )
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "user", "key"], name="each_event_is_told_a_person_once"
            ),
            models.CheckConstraint(
                name="notice_kind_is_known",
                condition=Q(kind__in=["comment", "reminder", "commitment", "introduced"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user", "created_at"],
                condition=Q(sent_at__isnull=True),
                name="notices_that_wait",
            ),
            models.Index(fields=["user", "-sent_at"], name="notices_by_person"),
        ]

    def __str__(self) -> str:
        return self.key
