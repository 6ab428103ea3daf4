"""Who must have a second factor and has shown none reaches nothing but what it takes to do so."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import sessions
from accounts.factors import factors_of, shown
from accounts.models import User
from schools.models import Membership, Role
from schools.second_factors import is_missing

Handler = Callable[[HttpRequest], HttpResponse]

# What it takes, and the way out.
_OPEN: Final = frozenset(
    {
        *("second_factor", "account_logout", "account_reauthenticate", "set_language"),
        *("mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    }
)
_SETS_ONE_UP: Final = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
# Whoever has one shows it first, even where none is required: a password and a session that began
# before must not be enough to put another in its place.
_CHANGES_THEM: Final = _SETS_ONE_UP | {
    *("mfa_deactivate_totp", "mfa_remove_webauthn", "mfa_edit_webauthn"),
    *("mfa_generate_recovery_codes", "mfa_view_recovery_codes"),
}


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
        if match is None or match.url_name in _OPEN:
            return None
        if request.path_info.startswith("/api/"):
            # A program has no session, and none is loaded for it.
            if isinstance(getattr(request, "who", None), Membership) and _is_careful(request):
                sessions.be_careful(request.session)
            return None
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return None
        if _is_careful(request):
            # Who became an admin a moment ago has a longer session than admins have.
            sessions.be_careful(request.session)
        if shown(request) or _may_go_on(request, match.url_name):
            return None
        there = request.get_full_path() if request.method == "GET" else reverse("home")
        return redirect(f"{reverse('second_factor')}?{urlencode({'next': there})}")


def _may_go_on(request: HttpRequest, name: str | None) -> bool:
    """Whether somebody who has shown none may."""
    if name in _CHANGES_THEM and factors_of(request.user).exists():
        return False
    return name in _SETS_ONE_UP or not is_missing(request)


def _is_careful(request: HttpRequest) -> bool:
    """As `signing_in.is_careful`, of the place that is asked for; asks no database."""
    who = getattr(request, "who", None)
    is_admin = isinstance(who, Membership) and who.role == Role.DISTRICT_ADMIN
    return is_admin or request.user.is_staff or request.user.is_superuser
