"""The way in through a district's own sign-on: its page, there and back, and the confirmation.

Nothing here runs in a transaction of the request: a provider that takes its time must hold no
connection's locks. What is written, the verbs write in their own.
"""

import logging
import re
from typing import Any, Final, cast
from uuid import UUID

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.onward import ours
from schools.forms.sign_on import WhereForm
from schools.models import Membership, SignOnProvider
from schools.permissions import can_manage_security
from schools.sign_on import arriving, managing, oidc, pending, saml, trials
from schools.sign_on.claims import Claims, RefusedError
from schools.sign_on.doors import begin, go_on, is_here_by, places, speaks_for
from schools.sign_on.finding import back_to, door_at, passed, provider_at
from schools.sign_on.patience import asking
from schools.sign_on.pending import Pending, Purpose
from schools.sign_on.words import said_of

REFUSED: Final = 403
_IN_A_DISTRICT: Final = re.compile(r"/(?:d|sign-in)/([-\w]+)/", re.ASCII)
_LOG: Final = logging.getLogger(__name__)


@login_not_required
@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """Which district's; whoever was on the way to a page of one is led on to its own."""
    onward = _ours(request, request.GET.get("next", ""))
    if found := _IN_A_DISTRICT.match(onward):
        return _to_the_door(found[1], onward)
    form = WhereForm(request.GET if "district" in request.GET else None)
    if form.is_bound and form.is_valid():
        # Whoever pastes the whole address means its last part.
        if slug := slugify(form.cleaned_data["district"].rstrip("/").rpartition("/")[2]):
            return _to_the_door(slug, onward)
        form.add_error("district", _("This is no address of a district."))
    context = {"form": form, "onward": onward}
    status = 422 if form.errors else 200
    return render(request, "sign_on/where.html", context, status=status)


@login_not_required
@require_safe
def sign_in_at(request: HttpRequest, where: str) -> HttpResponse:
    """The district's own page; where there is no sign-on, and where no district, it is the same."""
    door = door_at(where)
    if door is None:
        return render(request, "sign_on/no_door.html", status=404)
    onward = _ours(request, request.GET.get("next", ""))
    if places(request).filter(district=door.district).exists():
        return redirect(onward or reverse("district", args=[where]))
    query = urlencode({"next": onward}) if onward else ""
    context = {"door": door, "query": query, "onward": onward}
    return render(request, "sign_on/door.html", context)


@transaction.non_atomic_requests
@never_cache
@login_not_required
@require_safe
def sign_in_with(request: HttpRequest, where: str, provider_id: UUID) -> HttpResponse:
    """On to the provider, from our own page alone: no other site sends somebody through here."""
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return redirect("sign_in_at", where)
    is_trial = "trial" in request.GET
    provider = _tried(request, where, provider_id) if is_trial else _open(where, provider_id)
    if provider is None:
        raise Http404
    # Whoever begins again and again would have us call the provider again and again.
    if not _is_in_time(request):
        return ratelimit.respond_429(request)
    state = pending.new_word()
    protocol = saml if provider.is_saml else oidc
    try:
        with asking(provider, "start"):
            there, facts = protocol.start(
                provider, back=back_to(provider), state=state, anew=is_here_by(request, provider)
            )
    except RefusedError as refused:
        return _refused(request, provider, refused, is_trial=is_trial)
    left = Pending(
        district=str(provider.district_id),
        provider=str(provider.pk),
        purpose=Purpose.TRIAL if is_trial else Purpose.SIGN_IN,
        as_it_was=provider.updated_at.isoformat(),
        facts=facts,
        onward=_ours(request, request.GET.get("next", "")),
        invitation=passed(request.GET.get("invitation", "")),
    )
    pending.leave(request.session, state, left)
    return redirect(there)


# A provider's form carries no token of ours: what it brings is bound to this browser's own request.
@csrf_exempt
@transaction.non_atomic_requests
@never_cache
@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_back(request: HttpRequest, provider_id: UUID) -> HttpResponse:
    """Back from the provider."""
    answer = request.POST if request.method == "POST" else request.GET
    state = answer.get("RelayState" if request.method == "POST" else "state", "")
    if request.method == "POST" and "onward" not in answer:
        # Another site's form comes without our session; sent once more from here, with it.
        context = {"answer": answer.get("SAMLResponse", ""), "state": state}
        return render(request, "sign_on/onward.html", context)
    left = pending.take(request.session, state, provider_id)
    if left is None:
        return _page_of(request, "not_expected")
    # Before the provider is asked: who comes a second time meanwhile finds nothing.
    request.session.save()
    provider = provider_at(UUID(left.district), provider_id)
    if provider is None:
        return _page_of(request, "switched_off")
    is_trial = left.purpose == Purpose.TRIAL
    try:
        # What was agreed with it as it was, it must not answer as it is now.
        if provider.updated_at.isoformat() != left.as_it_was:
            raise RefusedError("changed_meanwhile")
        if provider.is_saml != (request.method == "POST"):
            raise RefusedError("not_understood")
        protocol = saml if provider.is_saml else oidc
        with asking(provider, "finish"):
            claims = protocol.finish(provider, left.facts, answer.dict())
        return _came_back(request, provider, claims, left)
    except RefusedError as refused:
        return _refused(request, provider, refused, is_trial=is_trial)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_confirmation(request: HttpRequest, where: str) -> HttpResponse:
    """Somebody who has another way in has used it, and says that they are the one."""
    about = arriving.kept(request.session)
    if about is None:
        raise Http404
    person = cast(User, request.user)
    provider = provider_at(UUID(about.district), UUID(about.provider))
    if provider is None or str(person.pk) != about.person:
        return _page_of(request, "somebody_else")
    if not speaks_for(request, provider.district_id):
        return _page_of(request, "came_from_elsewhere", provider)
    if request.method != "POST":
        context = {"provider": provider, "about": about}
        return render(request, "sign_on/confirmation.html", context)
    try:
        arriving.confirm(about, by=person)
    except RefusedError as refused:
        arriving.forget(request.session)
        return _refused(request, provider, refused)
    return _signed_in(request, person, provider, "")


