"""How a district's people sign in elsewhere: its providers, and who is who there."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.tenant import DistrictRow
from schools.outgoing import LONGEST_ADDRESS
from schools.querysets import DistrictWideQuerySet

# OpenID Connect Core, 2: a subject is no longer. SAML's persistent names are at most 256.
LONGEST_SUBJECT: Final = 256


class SignOnProvider(DistrictRow):
    """One provider of the district's. Only `schools.sign_on` writes it.

    Its id stands in the address to which the provider leads people back, and cannot be guessed.
    """

    class Kind(models.TextChoices):
        """Whose it is. What each kind fixes, `schools.sign_on.kinds` says."""

        GOOGLE = "google", "Google Workspace"
        MICROSOFT = "microsoft", "Microsoft Entra ID"
        CLEVER = "clever", "Clever"
        CLASSLINK = "classlink", "ClassLink"
        OIDC = "oidc", _("Another one, by OpenID Connect")
        SAML = "saml", _("Another one, by SAML")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    issuer = models.CharField(_("issuer"), max_length=LONGEST_ADDRESS, blank=True, default="")
    tenant = models.CharField(_("tenant"), max_length=200, blank=True, default="")
    client_id = models.CharField(_("client id"), max_length=200, blank=True, default="")
    secret = models.TextField(editable=False, blank=True, default="")
    """Encrypted (`schools.sign_on.secrets`)."""
    sso_address = models.CharField(
        _("sign-on address"), max_length=LONGEST_ADDRESS, blank=True, default=""
    )
    certificate = models.TextField(_("certificate"), blank=True, default="")
    is_on = models.BooleanField(_("switched on"), default=False)
    tried_at = models.DateTimeField(_("tried"), null=True, editable=False)
    """When an admin last came back from it, since it was last changed."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DistrictWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-on provider")
        verbose_name_plural = _("sign-on providers")
        ordering = ("created_at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_provider_was_tried_before_it_is_on",
                condition=models.Q(is_on=False) | models.Q(tried_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_saml(self) -> bool:
        """Whether it speaks SAML; all others speak OpenID Connect."""
        return self.kind == self.Kind.SAML


class Identity(DistrictRow):
    """Who somebody of a provider's is here: by its name for them, never by their address."""

    provider = models.ForeignKey(
        SignOnProvider,
        on_delete=models.CASCADE,
        related_name="identities",
        db_constraint=False,
        db_index=False,
    )
    subject = models.CharField(_("subject"), max_length=LONGEST_SUBJECT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=True
    )
    linked_at = models.DateTimeField(_("linked"), auto_now_add=True)
    used_at = models.DateTimeField(_("last used"), null=True)

    objects = DistrictWideQuerySet.as_manager()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "provider", "subject"], name="one_person_per_subject"
            ),
            models.UniqueConstraint(
                fields=["district", "provider", "user"], name="one_subject_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} · {self.user_id}"
