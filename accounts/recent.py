"""Sign-in again in place, before what would do most harm in somebody else's hands.

Asked when the page is opened, so that a form that was opened in time is taken a while later. A form
that comes too late is not lost either: its page holds what was typed, and sends it once more.
"""

import time
from datetime import timedelta
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User

RECENT: Final = timedelta(minutes=15)
# From opening a page to sending its form.
FOR_A_FORM: Final = timedelta(minutes=15)
_FORBIDDEN: Final = 403
# Django gives the page another one.
_NOT_TYPED: Final = "csrfmiddlewaretoken"


def recently_signed_in(request: HttpRequest) -> bool:
    """Whether they have said who they are not long ago: by signing in, or in place since."""
    return isinstance(request.user, User) and was_recently(request.user, request)


def was_recently(person: User, request: HttpRequest) -> bool:
    """The same of a person who is known to sit there, whatever the request calls its user."""
    records = get_authentication_records(request, person)
    patience = RECENT if request.method in {"GET", "HEAD"} else RECENT + FOR_A_FORM
    return bool(records) and time.time() - records[-1]["at"] < patience.total_seconds()


def ask_again(request: HttpRequest, *, back: str = "") -> None:
    """Lead whoever has not signed in recently through doing so, and back to this page.

    Call it after asking whether they may: who may not, need not sign in for that.

    Args:
        back: where to be led afterwards, if this address is a file.

    Raises:
        ImmediateHttpResponse: they have to; allauth's middleware answers with it.
    """
    if recently_signed_in(request):
        return
    if request.method == "POST":
        raise ImmediateHttpResponse(_kept(request))
    raise ImmediateHttpResponse(_led_away(request, back or request.get_full_path()))


def ask_again_to_change(request: HttpRequest) -> None:
    """The same, where looking is free."""
    if request.method == "POST":
        ask_again(request)


def _led_away(request: HttpRequest, back: str) -> HttpResponse:
    query = urlencode({"next": back})
    return redirect(f"{_where_to(request)}?{query}")


def _kept(request: HttpRequest) -> HttpResponse:
    """A page with all that was typed: they say who they are in another tab, and send it anew."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != _NOT_TYPED
    ]
    query = urlencode({"next": reverse("still_you")})
    context = {"typed": typed, "there": f"{_where_to(request)}?{query}"}
    return render(request, "accounts/once_more.html", context, status=_FORBIDDEN)


def _where_to(request: HttpRequest) -> str:
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:
        # Somebody whom another site vouches for: nothing of ours could ask them.
        logout(request)
    return ways[0]["url"] if ways else reverse("account_login")
