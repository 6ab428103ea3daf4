"""The page behind the link of an invitation: looked at by GET, accepted by POST.

The token is all that leads here. Without an open invitation behind it the page is always the same,
and says nothing of any district.
"""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.addresses import belongs_to, person_at
from accounts.models import User
from schools import acceptance as verbs
from schools.acceptance import NotOpenError, NotTheirsError
from schools.forms.people import NewPersonForm
from schools.invitations import may_use_password
from schools.models import Invitation, Membership
from schools.sign_on.doors import mark_of
from schools.sign_on.finding import door_of, pass_for

FORBIDDEN = 403


@never_cache
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to which district as what. Looking changes nothing: mail scanners look, too."""
    found = verbs.found(token)
    if request.user.is_authenticated:
        if found is None:
            return _ended(request, verbs.accepted_before(token, request.user))
        return _for_who_is_signed_in(request, token, found, request.user)
    if found is None:
        return _ended(request, None)
    if person_at(found.email):
        context = {
            "invitation": found,
            "schools": verbs.schools_of(found),
            "next": request.path,
            "may_use_password": may_use_password(found.district),
            "door": door_of(found.district),
            "pass": pass_for(found),
        }
        return render(request, "schools/people/accept_sign_in.html", context)
    return _for_who_is_new(request, token, found)


def _for_who_is_signed_in(
    request: HttpRequest, token: str, found: Invitation, person: User
) -> HttpResponse:
    mark = mark_of(request)
    # The word of one district's provider is none in another.
    is_elsewhere = mark is not None and mark.district != found.district_id
    if is_elsewhere or not belongs_to(found.email, person):
        return _not_theirs(request)
    if request.method == "POST":
        try:
            return _welcome(request, verbs.accept(token, by=person))
        except NotOpenError:
            return _ended(request, None)
        except NotTheirsError:
            return _not_theirs(request)
    here = Membership.objects.filter(user=person, district=found.district_id).first()
    context = {"invitation": found, "schools": verbs.schools_of(found), "here": here}
    return render(request, "schools/people/accept.html", context)


def _for_who_is_new(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    form = NewPersonForm(found.email, sent, initial={"name": found.name})
    if form.is_bound and form.is_valid():
        try:
            membership = verbs.accept_as_new(
                token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=get_language() or found.language,
            )
        except NotOpenError:
            return _ended(request, None)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _welcomed(membership))
            there = reverse("district", args=[membership.district.slug])
            # They have just typed it: what asks who they are need not ask again.
            record_authentication(request, membership.user, "password")
            return perform_login(request, membership.user, redirect_url=there)
    context = {
        "invitation": found,
        "schools": verbs.schools_of(found),
        "form": form,
        "may_use_password": may_use_password(found.district),
        "door": door_of(found.district),
        "pass": pass_for(found),
    }
    status = 422 if form.is_bound else 200
    return render(request, "schools/people/accept_as_new.html", context, status=status)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    messages.success(request, _welcomed(membership))
    return redirect("district", membership.district.slug)


def _welcomed(membership: Membership) -> str:
    return _("Welcome to %(district)s.") % {"district": membership.district}


def _ended(request: HttpRequest, membership: Membership | None) -> HttpResponse:
    """The same for whatever is not open; who has accepted it is simply led on."""
    if membership:
        return redirect("district", membership.district.slug)
    return render(request, "schools/people/invitation_ended.html", status=404)


def _not_theirs(request: HttpRequest) -> HttpResponse:
    context = {"next": request.path}
    return render(request, "schools/people/not_theirs.html", context, status=FORBIDDEN)
