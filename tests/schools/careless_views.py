"""Addresses with mistakes in them, beside the real ones: what the middleware must make harmless."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path

from config import urls
from schools.access import MadeAfterwards
from schools.models import School

SCHOOLS = "{% for school in schools %}{{ school.name }},{% endfor %}{{ broken }}"


class Trouble(Exception):
    """What nobody foresaw."""


class Broken:
    """Something that cannot be shown."""

    def __str__(self) -> str:
        raise Trouble


def breaks(request: Any, district_slug: str) -> HttpResponse:
    _write(request)
    raise Trouble


def breaks_while_rendering(request: Any, district_slug: str) -> HttpResponse:
    _write(request)
    return _late(request, {"broken": Broken()})


def answers_500(request: Any, district_slug: str) -> HttpResponse:
    _write(request)
    return HttpResponse(status=500)


def changes_its_mind(request: Any, district_slug: str) -> HttpResponse:
    _write(request)
    raise {"404": Http404, "403": PermissionDenied}[request.GET["how"]]


def refuses(request: Any, district_slug: str) -> HttpResponse:
    _write(request)
    return HttpResponse(status=int(request.GET["status"]))


def renders_late(request: Any, district_slug: str) -> HttpResponse:
    return _late(request, {})


def makes_its_answer_afterwards(request: Any, district_slug: str) -> HttpResponse:
    _write(request)
    return MadeAfterwards(lambda: HttpResponse(_what_is_in_reach()))


def _what_is_in_reach() -> str:
    if connection.in_atomic_block:
        return "a transaction"
    try:
        return str(School.objects.count())
    except ProgrammingError as nothing:
        return str(nothing)


@login_not_required
def forgets_to_ask(request: HttpRequest, district_slug: str) -> HttpResponse:
    return JsonResponse({"schools": [school.name for school in School.objects.all()]})


def _write(request: Any) -> None:
    School.objects.create(district=request.district, name="Half done")


def _late(request: Any, more: dict[str, Any]) -> HttpResponse:
    template = engines["django"].from_string(SCHOOLS)
    return TemplateResponse(request, template, {"schools": School.objects.all(), **more})


handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    path("d/<slug:district_slug>/breaks/", breaks),
    path("d/<slug:district_slug>/breaks-while-rendering/", breaks_while_rendering),
    path("d/<slug:district_slug>/answers-500/", answers_500),
    path("d/<slug:district_slug>/changes-its-mind/", changes_its_mind),
    path("d/<slug:district_slug>/refuses/", refuses),
    path("d/<slug:district_slug>/renders-late/", renders_late),
    path("d/<slug:district_slug>/makes-its-answer-afterwards/", makes_its_answer_afterwards),
    path("api/v1/districts/<slug:district_slug>/forgets-to-ask/", forgets_to_ask),
    *urls.urlpatterns,
]
