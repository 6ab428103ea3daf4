"""A district's API clients: their credentials are made, followed by others, used and revoked.

What is secret exists in the answer to who asked for it, and nowhere else: the identity provider
keeps hashes, and whoever asks twice is told that it is not shown again.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from allauth.idp.oidc.models import Client, Token
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from schools import audit
from schools.models import ApiClient, ApiCredential, District, Membership, Scope
from schools.permissions import can_manage_api_clients
from schools.tenancy import district_scope
from schools.text import clean_text, one_line

LONGEST_DAYS: Final = 365
# Reads stay cheap: who asks all day is noted once a minute.
NOTED_EVERY: Final = timedelta(minutes=1)
_HINT: Final = 4

Kind = ApiCredential.Kind


@dataclass(frozen=True)
class Wish:
    """What a credential shall be.

    Args:
        days: how long it is valid.
        asked_as: the form that asks, so that the same form sent twice makes one.
    """

    kind: str
    scopes: Iterable[str]
    days: int
    asked_as: UUID | None = None


@dataclass(frozen=True)
class Made:
    """A credential and, this once, what is secret of it; nothing when it was made before."""

    credential: ApiCredential
    secret: str | None = field(default=None, repr=False)


@transaction.atomic
def make_api_client(*, by: Membership, name: str, wish: Wish) -> Made:
    """A client of the district of `by`, with its first credential.

    Raises:
        PermissionDenied: `by` does not manage the district.
        ValidationError: there is one of this name already, or the wish cannot be.
    """
    if not can_manage_api_clients(by):
        raise PermissionDenied
    # Two of one name at the same moment: the second waits, and is refused.
    district = District.objects.select_for_update(no_key=True).get(pk=by.district_id)
    if made := _made_before(by, wish):
        return made
    api_client = new_api_client(district, name)
    audit.record(audit.Event.API_CLIENT_MADE, by=by, about=api_client)
    return _issued(api_client, wish, by)


@transaction.atomic
def add_credential(api_client: ApiClient, *, by: Membership, wish: Wish) -> Made:
    """Another way in for `api_client`; those that it has stay valid.

    Raises:
        PermissionDenied: `by` does not manage its district.
        ValidationError: the wish cannot be.
    """
    rows = ApiClient.objects.visible_to(by).select_for_update(of=["self"], no_key=True)
    held = rows.filter(pk=api_client.pk).first()
    if held is None or not can_manage_api_clients(by):
        raise PermissionDenied
    return _made_before(by, wish) or _issued(held, wish, by)


@transaction.atomic
def revoke_credential(credential: ApiCredential, *, by: Membership) -> ApiCredential:
    """From the next request on it lets nobody in. Revoking twice changes nothing.

    Raises:
        PermissionDenied: `by` does not manage its district.
    """
    rows = ApiCredential.objects.visible_to(by).select_for_update(of=["self"])
    held: ApiCredential | None = rows.select_related("client").filter(pk=credential.pk).first()
    if held is None or not can_manage_api_clients(by):
        raise PermissionDenied
    if held.is_revoked:
        return held
    held.revoked_at, held.revoked_by = timezone.now(), by.user
    held.save(update_fields=["revoked_at", "revoked_by"])
    _end(held.client)
    audit.record(audit.Event.CREDENTIAL_REVOKED, by=by, about=held, details=_of(held))
    return held


def new_api_client(district: District, name: str) -> ApiClient:
    """A client without a way in yet.

    Raises:
        ValidationError: there is one of this name already, or it is too long.
    """
    api_client = ApiClient(district=district, name=one_line(clean_text(name)))
    api_client.full_clean(exclude=["user"])
    api_client.user = User.objects.create_program(api_client.name)
    api_client.save()
    return api_client


@transaction.atomic
def issue(api_client: ApiClient, wish: Wish, *, made_by: User | None = None) -> Made:
    """A new credential, for who may make one: the verbs above ask, the command's caller may.

    Raises:
        ValidationError: no scope or an unknown one, an unknown kind, or not 1 to 365 days.
    """
    scopes = _scopes(wish.scopes)
    if not 1 <= wish.days <= LONGEST_DAYS:
        said = _("A credential is valid for 1 to %(most)d days.") % {"most": LONGEST_DAYS}
        raise ValidationError({"days": ValidationError(said, code="not_so_many_days")})
    value = secrets.token_urlsafe(48)
    client = _program(api_client, scopes, value if wish.kind == Kind.SECRET else None)
    credential = ApiCredential(
        api_client=api_client,
        client=client,
        kind=wish.kind,
        hint=value[-_HINT:],
        asked_as=wish.asked_as,
        made_by=made_by,
        expires_at=timezone.now() + timedelta(days=wish.days),
    )
    credential.full_clean(exclude=["client"])
    client.save()
    credential.save()
    if wish.kind == Kind.KEY:
        _keep_key(credential, value, scopes)
    return Made(credential, value)


def is_of_expired(value: str) -> bool:
    """Whether a token that was just given belongs to a credential that lets nobody in."""
    tokens = Token.objects.by_value(value).select_related("client__api_credential")
    token = tokens.filter(client__api_credential__isnull=False).first()
    return token is not None and not token.client.api_credential.is_valid


def note_made(api_client: ApiClient, made: Iterable[Made]) -> None:
    """That whoever runs the installation let a program in."""
    with district_scope(api_client.district_id):
        for event, about in (
            (audit.Event.API_CLIENT_MADE, api_client),
            *((audit.Event.CREDENTIAL_MADE, each.credential) for each in made),
        ):
            audit.record(event, by=None, about=about, district=api_client.district_id)


def note_use(credential: ApiCredential, address: str | None) -> None:
    """That a request came with it, and from where; at most once a minute."""
    now = timezone.now()
    if credential.last_used_at and credential.last_used_at > now - NOTED_EVERY:
        return
    # Of many requests at once one writes: the others see that it has when their turn comes.
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - NOTED_EVERY)
    rows = ApiCredential.objects.filter(stale, pk=credential.pk)
    rows.update(last_used_at=now, last_used_from=address)


def _issued(api_client: ApiClient, wish: Wish, by: Membership) -> Made:
    made = issue(api_client, wish, made_by=by.user)
    details = _of(made.credential) | {"scopes": sorted(set(wish.scopes)), "days": wish.days}
    audit.record(audit.Event.CREDENTIAL_MADE, by=by, about=made.credential, details=details)
    return made


def _of(credential: ApiCredential) -> dict[str, Any]:
    return {"api_client": credential.api_client.name}


def _made_before(by: Membership, wish: Wish) -> Made | None:
    if wish.asked_as is None:
        return None
    rows = ApiCredential.objects.visible_to(by).select_related("api_client", "client")
    credential = rows.filter(asked_as=wish.asked_as).first()
    return Made(credential) if credential else None


def _scopes(names: Iterable[str]) -> list[str]:
    scopes = sorted(set(names))
    if not scopes or not set(scopes) <= set(Scope.values):
        said = _("Choose at least one of the scopes that there are.")
        raise ValidationError({"scopes": ValidationError(said, code="unknown_scope")})
    return scopes


def _program(api_client: ApiClient, scopes: list[str], secret: str | None) -> Client:
    """What the identity provider knows of it: with a secret it may fetch tokens, without, not."""
    program = Client(name=api_client.name, type=Client.Type.CONFIDENTIAL, response_types="")
    program.grant_types = Client.GrantType.CLIENT_CREDENTIALS if secret else ""
    program.set_scopes(scopes)
    # A request for a token that names no scope gets all of them.
    program.set_default_scopes(scopes)
    program.set_secret(secret)  # None is a secret that nothing matches.
    return program


def _keep_key(credential: ApiCredential, key: str, scopes: list[str]) -> None:
    """A token like those that the endpoint hands out, for longer. Only its hash is kept."""
    token = Token(
        type=Token.Type.ACCESS_TOKEN, client=credential.client, expires_at=credential.expires_at
    )
    token.set_value(key)
    token.set_scopes(scopes)
    token.save()


def _end(program: Client) -> None:
    program.set_secret(None)
    program.grant_types = ""
    program.save(update_fields=["secret", "grant_types"])
    Token.objects.filter(client=program).delete()
