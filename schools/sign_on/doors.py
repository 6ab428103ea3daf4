"""Which districts a session opens.

One that began with a district's provider opens that district, and no other. Every other session
opens all that do not insist on their own sign-on. This is asked with each request, so that it
holds for every way in: password, passkey, a reset, an invitation, a session of yesterday.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login, logout
from django.http import HttpRequest

from accounts.models import User
from schools.models import District, Identity, Invitation, Membership, SignOnProvider
from schools.models.membership import MembershipQuerySet
from schools.tenancy import district_scope

# As it stands in a session's records of how somebody signed in.
METHOD: Final = "sign_on"
_KEY: Final = "sign_on"
_NOBODY: Final = UUID(int=0)
_NEVER: Final = "1970-01-01T00:00:00+00:00"
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Mark:
    """That a session began with a district's provider, and with which, as it was then.

    What was switched off or changed meanwhile has let in nobody whose session still holds, even
    when it is on again; nor has a link that was ended, even when the person is linked anew.
    """

    district: UUID
    provider: UUID
    as_it_was: datetime
    identity: UUID


def begin(request: HttpRequest, person: User, provider: SignOnProvider) -> None:
    """A session that opens the provider's district. Nothing of the one before is taken over.

    The provider asks for a second factor or does not: that is the district's own rule, as is
    whether there is a password at all.
    """
    logout(request)
    with district_scope(provider.district_id):
        rows = Identity.objects.filter(district=provider.district_id, provider=provider)
        linked = rows.filter(user=person).values_list("pk", flat=True).first()
    # Before anybody hears of it: they ask for the mark.
    request.session[_KEY] = {
        "district": str(provider.district_id),
        "provider": str(provider.pk),
        "as_it_was": provider.updated_at.isoformat(),
        "identity": str(linked or _NOBODY),
    }
    login(request, person, backend=_BACKEND)
    record_authentication(request, person, METHOD, provider=str(provider.pk))


def is_here_by(request: HttpRequest, provider: SignOnProvider) -> bool:
    """Whether somebody is signed in by this very provider already."""
    mark = mark_of(request)
    if mark is None or mark.provider != provider.pk:
        return False
    return _still_holds(mark, request.user.pk)


def go_on(request: HttpRequest, person: User, provider: SignOnProvider) -> None:
    """Whoever is here by it has said so once more.

    The session stays the one that it is: what stands typed in another tab can still be sent.
    """
    facts = {"provider": str(provider.pk), "reauthenticated": True}
    record_authentication(request, person, METHOD, **facts)


def mark_of(request: HttpRequest) -> Mark | None:
    """The mark of the session, if it has one."""
    kept = request.session.get(_KEY)
    if not kept:
        return None
    # A session of an earlier release does not say, and holds no more.
    as_it_was = datetime.fromisoformat(kept.get("as_it_was", _NEVER))
    identity = UUID(kept.get("identity", str(_NOBODY)))
    return Mark(UUID(kept["district"]), UUID(kept["provider"]), as_it_was, identity)


def places(request: HttpRequest) -> MembershipQuerySet:
    """The memberships of whoever is signed in that their session opens."""
    rows = Membership.objects.filter(user=request.user.pk).select_related("district", "user")
    mark = mark_of(request)
    if mark is None:
        return rows.filter(district__sign_on_only=False)
    if not isinstance(request.user, User) or not _still_holds(mark, request.user.pk):
        return rows.none()
    return rows.filter(district=mark.district)


def closed_places(request: HttpRequest) -> MembershipQuerySet:
    """Those that it does not open."""
    rows = Membership.objects.filter(user=request.user.pk).select_related("district", "user")
    return rows.exclude(pk__in=places(request).values("pk"))


def speaks_for(request: HttpRequest, district: UUID) -> bool:
    """Whether what the session began with says in this district who somebody is.

    The word of one district's provider is none in another.
    """
    mark = mark_of(request)
    if mark is None:
        return True
    return mark.district == district and _still_holds(mark, request.user.pk)


def only_by_sign_on(person: User) -> District | None:
    """The district by whose sign-on alone the person gets anywhere; None if there is another way.

    Whoever works in several districts, or is asked into one, keeps or gets their own way into those
    that take it.
    """
    if person.is_staff or person.is_superuser:
        return None
    rows = Membership.objects.filter(user=person).select_related("district")
    districts = [membership.district for membership in rows.order_by("created_at")]
    if not districts or not all(district.sign_on_only for district in districts):
        return None
    asked = Invitation.objects.open().filter(email=person.email, district__sign_on_only=False)
    return None if asked.exists() else districts[0]


def _still_holds(mark: Mark, person_id: UUID | None) -> bool:
    """Whether the provider is on, as it was, and the person linked to it by the same link."""
    with district_scope(mark.district):
        rows = Identity.objects.filter(
            district=mark.district, provider=mark.provider, pk=mark.identity
        )
        on = rows.filter(provider__is_on=True, provider__updated_at=mark.as_it_was)
        return on.filter(user=person_id).exists()
