"""An operator looks into a district: for a reason, for an hour at most, and changes nothing."""

from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from accounts.models import User
from schools.models.district import District

LASTS: Final = timedelta(hours=1)
SHORTEST_REASON: Final = 20
LONGEST_REASON: Final = 200


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    """Sessions of operators. Global rows: each names its one district."""

    def not_ended(self) -> Self:
        """Those of which nobody has written down the end."""
        return self.filter(ended_at=None)

    def lasting(self, now: datetime | None = None) -> Self:
        """Those that let somebody in at this second."""
        operators = Q(operator__is_active=True, operator__is_staff=True)
        return self.not_ended().filter(operators, ends_at__gt=now or timezone.now())

    def over(self, now: datetime) -> Self:
        """Those that let nobody in any more, and that nobody has ended."""
        no_operator = Q(operator__is_active=False) | Q(operator__is_staff=False)
        return self.not_ended().filter(no_operator | Q(ends_at__lte=now))


class BreakGlass(models.Model):
    """A break-glass session. Global: it decides who may enter, before anyone has.

    Somebody who asks, beside memberships and API clients (`schools.querysets.Who`).
    """

    class End(models.TextChoices):
        """How it came to its end."""

        ENDED = "ended", pgettext_lazy("how it came to its end", "ended by the operator")
        SIGNED_OUT = "signed_out", pgettext_lazy("how it came to its end", "signed out")
        EXPIRED = "expired", pgettext_lazy("how it came to its end", "its hour was over")
        NO_OPERATOR = "no_operator", pgettext_lazy("how it came to its end", "no operator any more")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    began_at = models.DateTimeField(_("began"))
    ends_at = models.DateTimeField(_("ends at the latest"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    how_it_ended = models.CharField(max_length=12, choices=End, blank=True, default="")

    sees_whole_district = True
    school_ids = ()

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        verbose_name = _("break-glass session")
        verbose_name_plural = _("break-glass sessions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(ended_at=None),
                name="an_operator_looks_into_one_district_at_a_time",
            ),
            models.CheckConstraint(
                name="break_glass_lasts_an_hour_at_most",
                condition=Q(ends_at__lte=F("began_at") + LASTS),
            ),
            models.CheckConstraint(
                name="break_glass_has_a_reason",
                condition=Q(reason__regex=rf".{{{SHORTEST_REASON},}}"),
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def user(self) -> User:
        """The person who asks."""
        return self.operator

    @property
    def user_id(self) -> object:
        """The person who asks, by id."""
        return self.operator_id

    @property
    def minutes_left(self) -> int:
        """Whole minutes, the last one counted."""
        left = self.ends_at - timezone.now()
        return max(0, -(-left // timedelta(minutes=1)))

    def covers(self, school_id: object) -> bool:
        """All of the district."""
        return True

    def get_role_display(self) -> str:
        """What stands where a membership's role does."""
        return str(_("Operator, reading only"))


class BreakGlassMail(models.Model):
    """That a district's admin is told of a session: a row of the outbox. Ids only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    break_glass = models.ForeignKey(BreakGlass, on_delete=models.CASCADE, related_name="mails")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["break_glass", "user"], name="each_admin_is_told_once_of_a_break_glass"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False),
                name="break_glass_mails_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.break_glass_id} · {self.user_id}"
