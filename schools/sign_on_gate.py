"""A session that began with a district's provider opens that district, and changes no credentials.

Whoever holds the provider could else give themselves a password in somebody's name, and with it
what is none of that district's.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schools.sign_on.doors import mark_of

Handler = Callable[[HttpRequest], HttpResponse]

FORBIDDEN: Final = 403
_ABOUT_ONE_S_ACCOUNT: Final = ("/accounts/", "/admin/")
# Which mails one gets, which sessions one has, and the way out.
_OPEN: Final = frozenset(
    {
        *("account_login", "account_logout", "account_inactive"),
        *("mail_choices", "mail_address", "mail_choices_by_token"),
        *("account", "sessions", "session_end", "sessions_end", "still_you"),
    }
)


class SignOnMiddleware:
    """Keeps such a session out of what is about the person beyond the district."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Before any page."""
        match = request.resolver_match
        if match is None or not request.path_info.startswith(_ABOUT_ONE_S_ACCOUNT):
            return None
        if match.url_name in _OPEN or mark_of(request) is None:
            return None
        return render(request, "sign_on/not_from_here.html", status=FORBIDDEN)
