"""Second factors: whether somebody has one, and whether this session has shown one."""

from typing import Final

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User

# As allauth writes it into a session's records.
METHOD: Final = "mfa"


def shown(request: HttpRequest) -> bool:
    """Whether whoever is signed in has shown a second factor in this session. Asks no database."""
    if not isinstance(request.user, User):
        return False
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == METHOD for record in records)


def all_of(person: User) -> QuerySet[Authenticator]:
    """All that stands in for one, recovery codes too."""
    return Authenticator.objects.filter(user=person.pk)


def every_one() -> QuerySet[Authenticator]:
    """Passkeys and apps. Recovery codes stand in for one of these, and are none by themselves."""
    return Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)


def factors_of(person: User | AnonymousUser) -> QuerySet[Authenticator]:
    """A person's passkeys and apps."""
    return every_one().filter(user=person.pk)


def forget_shown(request: HttpRequest) -> None:
    """None is left that could have been shown: who needs one is asked to set one up again."""
    records = get_authentication_records(request, request.user)
    others = [record for record in records if record.get("method") != METHOD]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = others


def note_shown(request: HttpRequest, factor: Authenticator) -> None:
    """Whoever has just set one up has it in their hands. The session gets another key."""
    record_authentication(request, request.user, METHOD, id=factor.pk, type=factor.type)
    request.session.cycle_key()
