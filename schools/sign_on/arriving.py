"""Who somebody is here whom a provider has named: known by the provider's own name for them.

An address alone links nobody who has another way in. Whoever comes for the first time was invited,
or has a place in the district already; if they have a password or places elsewhere, they say once
more who they are by the way that they have, and confirm.
"""

from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import factors, sessions
from accounts.account_mails import tell
from accounts.addresses import belongs_to, make_person, person_at
from accounts.models import User
from schools import audit
from schools.acceptance import NotOpenError, accept_vouched
from schools.models import District, Identity, Invitation, Membership, SignOnProvider
from schools.sign_on.claims import Claims, RefusedError
from schools.sign_on.finding import is_on
from schools.sign_on.links import unlink_from
from schools.tenancy import district_scope

MAIL: Final = "accounts/email/sign_on_linked"
_KEY: Final = "sign_on_unsure"


@dataclass(frozen=True)
class Unsure:
    """A provider has named somebody who has another way in: who they are waits for them to say."""

    district: str
    provider: str
    subject: str
    email: str
    person: str
    invitation: str = ""
    is_vouched_for: bool = False


class UnsureError(Exception):
    """They have to confirm."""

    def __init__(self, about: Unsure) -> None:
        super().__init__("unsure")
        self.about = about


def arrive(provider: SignOnProvider, claims: Claims, *, invitation: str = "") -> User:
    """The person, with a place in the provider's district.

    Args:
        invitation: the id of the one whose link they have opened.

    Raises:
        RefusedError: they are nobody here.
        UnsureError: they have another way in, and have to confirm.
    """
    with transaction.atomic(), district_scope(provider.district_id):
        # Of two who come at the same moment, the second finds what the first has made.
        District.objects.select_for_update(no_key=True).get(pk=provider.district_id)
        if not is_on(provider.district_id, provider.pk):
            raise RefusedError("switched_off")
        known = _known(provider, claims.subject)
        if known is None:
            return _first_time(provider, claims, invitation)
        _check_person(known.user)
        if invitation or not _is_here(provider, known.user):
            _take_place(provider, known.user, _open_invitations(provider, claims, invitation))
        # Whose membership is ended at this moment has no link any more.
        Identity.objects.filter(pk=known.pk).update(used_at=timezone.now())
        return known.user


def confirm(about: Unsure, *, by: User) -> tuple[User, SignOnProvider]:
    """The person says that they are the one; from now on the provider's word is enough.

    Whom the provider knew by another name until now, it has given another account, if it vouches
    for the address.

    Raises:
        RefusedError: they are not, or not any more.
    """
    with transaction.atomic(), district_scope(about.district):
        District.objects.select_for_update(no_key=True).get(pk=about.district)
        rows = SignOnProvider.objects.select_related("district").filter(is_on=True)
        provider = rows.filter(district=UUID(about.district), pk=UUID(about.provider)).first()
        if provider is None:
            raise RefusedError("switched_off")
        if str(by.pk) != about.person or not belongs_to(about.email, by):
            raise RefusedError("somebody_else")
        _check_person(by)
        claims = Claims(about.subject, about.email, is_vouched_for=about.is_vouched_for)
        if _known(provider, about.subject) is not None:
            raise RefusedError("linked_already")
        _forget_ended(provider, by)
        _take_place(provider, by, _open_invitations(provider, claims, about.invitation))
        if claims.is_vouched_for:
            unlink_from(provider, by)
        _link(provider, by, claims)
        tell(by, MAIL, provider=provider, district=provider.district)
        return by, provider


def keep(session: SessionBase, about: Unsure) -> None:
    """Until they have signed in by the way that they have."""
    session[_KEY] = asdict(about)


def kept(session: SessionBase) -> Unsure | None:
    """What waits to be confirmed in this browser."""
    found = session.get(_KEY)
    return Unsure(**found) if found else None


def kept_for(session: SessionBase, person: User) -> Unsure | None:
    """The same, if it is this person whose word is waited for."""
    about = kept(session)
    return about if about and about.person == str(person.pk) else None


def forget(session: SessionBase) -> None:
    """It is confirmed, or was not so."""
    session.pop(_KEY, None)


def _known(provider: SignOnProvider, subject: str) -> Identity | None:
    rows = Identity.objects.filter(district=provider.district_id, provider=provider)
    return rows.select_related("user").filter(subject=subject).first()