def _came_back(
    request: HttpRequest, provider: SignOnProvider, claims: Claims, left: Pending
) -> HttpResponse:
    if left.purpose == Purpose.TRIAL:
        return _was_tried(request, provider, claims)
    try:
        person = arriving.arrive(provider, claims, invitation=left.invitation)
    except arriving.UnsureError as unsure:
        arriving.keep(request.session, unsure.about)
        context = {"provider": provider, "about": unsure.about, "next": _confirmation(provider)}
        return render(request, "sign_on/unsure.html", context, status=REFUSED)
    return _signed_in(request, person, provider, left.onward)


def _signed_in(
    request: HttpRequest, person: User, provider: SignOnProvider, onward: str
) -> HttpResponse:
    about = arriving.kept_for(request.session, person)
    if is_here_by(request, provider) and request.user == person:
        go_on(request, person, provider)
    else:
        begin(request, person, provider)
    # Elsewhere than in the district this session leads nowhere, but to whoever waits for them.
    home = reverse("district", args=[provider.district.slug])
    is_fine = onward.startswith(home) or onward == reverse("still_you")
    if about and onward == _confirmation(provider):
        # Their other way in was another provider of the district.
        arriving.keep(request.session, about)
        is_fine = True
    return redirect(onward if is_fine else home)


def _was_tried(request: HttpRequest, provider: SignOnProvider, claims: Claims) -> HttpResponse:
    by = _manager(request, provider.district.slug)
    if by is None:
        raise Http404
    managing.note_trial_of(provider, by=by)
    trials.note(request.session, provider, claims)
    return redirect("sign_on_provider", provider.district.slug, provider.pk)


def _refused(
    request: HttpRequest,
    provider: SignOnProvider,
    refused: RefusedError,
    *,
    is_trial: bool = False,
) -> HttpResponse:
    _LOG.warning("Sign-on by %s: %s %s", provider.pk, refused.code, refused.detail)
    if is_trial and _manager(request, provider.district.slug):
        trials.note_refusal(request.session, provider, refused.code, refused.detail)
        return redirect("sign_on_provider", provider.district.slug, provider.pk)
    return _page_of(request, refused.code, provider)


def _page_of(
    request: HttpRequest, code: str, provider: SignOnProvider | None = None
) -> HttpResponse:
    context = {"said": said_of(code), "provider": provider}
    return render(request, "sign_on/refused.html", context, status=REFUSED)


def _is_in_time(request: HttpRequest) -> bool:
    rate = {"sign_on": settings.SIGN_ON_RATE}
    used = ratelimit.consume(request, app="schools", action="sign_on", config=rate, limit_get=True)
    return used is not None


def _open(where: str, provider_id: UUID) -> SignOnProvider | None:
    """One that is on, at the district's own address."""
    door = door_at(where)
    found = (each for each in (door.providers if door else ()) if each.pk == provider_id)
    return next(found, None)


def _tried(request: HttpRequest, where: str, provider_id: UUID) -> SignOnProvider | None:
    """One that may be off, for who manages the district."""
    by = _manager(request, where)
    provider = provider_at(by.district_id, provider_id) if by else None
    return provider if provider and provider.issuer else None


def _manager(request: HttpRequest, slug: str) -> Membership | None:
    if not request.user.is_authenticated:
        return None
    by = places(request).filter(district__slug=slug).first()
    return by if by and can_manage_security(by) else None


def _confirmation(provider: SignOnProvider) -> str:
    return reverse("sign_in_confirmation", args=[provider.district.slug])


def _to_the_door(slug: str, onward: str) -> HttpResponse:
    there = reverse("sign_in_at", args=[slug])
    return redirect(f"{there}?{urlencode({'next': onward})}" if onward else there)


def _ours(request: HttpRequest, address: Any) -> str:
    """The address, if it is one of our own pages."""
    return ours(request, address) if address.startswith("/") else ""
