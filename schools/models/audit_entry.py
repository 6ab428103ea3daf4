"""Who did what in a district: rows that nobody changes or removes, and the seals upon them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.models.district import District
from schools.models.tenant import DistrictRow
from schools.querysets import DistrictWideQuerySet


class Event(models.TextChoices):
    """What is told of in the audit log, by what it was done to."""

    # People
    INVITED = "person.invited", _("A person was invited")
    INVITATION_SENT_AGAIN = "person.invitation_sent_again", _("An invitation was sent again")
    INVITATION_REVOKED = "person.invitation_revoked", _("An invitation was taken back")
    JOINED = "person.joined", _("A person joined")
    ROLE_CHANGED = "person.role_changed", _("A person’s role or schools were changed")
    LEFT = "person.left", _("A person’s membership was ended")
    # How people get in
    SIGNED_IN = "person.signed_in", _("A person signed in")
    PASSWORD_CHANGED = "person.password_changed", _("A person’s password was changed")
    FACTOR_ADDED = "factor.added", _("A second factor was set up")
    FACTOR_REMOVED = "factor.removed", _("A second factor was removed")
    FACTOR_FAILED = "factor.failed", _("A second factor was tried in vain")
    FACTORS_RESET = "factor.reset", _("A person’s second factors were taken away")
    SESSIONS_ENDED = "session.ended", _("A person’s sessions were ended")
    SECURITY_CHANGED = "district.security_changed", _("How people sign in was changed")
    # Its schools
    SCHOOL_CHANGED = "school.changed", _("Schools were put into a group")
    ROSTER_LOADED = "schools.roster_loaded", _("A roster was loaded")
    # The work
    CAMPAIGN_OPENED = "campaign.opened", _("A campaign was opened")
    CAMPAIGN_CHANGED = "campaign.changed", _("A campaign was changed")
    EXTENDED = "cycle.extended", _("A school was given more time")
    SUBMITTED = "cycle.submitted", _("A cycle was submitted")
    REOPENED = "cycle.reopened", _("A cycle was reopened")
    QUOTING_CHANGED = "cycle.quoting_changed", _("A school decided anew who may quote it")
    REMINDED = "schools.reminded", _("Schools were reminded")
    INTRODUCED = "schools.introduced", _("Two schools were told of each other")
    THEME_DECIDED = "theme.decided", _("Something was decided about a theme")
    # What is taken along
    EXPORT_ASKED = "export.asked", _("An export was asked for")
    EXPORT_FETCHED = "export.fetched", _("An export was fetched")
    # Programs
    API_CLIENT_MADE = "api_client.made", _("An API client was made")
    CREDENTIAL_MADE = "credential.made", _("A credential was made")
    CREDENTIAL_REVOKED = "credential.revoked", _("A credential was revoked")
    WEBHOOK_MADE = "webhook.made", _("A webhook was made")
    WEBHOOK_CHANGED = "webhook.changed", _("A webhook was changed")
    WEBHOOK_REMOVED = "webhook.removed", _("A webhook was removed")
    WEBHOOK_SECRET_MADE = "webhook.secret_made", _("A webhook got a new secret")
    # Sign-on
    SIGN_ON_MADE = "sign_on.made", _("A sign-on provider was added")
    SIGN_ON_CHANGED = "sign_on.changed", _("A sign-on provider was changed")
    SIGN_ON_SWITCHED = "sign_on.switched", _("A sign-on provider was switched on or off")
    SIGN_ON_REMOVED = "sign_on.removed", _("A sign-on provider was removed")
    SIGN_ON_ONLY = "sign_on.only", _("Sign-on only was switched on or off")
    IDENTITY_LINKED = "sign_on.linked", _("A person was linked to a provider")
    IDENTITY_UNLINKED = "sign_on.unlinked", _("A person’s link to a provider was ended")
    WEBHOOK_TESTED = "webhook.tested", _("A webhook was sent a test")
    WEBHOOK_REPLAYED = "webhook.replayed", _("A webhook was told once more")
    # Operators
    CHANGED_BY_OPERATOR = "operator.changed", _("An operator changed something in the admin")
    BREAK_GLASS_BEGAN = "operator.break_glass_began", _("An operator began to read here")
    LOOKED = "operator.looked", _("An operator opened a page")
    BREAK_GLASS_ENDED = "operator.break_glass_ended", _("An operator’s reading here ended")


class AuditEntry(DistrictRow):
    """One thing that was done. Written by `schools.audit` alone, and never changed or removed.

    It outlives what it speaks of: names stand as they were, keys are no references. It never holds
    a word that a school has written.
    """

    class Actor(models.TextChoices):
        """What kind of someone it was."""

        PERSON = "person", pgettext_lazy("who did it", "Person")
        PROGRAM = "program", pgettext_lazy("who did it", "Program")
        OPERATOR = "operator", pgettext_lazy("who did it", "Operator")
        NINEFOLD = "ninefold", pgettext_lazy("who did it", "Ninefold itself")

    id = models.BigAutoField(primary_key=True)  # type: ignore[assignment]  # the order
    # A check of the district for every entry would cost more than the entry.
    district = models.ForeignKey(
        District, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(_("when"))
    event = models.CharField(_("what"), max_length=40)
    actor_kind = models.CharField(_("who"), max_length=8, choices=Actor)
    actor = models.UUIDField(_("user"), null=True, blank=True)
    actor_name = models.CharField(_("name"), max_length=150, blank=True, default="")
    object_kind = models.CharField(_("of what kind"), max_length=40, blank=True, default="")
    object_id = models.UUIDField(_("of which"), null=True, blank=True)
    object_name = models.CharField(_("about"), max_length=200, blank=True, default="")
    address = models.GenericIPAddressField(_("from"), null=True, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    objects = DistrictWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("entries of the audit log")
        indexes: ClassVar = [
            models.Index(fields=["district", "at"], name="audit_by_time"),
            models.Index(fields=["district", "event", "id"], name="audit_by_event"),
            models.Index(fields=["district", "actor_name", "id"], name="audit_by_who"),
            models.Index(fields=["district", "object_name", "id"], name="audit_by_about"),
            models.Index(fields=["district", "object_id", "id"], name="audit_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name}: {self.event} {self.object_name}"

    @property
    def said(self) -> str:
        """What was done, in words."""
        return str(Event(self.event).label) if self.event in Event.values else self.event


class AuditSeal(DistrictRow):
    """A seal upon entries of a district, and upon the seal before it (`schools.audit_seals`)."""

    district = models.ForeignKey(
        District, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    entries = ArrayField(models.BigIntegerField())
    """By their ids: a transaction that took its time is sealed later than those it overtook."""
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects = DistrictWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of the audit log")
        verbose_name_plural = _("seals of the audit log")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "number"], name="one_seal_of_each_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["district", "sealed_at"], name="seals_by_time")]

    def __str__(self) -> str:
        return f"{self.number}: {self.digest}"
