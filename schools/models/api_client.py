"""A program that reads one district's data, and how it gets in."""

from datetime import timedelta
from typing import ClassVar, Final

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from schools.models.district import District
from schools.models.membership import Membership
from schools.querysets import Who

# So long before its end a credential asks for a successor.
SOON: Final = timedelta(days=14)


class Scope(models.TextChoices):
    """What an API client's token may do."""

    ROSTER_READ = "roster:read", _("Read schools")
    CYCLES_READ = "cycles:read", _("Read campaigns and cycles")
    CYCLES_WRITE = (
        "cycles:write",
        _("Read and write cycles, commitments and comments"),
    )
    DASHBOARDS_READ = "dashboards:read", _("Read dashboards")
    WEBHOOKS_READ = "webhooks:read", _("Read webhooks and their deliveries")
    WEBHOOKS_WRITE = "webhooks:write", _("Read, make, change and remove webhooks")


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    """API clients. Global rows: this filter is the only lock before them."""

    def visible_to(self, who: Who) -> "ApiClientQuerySet":
        """Those of the district of `who`."""
        return self.filter(district=who.district_id)


class ApiClient(models.Model):
    """A program of one district. Its credentials say how it gets in, and reach nothing else.

    Global, like memberships: it decides who may enter. What it writes stands under the name of a
    user of its own, who can never sign in.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District,
        on_delete=models.CASCADE,
        related_name="api_clients",
        verbose_name=_("district"),
    )
    name = models.CharField(_("name"), max_length=100)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="api_client",
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ApiClientQuerySet.as_manager()

    sees_whole_district: ClassVar[bool] = True
    school_ids: ClassVar[tuple] = ()

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ("district", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "name"],
                name="one_api_client_per_name_and_district",
                violation_error_message=_("There is an API client of this name already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, _school_id: object) -> bool:
        """Whether the school is one of theirs: of its district, every one is."""
        return True

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the token of this request may do; nothing before a token was shown."""
        return getattr(self, "_scopes", frozenset())

    @property
    def credential(self) -> "ApiCredential | None":
        """What was shown with this request."""
        return getattr(self, "_credential", None)

    def shown(self, credential: "ApiCredential", scopes: list[str]) -> "ApiClient":
        """This client, acting with a token of these scopes; unknown names allow nothing."""
        self._credential = credential
        return self._with_scopes(scopes)

    def with_all_its_scopes(self) -> "ApiClient":
        """This client, acting on what it asked for earlier, as far as it may today."""
        valid = self.credentials.filter(revoked_at=None, expires_at__gt=timezone.now())
        names = [name for one in valid.select_related("client") for name in one.client.get_scopes()]
        return self._with_scopes(names)

    def _with_scopes(self, names: list[str]) -> "ApiClient":
        self._scopes = frozenset(Scope(name) for name in names if name in Scope.values)
        return self


# Who writes: a person in their place, or a program. Both have a user, under whose name it stands.
Author = Membership | ApiClient


class ApiCredentialQuerySet(models.QuerySet["ApiCredential"]):
    """Credentials. Global rows: this filter is the only lock before them."""

    def visible_to(self, who: Who) -> "ApiCredentialQuerySet":
        """Those of the clients of the district of `who`."""
        return self.filter(api_client__district=who.district_id)


class ApiCredential(models.Model):
    """One way in for an API client; it may have several at once, so that one can follow another.

    Each is a client of the identity provider of its own: that keeps the scopes and hashes what is
    secret. One that has expired or was revoked stays, and lets nobody in.
    """

    class Kind(models.TextChoices):
        """What a program shows."""

        SECRET = "secret", _("Client id and secret")
        KEY = "key", _("Long-lived key")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    api_client = models.ForeignKey(
        ApiClient, on_delete=models.CASCADE, related_name="credentials", editable=False
    )
    client = models.OneToOneField(
        Client, on_delete=models.CASCADE, related_name="api_credential", editable=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    hint = models.CharField(max_length=4, blank=True, editable=False)
    """The last letters of what is secret, so that its owner can tell two of them apart."""
    asked_as = models.UUIDField(null=True, editable=False)
    """The form that asked for it."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    last_used_from = models.GenericIPAddressField(_("from"), null=True, editable=False)

    objects = ApiCredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="api_credential_kind_is_known", condition=Q(kind__in=("secret", "key"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.hint}"

    @property
    def is_revoked(self) -> bool:
        """Whether somebody has taken it back."""
        return self.revoked_at is not None

    @property
    def is_expired(self) -> bool:
        """Whether its time has passed."""
        return self.expires_at <= timezone.now()

    @property
    def is_valid(self) -> bool:
        """Whether it lets anyone in."""
        return not (self.is_revoked or self.is_expired)

    @property
    def expires_soon(self) -> bool:
        """Whether it is time to let another one follow."""
        return self.is_valid and self.expires_at <= timezone.now() + SOON

    @property
    def scopes(self) -> list[Scope]:
        """What it may do at most, in the order of the table."""
        names = self.client.get_scopes()
        return [scope for scope in Scope if scope in names]
