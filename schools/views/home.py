"""The door: who signs in lands in their district."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from schools.models import Membership
from schools.sign_on.doors import closed_places, places

REMEMBERED = "last_district"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """On to the person's district; who has several chooses, and the choice is remembered."""
    memberships = _memberships(request)
    slugs = [membership.district.slug for membership in memberships]
    if len(slugs) == 1:
        return redirect("district", slugs[0])
    if request.session.get(REMEMBERED) in slugs:
        return redirect("district", request.session[REMEMBERED])
    return _choice(request, memberships)


@require_http_methods(["GET", "HEAD", "POST"])
def districts(request: HttpRequest) -> HttpResponse:
    """The choice itself, and where it is remembered."""
    memberships = _memberships(request)
    if request.method == "POST":
        chosen = request.POST.get("district")
        if chosen not in [membership.district.slug for membership in memberships]:
            raise Http404
        request.session[REMEMBERED] = chosen
        return redirect("district", chosen)
    return _choice(request, memberships)


def _choice(request: HttpRequest, memberships: QuerySet[Membership]) -> HttpResponse:
    context = {"memberships": memberships, "closed": closed_places(request).order_by("district")}
    return render(request, "schools/districts.html", context)


def _memberships(request: HttpRequest) -> QuerySet[Membership]:
    return places(request).order_by("district")
