"""A district's providers, for who is not inside it yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from schools.models import District, Invitation, SignOnProvider
from schools.tenancy import district_scope

_SALT = "schools.sign_on.invitation"
_GOOD_FOR = 60 * 60


@dataclass(frozen=True)
class Door:
    """A district's own way in."""

    district: District
    providers: Sequence[SignOnProvider]


def door_at(slug: str) -> Door | None:
    """The district's way in; None where there is none, or no such district."""
    district = District.objects.filter(slug=slug).first()
    return door_of(district) if district else None


def door_of(district: District) -> Door | None:
    """The same, for a district that is known."""
    with district_scope(district.pk):
        rows = SignOnProvider.objects.filter(district=district, is_on=True)
        providers = list(rows.order_by("created_at", "id"))
    return Door(district, providers) if providers else None


def is_on(district_id: UUID, provider_id: UUID) -> bool:
    """Whether people get into the district by this provider now; asked inside it."""
    rows = SignOnProvider.objects.filter(district=district_id, pk=provider_id, is_on=True)
    return rows.exists()


def provider_at(district_id: UUID, provider_id: UUID) -> SignOnProvider | None:
    """One of a district's providers, whether it is on or not."""
    with district_scope(district_id):
        rows = SignOnProvider.objects.select_related("district")
        return rows.filter(district=district_id, pk=provider_id).first()


def back_to(provider: SignOnProvider) -> str:
    """Where the provider leads people back to."""
    return settings.PUBLIC_URL + reverse("sign_in_back", args=[provider.pk])


def pass_for(invitation: Invitation) -> str:
    """That somebody has opened the link of an invitation, for the next hour."""
    return signing.dumps([str(invitation.pk), invitation.token_hash], salt=_SALT)


def passed(sent: str) -> str:
    """The invitation of such a pass; none if it is none, or the link is dead by now."""
    try:
        invitation, token_hash = signing.loads(sent, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return ""
    rows = Invitation.objects.open().filter(pk=UUID(invitation), token_hash=token_hash)
    return invitation if rows.exists() else ""
