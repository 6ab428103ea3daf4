"""An invitation into a district, for one e-mail address and as one role."""

import base64
from datetime import timedelta
from hashlib import sha256
from typing import ClassVar, Final, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from schools.models.district import District
from schools.models.membership import DISTRICT_ROLES, SCHOOL_ROLES, Role
from schools.querysets import Who

VALID_FOR: Final = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations. Global rows: this filter is the only lock before them."""

    def visible_to(self, who: Who) -> Self:
        """All of the district; for a school's people, those into their own schools alone."""
        rows = self.filter(district=who.district_id)
        if who.sees_whole_district:
            return rows
        own = [seat["school"] for seat in who.school_ids]
        return rows.filter(school_ids__contained_by=own, school_ids__len__gt=0)

    def waiting(self) -> Self:
        """Neither accepted nor revoked; some of them may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self) -> Self:
        """Those that can be accepted now."""
        return self.waiting().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """Who shall come into which district as what. Accepted once, within seven days.

    Global, like memberships: it decides who may enter, before anyone has. Its token is in the
    mail and nowhere else: kept is a hash. Each sending has another token, made of the
    installation's secret, so that a mail that has to be sent again is the same mail.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("district")
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    sees_whole_district = models.BooleanField(_("sees the whole district"), default=False)
    # Ids alone: the rows lie behind the district's lock, and are looked up again on acceptance.
    school_ids = ArrayField(models.UUIDField(), verbose_name=_("schools"), default=list, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)
    sending = models.PositiveSmallIntegerField(default=1)
    token_hash = models.CharField(max_length=64, blank=True, default="", editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True)
    # The outbox: when its mail is due, and nothing once it has gone out.
    mail_due_at = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    mail_refused = models.BooleanField(default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-made_at", "-id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["token_hash"],
                condition=~Q(token_hash=""),
                name="each_token_of_one_invitation",
            ),
            models.CheckConstraint(
                name="invitation_role_is_known", condition=Q(role__in=Role.values)
            ),
            models.CheckConstraint(
                name="invitation_scope_fits_role",
                condition=Q(role=Role.VIEWER)
                | Q(role__in=DISTRICT_ROLES, sees_whole_district=True)
                | Q(role__in=SCHOOL_ROLES, sees_whole_district=False),
            ),
            models.CheckConstraint(
                name="invitation_names_schools_or_the_district",
                condition=Q(sees_whole_district=True, school_ids__len=0)
                | Q(sees_whole_district=False, school_ids__len__gt=0),
            ),
            models.CheckConstraint(
                name="invitation_is_accepted_or_revoked",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district", "email"], name="invitations_by_address"),
            models.Index(
                fields=["district", "made_at"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitations_that_wait",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="invitations_to_be_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}, {self.district}"

    @property
    def is_waiting(self) -> bool:
        """Neither accepted nor revoked."""
        return self.accepted_at is None and self.revoked_at is None

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted now."""
        return self.is_waiting and self.expires_at > timezone.now()

    @property
    def token(self) -> str:
        """What the link of the latest mail carries."""
        said = f"{self.pk.hex}/{self.sending}"
        made = salted_hmac("schools.invitations", said, algorithm="sha256").digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode(errors="replace")).hexdigest()
