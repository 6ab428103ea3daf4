"""Who is in a district: looked at, given another place, and seen off."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.recent import ask_again, ask_again_to_change
from schools import people as verbs
from schools.access import DistrictRequest
from schools.forms.people import place_of
from schools.models import Invitation, Membership, Role, Seat
from schools.permissions import (
    can_change_place,
    can_change_roles,
    can_grant,
    can_see_people,
    grantable_roles,
)
from schools.sign_on.links import links_of

ON_A_PAGE = 50


@require_safe
def people(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Who is here: of the whole district for its admins, of their schools for principals."""
    refuse_others(request)
    page = Paginator(_asked_for(request), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": request.GET,
        "roles": Role.choices,
        "grantable": grantable_roles(request.who),
        "can_change_roles": can_change_roles(request.who),
        "waiting": Invitation.objects.visible_to(request.who).waiting().count(),
    }
    template = "_list.html" if request.htmx else "people.html"
    return render(request, f"schools/people/{template}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def membership(request: DistrictRequest, district_slug: str, membership_id: str) -> HttpResponse:
    """One person's role and schools."""
    found = _membership(request, membership_id)
    if not can_change_place(request.who, found):
        raise PermissionDenied
    ask_again_to_change(request)
    form = place_of(found, request.who, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        role, schools = form.cleaned_data["role"], list(form.cleaned_data["schools"])
        try:
            verbs.change_role(found, by=request.who, role=role, schools=schools)
        except ValidationError as refused:
            form.refused(refused)
        else:
            messages.success(request, _("Changed: it holds from their next click on."))
            return _back_to_people(request, found)
    context = {
        "person": found,
        "form": form,
        "is_last_admin": verbs.is_last_admin(found),
        "is_linked": links_of(found, by=request.who).exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "schools/people/membership.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: DistrictRequest, district_slug: str, membership_id: str) -> HttpResponse:
    """What would end, asked once more; and the end itself."""
    found = _membership(request, membership_id)
    if not can_grant(request.who, found.role):
        raise PermissionDenied
    ask_again(request)
    refused: list[str] = []
    if request.method == "POST" and "confirmed" in request.POST:
        every = "with_all_they_made" in request.POST
        try:
            verbs.end_membership(found, by=request.who, with_all_they_made=every)
        except ValidationError as error:
            refused = error.messages
        else:
            return _seen_off(request, found)
    context = {
        "person": found,
        "left": verbs.left_behind(found, request.who),
        "is_last_admin": verbs.is_last_admin(found),
        "refused": refused,
        "is_oneself": found.user_id == request.user.pk,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "schools/people/leaving.html", context, status=status)


def refuse_others(request: DistrictRequest) -> None:
    """
    Raises:
        PermissionDenied: they change nothing about who is here.
    """
    if not can_see_people(request.who):
        raise PermissionDenied


def _seen_off(request: DistrictRequest, membership: Membership) -> HttpResponse:
    said = _("%(name)s has no place here any more.") % {"name": membership.user}
    messages.success(request, said)
    return _back_to_people(request, membership)


def _back_to_people(request: DistrictRequest, changed: Membership) -> HttpResponse:
    # Who has ended or changed their own place may have no people to look at any more.
    if changed.user_id == request.user.pk:
        return redirect("home")
    return redirect("people", request.district.slug)


def _membership(request: DistrictRequest, membership_id: Any) -> Membership:
    """Find first: who cannot know of them is told that there is nobody."""
    found: Membership = get_object_or_404(_with_places(request), pk=membership_id)
    refuse_others(request)
    return found


def _with_places(request: DistrictRequest) -> QuerySet[Membership]:
    seats = Seat.objects.visible_to(request.who).select_related("school").order_by("school__name")
    rows = Membership.objects.visible_to(request.who).select_related("user", "district")
    return rows.prefetch_related(Prefetch("seats", seats))


def _asked_for(request: DistrictRequest) -> QuerySet[Membership]:
    rows = _with_places(request).order_by("user__name", "pk")
    if (role := request.GET.get("role")) in Role.values:
        rows = rows.filter(role=role)
    if words := request.GET.get("q", "").replace("\0", "").strip():
        seats = Seat.objects.visible_to(request.who).filter(school__name__icontains=words)
        rows = rows.filter(
            Q(user__name__icontains=words)
            | Q(user__email__icontains=words)
            | Q(pk__in=seats.values("membership"))
        )
    return rows
