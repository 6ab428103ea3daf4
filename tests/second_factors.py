"""How a test gets past the question for a second factor: by one, or as if one had been shown.

Whoever is made to sign in by `force_login` is signed in as by a password and a second factor. A
test about second factors signs in through the pages instead.
"""

from collections.abc import Iterable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.test import Client

from accounts.models import User
from accounts.sessions import SessionStore


def signed_in_by_force(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Listens to Django; a request that came from nowhere is `force_login`'s."""
    if "REMOTE_ADDR" not in request.META:
        show(request, user)


def show(request: HttpRequest, user: User) -> None:
    """As if they had just shown one in this session."""
    record_authentication(request, user, "password")
    record_authentication(request, user, "mfa", type="totp")


def show_in(session_key: str) -> None:
    """The same, in a session of a browser somewhere."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    show(request, User.objects.get(pk=request.session[SESSION_KEY]))
    request.session.save()


def show_in_browser(cookies: Iterable[Any]) -> None:
    """The same, in a real one."""
    held = {cookie["name"]: cookie["value"] for cookie in cookies}
    show_in(held[settings.SESSION_COOKIE_NAME])


def recent_browser_of(user: User) -> Client:
    """A browser in which they have just signed in, with all that is asked of them."""
    client = Client()
    client.force_login(user)
    return client


def make_app(user: User) -> str:
    """Sets up an app for them; its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or some half minutes from now."""
    counter = list(totp.yield_hotp_counters_from_time())[1]
    return totp.format_hotp_value(totp.hotp_value(secret, counter + steps))
