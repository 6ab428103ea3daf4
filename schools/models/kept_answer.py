"""What was answered to a write: the same request sent again is answered again, not done again."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.tenant import DistrictRow
from schools.querysets import TenantQuerySet, Who

LONGEST_KEY = 255
KEPT_FOR = timedelta(hours=24)


class KeptAnswerQuerySet(TenantQuerySet["KeptAnswer"]):
    """Kept answers: each caller's own."""

    def visible_to(self, who: Who) -> "KeptAnswerQuerySet":
        """Those to what `who` sent."""
        caller: Any = getattr(who, "user_id", None)
        return self.filter(district_id=who.district_id, caller=caller)

    def too_old(self, now: datetime) -> "KeptAnswerQuerySet":
        """Those that are kept for longer than was promised."""
        return self.filter(kept_at__lt=now - KEPT_FOR)


class KeptAnswer(DistrictRow):
    """The answer to a write that was done, by the `Idempotency-Key` of who asked for it.

    Its body is encrypted: it holds a school's words, or a secret that is shown once.
    """

    caller = models.UUIDField(_("caller"))
    """The user of the person or program that asked."""
    key = models.CharField(_("key"), max_length=LONGEST_KEY)
    request = models.CharField(max_length=64)
    """A hash of method, address and body: another request cannot have the same key."""
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True, default="")
    kept_at = models.DateTimeField()

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "caller", "key"], name="one_answer_per_caller_and_key"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "kept_at"], name="kept_answers_by_age"),
        ]

    def __str__(self) -> str:
        return self.key

    def take(self) -> None:
        """Be the answer of this caller and key, unless there is one; waits for one that is made."""
        type(self).objects.bulk_create([self], ignore_conflicts=True)
