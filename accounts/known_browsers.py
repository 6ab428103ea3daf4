"""A browser that somebody has signed in from: its tries are counted apart from strangers'.

Five wrong passwords in five minutes close an account to tries, whoever makes them. A stranger who
keeps at it must not keep its person out: in the browser that they know, tries are counted by
themselves. The mark lets nobody in.
"""

import secrets
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

_SALT: Final = "accounts.known_browsers"
_A_YEAR: Final = 365 * 24 * 60 * 60
# At home a family may share one; on a computer for everyone nothing is kept.
_KEPT: Final = 4
_MARK: Final = "_known_to"


def remember(request: HttpRequest, address: str) -> None:
    """Whoever asks has shown that the account of this address is theirs."""
    setattr(request, _MARK, address.lower())


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Leave the mark, if the request has earned one."""
    address = getattr(request, _MARK, None)
    if address is None:
        return
    name = _name_of(address)
    others = [pair for pair in _held(request) if pair[0] != name]
    kept = [[name, secrets.token_urlsafe(12)], *others][:_KEPT]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(kept, salt=_SALT),
        max_age=_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def counted_as(request: HttpRequest, address: str) -> str:
    """Under which name tries at this account are counted: its address, or this browser's own."""
    name = _name_of(address)
    own = next((number for known, number in _held(request) if known == name), None)
    return f"{address} in {own}" if own else address


def _held(request: HttpRequest) -> list[list[str]]:
    value: Any = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        held: list[list[str]] = signing.loads(value, salt=_SALT, max_age=_A_YEAR)
    except signing.BadSignature:
        return []
    return held


def _name_of(address: str) -> str:
    """The address is not for whoever finds the cookie."""
    return salted_hmac(_SALT, address, algorithm="sha256").hexdigest()[:32]