def _first_time(provider: SignOnProvider, claims: Claims, invitation: str) -> User:
    if not claims.email:
        raise RefusedError("no_address")
    invitations = _open_invitations(provider, claims, invitation)
    person = person_at(claims.email)
    if person is None:
        if not invitations:
            raise RefusedError(_why_not_invited(provider, invitation))
        first = invitations[0]
        name = claims.name or first.name or claims.email.partition("@")[0]
        try:
            person = make_person(claims.email, name=name, password=None, language=first.language)
        except ValidationError as error:
            # Somebody was quicker: who begins once more is found, and asked to confirm.
            raise RefusedError("not_expected") from error
    else:
        _check_person(person)
        is_new_here = not _is_here(provider, person)
        if is_new_here and not invitations:
            raise RefusedError(_why_not_invited(provider, invitation))
        _forget_ended(provider, person)
        is_sure = claims.is_vouched_for or bool(invitations)
        if not is_sure or _has_another_way(provider, person):
            where, whom = str(provider.district_id), str(person.pk)
            raise UnsureError(
                Unsure(
                    *(where, str(provider.pk), claims.subject, claims.email, whom, invitation),
                    is_vouched_for=claims.is_vouched_for,
                )
            )
        if is_new_here:
            _begin_anew(person)
    _take_place(provider, person, invitations)
    _link(provider, person, claims)
    return person


def _why_not_invited(provider: SignOnProvider, invitation: str) -> str:
    """Whoever has opened the link of an invitation holds one: for another address than theirs."""
    if not invitation:
        return "not_invited"
    held = Invitation.objects.open().filter(district=provider.district_id, pk=invitation)
    return "other_address" if held.exists() else "not_invited"


def _has_another_way(provider: SignOnProvider, person: User) -> bool:
    """Whether they would lose something if somebody else came in their name."""
    places = Membership.objects.filter(user=person)
    if places.exclude(district=provider.district_id).exists():
        return True
    if Identity.objects.filter(district=provider.district_id, user=person).exists():
        return True
    # What opens nothing any more is no way in.
    if provider.district.sign_on_only:
        return False
    return person.has_usable_password() or factors.factors_of(person).exists()


def _forget_ended(provider: SignOnProvider, person: User) -> None:
    """Of a place that they had once, no link is left."""
    if not _is_here(provider, person):
        Identity.objects.filter(district=provider.district_id, user=person).delete()


def _begin_anew(person: User) -> None:
    """An address may have gone to somebody else, and what it opened once opens nothing now."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    factors.all_of(person).delete()
    sessions.end_all(person, by=None)


def _open_invitations(
    provider: SignOnProvider, claims: Claims, invitation: str
) -> list[Invitation]:
    """The one whose link they have opened, or all of an address that the provider vouches for."""
    if not claims.email or not (invitation or claims.is_vouched_for):
        return []
    rows = Invitation.objects.open().filter(district=provider.district_id, email=claims.email)
    if invitation:
        rows = rows.filter(pk=UUID(invitation))
    held = rows.select_for_update(of=["self"], no_key=True).select_related("district")
    return list(held.order_by("made_at", "id"))


def _check_person(person: User) -> None:
    """Operators see all districts: no district's provider speaks for them."""
    if person.is_staff or person.is_superuser or not person.is_active:
        raise RefusedError("not_invited")


def _is_here(provider: SignOnProvider, person: User) -> bool:
    return Membership.objects.filter(district=provider.district_id, user=person).exists()


def _take_place(provider: SignOnProvider, person: User, invitations: list[Invitation]) -> None:
    """What they were invited to, if that is theirs, beside the place that they have."""
    try:
        for invitation in invitations:
            if belongs_to(invitation.email, person):
                accept_vouched(invitation, by=person)
    except NotOpenError as error:
        raise RefusedError("not_invited") from error
    if not _is_here(provider, person):
        raise RefusedError("no_place")


def _link(provider: SignOnProvider, person: User, claims: Claims) -> None:
    if Identity.objects.filter(
        district=provider.district_id, provider=provider, user=person
    ).exists():
        raise RefusedError("linked_already")
    Identity.objects.create(
        district_id=provider.district_id,
        provider=provider,
        subject=claims.subject,
        user=person,
        used_at=timezone.now(),
    )
    membership = Membership.objects.select_related("user").get(
        district=provider.district_id, user=person
    )
    details = {"email": claims.email, "person": str(person.pk)}
    audit.record(audit.Event.IDENTITY_LINKED, by=membership, about=provider, details=details)
