"""A program that reads one district's data."""

from typing import ClassVar

from allauth.idp.oidc.models import Client
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from schools.models.district import District


class Scope(models.TextChoices):
    """What an API client's token may do."""

    ROSTER_READ = "roster:read", _("Read schools")
    CYCLES_READ = "cycles:read", _("Read campaigns and cycles")
    DASHBOARDS_READ = "dashboards:read", _("Read dashboards")
    WEBHOOKS_READ = "webhooks:read", _("Read webhooks and their deliveries")
    WEBHOOKS_WRITE = "webhooks:write", _("Make, change and remove webhooks")


class ApiClient(models.Model):
    """Binds a client of the identity provider to one district. Its tokens reach nothing else.

    Global, like memberships: it decides who may enter.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District,
        on_delete=models.CASCADE,
        related_name="api_clients",
        verbose_name=_("district"),
    )
    client = models.OneToOneField(
        Client, on_delete=models.CASCADE, related_name="api_client", editable=False
    )
    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    sees_whole_district: ClassVar[bool] = True
    school_ids: ClassVar[tuple] = ()

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ("district", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "name"], name="one_api_client_per_name_and_district"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> frozenset[Scope]:
        """What the token of this request may do; nothing before a token was shown."""
        return getattr(self, "_scopes", frozenset())

    def with_token_scopes(self, names: list[str]) -> "ApiClient":
        """This client, acting with a token of the scopes `names`; unknown names allow nothing."""
        self._scopes = frozenset(Scope(name) for name in names if name in Scope.values)
        return self
