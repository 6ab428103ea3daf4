"""The person's own page about mail: signed in, or by the link in a mail."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import mail
from accounts.forms import MailForm
from accounts.models import User
from accounts.onward import ours

ONE_CLICK = "List-Unsubscribe"


@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices(request: HttpRequest) -> HttpResponse:
    """The mails that a signed-in person gets."""
    user = cast(User, request.user)
    if request.method == "POST":
        _choose(request, user)
        messages.success(request, _("Saved."))
        return redirect("mail_choices")
    return _page(request, user)


# The token is the permission: mail programs send neither session nor CSRF token (RFC 8058).
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def mail_choices_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whoever holds the person's mail. Looking changes nothing."""
    user = mail.person_with(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        _choose(request, user)
    language = translation.get_language() if request.user.is_authenticated else user.language
    with translation.override(language or "en"):
        response = _page(request, user, by_token=True, saved=request.method == "POST")
        response["Content-Language"] = translation.get_language()
    return response


@require_POST
def mail_address(request: HttpRequest) -> HttpResponse:
    """The person says that their address is right: mail is tried again."""
    user = cast(User, request.user)
    mail.try_again(user)
    messages.success(
        request, _("Thank you. Mail to %(address)s is tried again.") % {"address": user.email}
    )
    back = ours(request, request.POST.get("next", ""))
    return HttpResponseRedirect(back or reverse("home"))


def _choose(request: HttpRequest, user: User) -> None:
    """One click in a mail program turns everything off, whatever else it sends."""
    form = MailForm(request.POST)
    form.full_clean()
    wants = form.cleaned_data if ONE_CLICK not in request.POST else {}
    mail.choose(
        user,
        comments=wants.get("gets_comments_by_mail", False),
        reminders=wants.get("gets_reminders_by_mail", False),
    )


def _page(
    request: HttpRequest, user: User, *, by_token: bool = False, saved: bool = False
) -> HttpResponse:
    shown = {"form": MailForm(instance=user), "person": user, "by_token": by_token, "saved": saved}
    return render(request, "accounts/mail.html", shown)
