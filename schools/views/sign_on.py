"""A district's sign-on: add a provider, fill it in, try it, switch it on; sign-on only; remove."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.recent import ask_again
from schools.access import DistrictRequest
from schools.forms.sign_on import AddForm, ProviderForm
from schools.models import SignOnProvider
from schools.permissions import can_manage_security
from schools.sign_on import managing as verbs
from schools.sign_on.doors import mark_of
from schools.sign_on.finding import back_to
from schools.sign_on.trials import shown_once
from schools.sign_on.words import said_of

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def sign_on(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """All of the district's providers, a form for another one, and whether there is another way."""
    _check_may(request)
    ask_again(request)
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = verbs.add_provider(form.cleaned_data["kind"], by=request.who)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("sign_on_provider", district_slug, made.pk)
    context = {
        "form": form,
        "providers": SignOnProvider.objects.visible_to(request.who),
        "address": request.build_absolute_uri(reverse("sign_in_at", args=[district_slug])),
        "came_by": mark_of(request),
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "schools/sign_on/list.html", context, status=status)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_on_provider(
    request: DistrictRequest, district_slug: str, provider_id: UUID
) -> HttpResponse:
    """One, with what to enter there and here, and what came of trying it."""
    provider = _found(request, provider_id)
    ask_again(request)
    form = ProviderForm(provider, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            verbs.change_provider(provider, by=request.who, fields=form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("sign_on_provider", district_slug, provider.pk)
    trial = shown_once(request.session, provider)
    context = {
        "provider": provider,
        "form": form,
        "back": back_to(provider),
        "trial": trial,
        "trial_said": said_of(trial.refused) if trial else "",
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "schools/sign_on/provider.html", context, status=status)


@require_POST
def sign_on_state(request: DistrictRequest, district_slug: str, provider_id: UUID) -> HttpResponse:
    """It is switched on, or off."""
    provider = _found(request, provider_id)
    ask_again(request)
    on = request.POST.get("state") == "on"
    said = _("People can sign in by it now.") if on else _("Nobody gets in by it any more.")
    _carried_out(request, said, verbs.switch, provider, by=request.who, on=on)
    return redirect("sign_on_provider", district_slug, provider.pk)


@require_POST
def sign_on_removal(
    request: DistrictRequest, district_slug: str, provider_id: UUID
) -> HttpResponse:
    """It is gone; asked twice, as those who are linked would have to be linked again."""
    provider = _found(request, provider_id)
    ask_again(request)
    if not request.POST.get("sure"):
        messages.error(request, _("Say that you are sure: it cannot be undone."))
        return redirect("sign_on_provider", district_slug, provider.pk)
    try:
        people = verbs.remove(provider, by=request.who)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("sign_on_provider", district_slug, provider.pk)
    said = ngettext(
        "Removed. %(n)d person was linked to it.",
        "Removed. %(n)d people were linked to it.",
        people,
    )
    messages.success(request, said % {"n": people})
    return redirect("sign_on", district_slug)


@require_POST
def sign_on_only(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Whether the district opens to its own sign-on alone."""
    _check_may(request)
    ask_again(request)
    only, mark = request.POST.get("only") == "1", mark_of(request)
    came_by = mark.provider if mark else None
    said = _("Saved: it holds from everyone’s next click on.")
    _carried_out(request, said, verbs.require, by=request.who, only=only, came_by=came_by)
    return redirect("sign_on", district_slug)


def _carried_out(request: DistrictRequest, said: str, verb: Any, *about: Any, **how: Any) -> None:
    try:
        verb(*about, **how)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, said)


def _found(request: DistrictRequest, provider_id: UUID) -> SignOnProvider:
    rows = SignOnProvider.objects.visible_to(request.who).select_related("district")
    provider: SignOnProvider = get_object_or_404(rows, pk=provider_id)
    _check_may(request)
    return provider


def _check_may(request: DistrictRequest) -> None:
    if not can_manage_security(request.who):
        raise PermissionDenied
