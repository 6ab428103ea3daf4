"""How a district's people sign in, and help for one who has lost a way in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.recent import ask_again
from schools import second_factors as verbs
from schools.access import DistrictRequest
from schools.forms.security import SecurityForm
from schools.models import Membership
from schools.permissions import can_change_place, can_manage_security
from schools.sign_on import links


@require_http_methods(["GET", "HEAD", "POST"])
def security(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Whether everyone needs a second factor, and how many have one."""
    if not can_manage_security(request.who):
        raise PermissionDenied
    ask_again(request)
    sent = request.POST if request.method == "POST" else None
    district = request.district
    form = SecurityForm(sent, initial={"requires_second_factor": district.requires_second_factor})
    if form.is_bound and form.is_valid():
        required = form.cleaned_data["requires_second_factor"]
        verbs.require_for_all(district, by=request.who, required=required)
        messages.success(request, _("Saved: it holds from everyone’s next click on."))
        return redirect("security", district_slug)
    people = Membership.objects.visible_to(request.who).filter(user__is_active=True)
    context = {
        "form": form,
        "people": people.count(),
        "without": verbs.without_a_factor(people).select_related("user").order_by("user__name"),
    }
    return render(request, "schools/security.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def factors_reset(request: DistrictRequest, district_slug: str, membership_id: str) -> HttpResponse:
    """What would happen, asked once more; and the taking away itself."""
    found = _person(request, membership_id)

    def context() -> dict[str, Any]:
        return {"why_not": verbs.why_not_reset(found, by=request.who)}

    said = _("%(name)s has no second factor any more, and is signed out everywhere.")
    return _once_confirmed(request, found, "factors_reset", context, verbs.reset, said)


@require_http_methods(["GET", "HEAD", "POST"])
def unlinking(request: DistrictRequest, district_slug: str, membership_id: str) -> HttpResponse:
    """How the provider knows a person; and an end to that, once it was asked once more."""
    found = _person(request, membership_id)

    def context() -> dict[str, Any]:
        return {
            "links": links.links_of(found, by=request.who),
            "why_not": links.why_not_unlink(found, by=request.who),
        }

    said = _("%(name)s is linked to no provider any more.")
    return _once_confirmed(request, found, "unlinking", context, links.unlink, said)


def _once_confirmed(
    request: DistrictRequest,
    found: Membership,
    page: str,
    context: Callable[[], dict[str, Any]],
    verb: Callable[..., int],
    said: str,
) -> HttpResponse:
    """The page that asks once more, and why not, as it is by now; then back to the person."""
    refused: list[str] = []
    if request.method == "POST" and "confirmed" in request.POST:
        try:
            verb(found, by=request.who)
        except ValidationError as error:
            refused = error.messages
        else:
            messages.success(request, said % {"name": found.user})
            return redirect("membership", request.district.slug, found.pk)
    shown = {"person": found, "refused": refused, **context()}
    status = 422 if request.method == "POST" else 200
    return render(request, f"schools/people/{page}.html", shown, status=status)


def _person(request: DistrictRequest, membership_id: Any) -> Membership:
    """Somebody whose ways in are the asking person's to change, who has just said who they are."""
    found = _membership(request, membership_id)
    if not can_change_place(request.who, found):
        raise PermissionDenied
    ask_again(request)
    return found


def _membership(request: DistrictRequest, membership_id: Any) -> Membership:
    rows = Membership.objects.visible_to(request.who).select_related("user", "district")
    return get_object_or_404(rows, pk=membership_id)
