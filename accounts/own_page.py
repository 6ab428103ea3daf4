"""A person's own pages: who they are here, how they get in, and where they are signed in."""

from typing import Any, ClassVar, cast
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import factors, sessions
from accounts.forms import PersonForm
from accounts.models import User
from accounts.onward import ours

UNPROCESSABLE = 422
AFTERWARDS = "after_second_factor"


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """All that is theirs alone, in one place."""
    person = cast(User, request.user)
    # Not the request's own: what is refused must not stand in the page's header.
    own = User.objects.get(pk=person.pk)
    form = PersonForm(request.POST if request.method == "POST" else None, instance=own)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        response = redirect("account")
        if "language" in form.changed_data:
            # What was once chosen in this browser would speak louder.
            response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return response
    context = {
        "form": form,
        "person": person,
        "factors": list(factors.factors_of(person).order_by("created_at")),
        "sessions": len(sessions.sessions_of(person)),
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "accounts/account.html", context, status=status)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Where those are led who must show a second factor, or set one up, before anything else."""
    there = ours(request, request.GET.get("next", "")) or reverse("home")
    if factors.shown(request):
        return HttpResponseRedirect(there)
    request.session[AFTERWARDS] = there
    kinds = set(factors.factors_of(request.user).values_list("type", flat=True))
    context = {
        "kinds": kinds,
        "next": there,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_app": Authenticator.Type.TOTP in kinds,
    }
    return render(request, "accounts/second_factor.html", context)


@require_safe
def still_you(request: HttpRequest) -> HttpResponse:
    """In a tab of its own: who has said again who they are, goes back to what they had typed."""
    return render(request, "accounts/still_you.html")


@require_safe
def own_sessions(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in: this device first."""
    rows = sessions.sessions_of(cast(User, request.user))
    rows.sort(key=lambda row: row.pk != request.session.session_key)
    here = request.session.session_key
    return render(request, "accounts/sessions.html", {"sessions": rows, "here": here})


@require_POST
def session_end(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """An end to one of them, from its next request on."""
    person = cast(User, request.user)
    if not sessions.end(person, session_id, by=person):
        raise Http404
    messages.success(request, _("That device is signed out."))
    return redirect("sessions")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """An end to all but this one."""
    person = cast(User, request.user)
    number = sessions.end_all(person, by=person, but=request.session.session_key)
    said = ngettext(
        "%(number)s other device is signed out.", "%(number)s other devices are signed out.", number
    )
    messages.success(request, said % {"number": number})
    return redirect("sessions")


class PasskeySignIn(LoginWebAuthnView):
    """Signing in by a passkey alone: the same as by a password and a code."""

    http_method_names: ClassVar = ["get", "head", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        """In, with what they said about the computer."""
        self.request.session[sessions.SHARED] = self.request.POST.get("shared") == "on"
        response: HttpResponse = super().form_valid(form)
        return response


class PasskeyRemoval(RemoveWebAuthnView):
    """Not the last second factor of somebody who must have one."""

    # A DELETE would ask nothing.
    http_method_names: ClassVar = ["get", "head", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        """Gone.

        Raises:
            PermissionDenied: it is the last one.
        """
        if not get_adapter().can_delete_authenticator(self.get_object()):
            raise PermissionDenied
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """And whether it can be removed."""
        shown: dict[str, Any] = super().get_context_data(**kwargs)
        return shown | {"may_go": get_adapter().can_delete_authenticator(self.object)}
