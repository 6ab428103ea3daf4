"""Sign-in again in place, before what would do most harm in somebody else's hands."""

import time
from datetime import timedelta
from typing import Any, Final

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

RECENT: Final = timedelta(minutes=15)
# From opening a page to sending its form: nobody types something twice.
FOR_A_FORM: Final = timedelta(hours=1)


def sign_in_again(request: HttpRequest) -> HttpResponse | None:
    """Where to go first, for whoever has not said lately who they are."""
    user: Any = request.user
    records = get_authentication_records(request, user)
    patience = RECENT if request.method in {"GET", "HEAD"} else RECENT + FOR_A_FORM
    if records and time.time() - records[-1]["at"] < patience.total_seconds():
        return None
    query = urlencode({"next": request.get_full_path()})
    return redirect(f"{reverse('account_reauthenticate')}?{query}")
