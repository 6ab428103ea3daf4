"""Sign-in again in place, before what would do most harm in somebody else's hands.

Asked when the page is opened, not when its form is sent: nobody types something twice. A form that
was opened in time may take its time.
"""

import time
from datetime import timedelta
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib.auth import logout
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User

RECENT: Final = timedelta(minutes=15)
# From opening a page to sending its form.
FOR_A_FORM: Final = timedelta(hours=1)


def recently_signed_in(request: HttpRequest) -> bool:
    """Whether they have said who they are not long ago: by signing in, or in place since."""
    if not isinstance(request.user, User):
        return False
    records = get_authentication_records(request, request.user)
    patience = RECENT if request.method in {"GET", "HEAD"} else RECENT + FOR_A_FORM
    return bool(records) and time.time() - records[-1]["at"] < patience.total_seconds()


def ask_again(request: HttpRequest, *, back: str = "") -> None:
    """Lead whoever has not signed in recently through doing so, and back to this page.

    Call it after asking whether they may: who may not, need not sign in for that.

    Args:
        back: where to be led afterwards, if this address takes no GET.

    Raises:
        ImmediateHttpResponse: they have to; allauth's middleware answers with it.
    """
    if recently_signed_in(request):
        return
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:
        # Somebody whom another site vouches for: nothing of ours could ask them.
        logout(request)
    there = ways[0]["url"] if ways else reverse("account_login")
    query = urlencode({"next": back or request.get_full_path()})
    raise ImmediateHttpResponse(redirect(f"{there}?{query}"))
