"""From a request to who asks and in which district: pages and API alike."""

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode

from schools import audit
from schools.api_clients import note_use
from schools.break_glass import note_page
from schools.models import ApiClient, ApiCredential, BreakGlass, District, Membership
from schools.people import note_visit
from schools.permissions import Action, may
from schools.querysets import Who
from schools.read_only import reading
from schools.sign_on.doors import closed_places, places
from schools.tenancy import district_scope

Handler = Callable[[HttpRequest], HttpResponse]

Somebody = Membership | ApiClient | BreakGlass

CLIENT_ERROR, SERVER_ERROR = 400, 500
_CLIENT = "client__api_credential__api_client"
OF_A_TOKEN = (f"{_CLIENT}__district", f"{_CLIENT}__user")

logger = logging.getLogger(__name__)


class InvalidToken(Exception):
    """A bearer token that is unknown, expired or revoked."""


class DistrictRequest(HttpRequest):
    """A request inside a district, as the views get it. Only a type: the middleware fills it."""

    who: Membership
    district: District
    htmx: Any


class MadeAfterwards(HttpResponse):
    """An answer that takes its time: made once the transaction is over, from what was read in it.

    Args:
        make: gives the answer. It can reach no row of the district any more.
    """

    def __init__(self, make: Callable[[], HttpResponse]) -> None:
        super().__init__()
        self.make = make


class DistrictMiddleware:
    """Runs a request to a district's address in one transaction, in that district's scope.

    Around the view and its rendering: a template that is rendered late sees no rows once the
    view's own transaction is gone. Who has no place in the district gets no scope at all, so
    that whatever the view forgets to ask, the database refuses.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.who = None  # type: ignore[attr-defined]
        request.district = None  # type: ignore[attr-defined]
        request.token_is_invalid = False  # type: ignore[attr-defined]
        with audit.asked_from(lambda: get_adapter().get_client_ip(request)):
            return self._answered(request)

    def _answered(self, request: HttpRequest) -> HttpResponse:
        slug = _district_slug(request)
        if slug is None or (who := self._identify(request, slug)) is None:
            return self.get_response(request)
        request.who = who  # type: ignore[attr-defined]
        request.district = who.district  # type: ignore[attr-defined]
        only_reads = isinstance(who, BreakGlass)
        scope = district_scope(who.district_id, read_only=only_reads)
        with scope, timezone.override(who.district.time_zone):
            response = self.get_response(request)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        _note(who, request, response)
        return response.make() if isinstance(response, MadeAfterwards) else response

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A district where one has no place does not exist; the API says so in its own words.

        Whoever has one that this session does not open is shown the district's own door.
        """
        if "district_slug" not in kwargs or request.who is not None or _is_api(request):  # type: ignore[attr-defined]
            return None
        slug = kwargs["district_slug"]
        if request.user.is_authenticated and _is_closed(request, slug):
            door = reverse("sign_in_at", args=[slug])
            onward = {"next": request.get_full_path()} if request.method == "GET" else {}
            return redirect(f"{door}?{urlencode(onward)}" if onward else door)
        raise Http404

    def _identify(self, request: HttpRequest, slug: str) -> Somebody | None:
        try:
            return identify(request, slug)
        except InvalidToken:
            request.token_is_invalid = True  # type: ignore[attr-defined]
            return None


def identify(request: HttpRequest, slug: str) -> Somebody | None:
    """Who asks, if they have a place in the district at `slug`, or were let in for a reason.

    Raises:
        InvalidToken: a bearer token was shown that is not, or no longer, valid.
    """
    if value := _bearer_value(request):
        return _client_with(value, slug)
    if not request.user.is_authenticated:
        return None
    rows = places(request).with_need_of_second_factor()
    return rows.filter(district__slug=slug).first() or _let_in(request, slug)


def district_context(request: HttpRequest) -> dict[str, Any]:
    """For templates: the district, the membership and what it may do, where the token lies."""
    who: Who | None = getattr(request, "who", None)
    # Asked by the page alone: most answers have no room for it.
    shared = {
        "csrf_cookie_name": settings.CSRF_COOKIE_NAME,
        "break_glass": lambda: reading(request),
    }
    if who is None:
        return shared | {"district": None, "membership": None, "may": {}}
    return shared | {
        "district": request.district,  # type: ignore[attr-defined]
        "membership": who,
        "may_only_read": isinstance(who, BreakGlass),
        "may": {str(action): may(who, action) for action in Action},
    }


def _district_slug(request: HttpRequest) -> str | None:
    try:
        slug: str | None = resolve(request.path_info).kwargs.get("district_slug")
    except Resolver404:
        return None
    return slug


def _is_closed(request: HttpRequest, slug: str) -> bool:
    return closed_places(request).filter(district__slug=slug).exists()


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _bearer_value(request: HttpRequest) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _is_api(request):
        return ""
    return value.strip()


def _let_in(request: HttpRequest, slug: str) -> BreakGlass | None:
    """An operator who reads this district just now, by its pages alone."""
    glass = None if _is_api(request) else reading(request)
    return glass if glass and glass.district.slug == slug else None


def _client_with(value: str, slug: str) -> ApiClient | None:
    tokens = Token.objects.valid().by_value(value).filter(type=Token.Type.ACCESS_TOKEN)
    token = tokens.select_related(*OF_A_TOKEN).first()
    if token is None:
        raise InvalidToken
    credential: ApiCredential | None = getattr(token.client, "api_credential", None)
    if credential is None:
        return None
    if not credential.is_valid:
        raise InvalidToken
    client = credential.api_client
    return client.shown(credential, token.get_scopes()) if client.district.slug == slug else None


def _note(who: Somebody, request: HttpRequest, response: HttpResponse) -> None:
    """Once the answer is made and its transaction over; the answer does not depend on it.

    But for operators: what cannot be written down is not shown to them.
    """
    if isinstance(who, BreakGlass):
        if response.status_code < CLIENT_ERROR:
            note_page(who, resolve(request.path_info).url_name or "", request.path)
        return
    try:
        if isinstance(who, Membership):
            note_visit(who)
        elif who.credential is not None:
            note_use(who.credential, get_adapter().get_client_ip(request))
    except (DatabaseError, PermissionDenied):
        logger.exception("A visit, or the last use of a credential, could not be noted")
