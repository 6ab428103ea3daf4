"""While an operator reads a district, their browser changes nothing, wherever it goes."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from accounts.models import User
from schools import break_glass
from schools.models import BreakGlass

Handler = Callable[[HttpRequest], HttpResponse]

# The id of the break-glass session, in the session of the browser in which it was begun.
KEY: Final = "break_glass"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
# What one may send all the same: it changes nothing, or ends the reading.
ALLOWED: Final = frozenset(
    {
        *("break_glass_end", "account_logout", "set_language"),
        *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    }
)


class ReadingOnly(PermissionDenied):
    """Somebody who reads as an operator would change something over the API."""

    code = "reading_only"


class ReadOnlyMiddleware:
    """Refuses what could change something; sees it when the browser's session is over.

    Stands inside `DistrictMiddleware`, so that an end says from where.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self.get_response(request)
        if request.method not in SAFE and _name(request) not in ALLOWED and reading(request):
            if request.path_info.startswith("/api/"):
                raise ReadingOnly  # the API answers in its own words (config.views.forbidden)
            return render(request, "schools/break_glass/refused.html", status=403)
        response = self.get_response(request)
        if _key(request) != key:
            _end(key)
        return response


def reading(request: HttpRequest) -> BreakGlass | None:
    """The break-glass session of this browser, if it lasts; asked once for a request."""
    asked: Any = request
    if not hasattr(asked, "reading_now"):
        asked.reading_now = _found(request)
    found: BreakGlass | None = asked.reading_now
    return found


def _found(request: HttpRequest) -> BreakGlass | None:
    key, user = _key(request), getattr(request, "user", None)
    if key is None or not isinstance(user, User):
        return None
    rows = BreakGlass.objects.lasting().select_related("district", "operator")
    return rows.filter(pk=key, operator=user.pk).first()


def _key(request: HttpRequest) -> str | None:
    # Nobody's session is loaded for it: who has no cookie has none.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "session"):
        return None
    key: str | None = request.session.get(KEY)
    return key


def _name(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None


def _end(key: str) -> None:
    if glass := BreakGlass.objects.filter(pk=key).first():
        break_glass.end(glass, BreakGlass.End.SIGNED_OUT)
