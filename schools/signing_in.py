"""What happens beside a person's signing in: the session's limits, and lines of the audit log.

Heard from Django's and allauth's signals, so that no way in is forgotten.
"""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import factors, known_browsers, sessions
from accounts.models import User
from schools.audit import Event
from schools.models import Membership, Role
from schools.second_factors import record_everywhere
from schools.sign_on.doors import mark_of


def is_careful(person: User) -> bool:
    """Whether what they may do reaches everyone in a district: their sessions are shorter."""
    if person.is_staff or person.is_superuser:
        return True
    return Membership.objects.filter(user=person, role=Role.DISTRICT_ADMIN).exists()


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """However they did: by password, passkey, provider or invitation."""
    sessions.begin(request, careful=is_careful(user), address=get_client_ip(request))
    mark = mark_of(request)
    # A provider does not say whose the password is: tries at that are counted as a stranger's.
    if mark is None and not sessions.is_shared(request.session):
        known_browsers.remember(request, user.email)
    if mark:
        came_by = {"sign_on": str(mark.provider)}
        record_everywhere(Event.SIGNED_IN, user, details=came_by, only=mark.district)
    else:
        details = {"second_factor": _was_shown(request, user)}
        record_everywhere(Event.SIGNED_IN, user, details=details)


@receiver([password_changed, password_set])
def changed_password(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever came in by the old one is out: the person's list says so at once."""
    sessions.end_all(user, by=user, but=request.session.session_key)
    record_everywhere(Event.PASSWORD_CHANGED, user, details={})


@receiver(password_reset)
def reset_password(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """By a link in a mail, which reached them: in this browser they may try the new one at once."""
    sessions.end_all(user, by=user)
    known_browsers.remember(request, user.email)
    record_everywhere(Event.PASSWORD_CHANGED, user, details={"by_mail": True})


@receiver([authenticator_added, authenticator_reset])
def added(request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Whoever has just set one up has shown it, too."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        factors.note_shown(request, authenticator)
        _look_again(request, user)
    record_everywhere(Event.FACTOR_ADDED, user, details={"kind": authenticator.type})


@receiver(authenticator_removed)
def removed(request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """By the person; what an admin takes away, `second_factors` tells of.

    With the last one goes what sessions know of it: whoever needs one later sets one up.
    """
    if not factors.factors_of(user).exists():
        factors.forget_shown(request)
        sessions.end_all(user, by=user, but=request.session.session_key)
    record_everywhere(Event.FACTOR_REMOVED, user, details={"kind": authenticator.type})


@receiver(authentication_failed)
def failed(user: User, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Somebody knows the password, and not the code."""
    record_everywhere(Event.FACTOR_FAILED, user, details={"kind": authenticator.type})


@receiver(authenticator_used)
def used(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Who shows one in a session that goes on may be more by now than when it began."""
    if request.user == user:
        _look_again(request, user)


@receiver(sessions.sessions_ended)
def ended(user: User, number: int, by: User, **_kwargs: Any) -> None:
    """By the person; what an admin ends, `second_factors` tells of."""
    if by == user:
        record_everywhere(Event.SESSIONS_ENDED, user, details={"sessions": number})


def _look_again(request: HttpRequest, user: User) -> None:
    if is_careful(user):
        sessions.be_careful(request.session)


def _was_shown(request: HttpRequest, user: User) -> bool:
    request.user = user
    return factors.shown(request)
