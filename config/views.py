"""The pages that belong to no district: About, health, and what went wrong."""

from typing import Final

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config import api
from config import health as state
from schools.models import District

DISTRICTS_SHOWN: Final = 25


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What Ninefold is, and whose tool it carries."""
    return render(request, "about.html")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: it answers, and so does the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def operators_health(request: HttpRequest) -> HttpResponse:
    """For operators: what waits, and how each district stands."""
    districts = Paginator(District.objects.order_by("name", "pk"), DISTRICTS_SHOWN)
    page = districts.get_page(request.GET.get("page"))
    shown = {
        **admin.site.each_context(request),
        "title": _("Health"),
        "queues": state.queues(),
        "page": page,
        "standings": state.standings(page),
    }
    return render(request, "admin/health.html", shown)


@require_safe
def own_password(request: HttpRequest, **_extra: object) -> HttpResponse:
    """An operator changes their own password where everyone does."""
    return redirect("account_change_password")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that could not be read."""
    if _is_api(request):
        return api.bad_request(request)
    return _error(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There, but not theirs to do."""
    if _is_api(request):
        return api.forbidden(request, exception)
    return _error(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or not there for them: the page is the same."""
    if _is_api(request):
        return api.not_found(request)
    return _error(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A mistake of ours."""
    if _is_api(request):
        return api.server_error(request)
    return _error(request, "500.html", 500)


def session_is_stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent with a token of an earlier session."""
    return _error(request, "403_csrf.html", 403)


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _error(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, status=status)
