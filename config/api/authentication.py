"""Who asks, as `schools.access` has found out already."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from schools.models import Membership
from schools.querysets import Who
from schools.second_factors import is_missing

REALM = "Ninefold"


class NoCsrfToken(exceptions.PermissionDenied):
    """The session's cookie came without the header that only our own pages can set."""

    default_code = "csrf_token_missing"


class NoSecondFactor(exceptions.PermissionDenied):
    """The person must have a second factor, and this session has shown none."""

    default_code = "second_factor_missing"


@dataclass(frozen=True, slots=True)
class Caller:
    """What REST framework calls a user: someone with a place in the district that is asked for."""

    who: Who

    is_authenticated: ClassVar[bool] = True


class CallerAuthentication(BaseAuthentication):
    """Takes the caller from the request. Has no opinion on what they may do.

    Who is known but has no place in the district learns nothing about it: to them it does not
    exist, exactly like a district that there is not.
    """

    def authenticate(self, request: Request) -> tuple[Caller, None]:
        """The caller.

        Raises:
            AuthenticationFailed: a token was shown that is unknown, expired or revoked.
            NotAuthenticated: nothing was shown, and nobody is signed in.
            Http404: whoever it is has no place here.
            NoSecondFactor: a person in a browser has yet to show one.
            NoCsrfToken: a browser writes in a person's name, and no page of ours has asked it to.
        """
        asked: Any = request._request
        if asked.token_is_invalid:
            raise exceptions.AuthenticationFailed(code="invalid_token")
        if asked.who is not None:
            if isinstance(asked.who, Membership):
                if is_missing(asked):
                    raise NoSecondFactor
                _check_csrf(asked)
            return Caller(asked.who), None
        if _shows_a_token(asked) or asked.user.is_authenticated:
            raise Http404
        raise exceptions.NotAuthenticated

    def authenticate_header(self, request: Request) -> str:
        """How to ask, for `WWW-Authenticate`."""
        asked: Any = request._request
        reason = ', error="invalid_token"' if asked.token_is_invalid else ""
        return f'Bearer realm="{REALM}"{reason}'


def _check_csrf(request: HttpRequest) -> None:
    # First of all: what the check reads of a form, nobody could read again.
    len(request.body)
    check = CSRFCheck(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, HttpResponse, (), {}):
        raise NoCsrfToken


def _shows_a_token(request: HttpRequest) -> bool:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and bool(value.strip())
