"""Who must have a second factor and has shown none reaches nothing but what it takes to do so."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.factors import factors_of
from schools.second_factors import is_missing

Handler = Callable[[HttpRequest], HttpResponse]

# What it takes, and the way out.
_OPEN: Final = frozenset(
    {
        *("second_factor", "account_logout", "account_reauthenticate", "set_language"),
        *("mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    }
)
# Only for who has none yet: a password must not be enough to add one beside.
_SETS_ONE_UP: Final = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})


class SecondFactorMiddleware:
    """Leads them to the page that asks for it, whatever page they have asked for.

    The API says it in its own words (`config.api.authentication`).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: object, _kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Before any page, but those that are for everyone, signed in or not."""
        match = request.resolver_match
        if match is None or match.url_name in _OPEN or request.path_info.startswith("/api/"):
            return None
        if not getattr(view, "login_required", True) or not is_missing(request):
            return None
        if match.url_name in _SETS_ONE_UP and not factors_of(request.user).exists():
            return None
        there = request.get_full_path() if request.method == "GET" else reverse("home")
        return redirect(f"{reverse('second_factor')}?{urlencode({'next': there})}")
