"""What follows from a year, down to the schools: kept plans, examples, commitments."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import permissions
from assessments.dashboards import following_rows as rows
from assessments.dashboards.followed import cell_label, disposition_label, month_label
from assessments.dashboards.following import DISPOSITIONS, EARLIER, LATER, NOT_SAID, month_of
from assessments.instrument import CELL_CODES, CellCode, ContentArea, Context, Offer
from assessments.introductions import introduce
from assessments.models import Campaign
from schools.access import DistrictRequest
from schools.models import School

ON_A_PAGE = 25


@require_safe
def follow_up(
    request: DistrictRequest,
    district_slug: str,
    school_year: int,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """What became of last year's improvements of one cell, school by school, and why."""
    campaign = _campaign(request, school_year)
    chosen = request.GET.get("disposition", "")
    if chosen and chosen not in DISPOSITIONS:
        raise Http404
    place = CellCode(context, content_area)
    planned = cells = rows.followed_up(request.who, school_year, place)
    if chosen:
        cells = planned.filter(disposition="" if chosen == NOT_SAID else chosen)
    page = Paginator(cells, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = _at(campaign, place) | {
        "choices": [(code, disposition_label(code)) for code in DISPOSITIONS],
        "chosen": chosen,
        "page": page,
        "planned": planned.count() if chosen else page.paginator.count,
        "entries": rows.beside_last_year(request.who, list(page), school_year, place),
    }
    return render(request, "assessments/following/follow_up.html", shown)


@require_safe
def examples(
    request: DistrictRequest,
    district_slug: str,
    school_year: int,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Who looks for an example in one cell, who could show one, and whom to introduce."""
    campaign = _campaign(request, school_year)
    place = CellCode(context, content_area)
    said = partial(rows.profiles, request.who, school_year, place)
    looking, showing = said(Offer.SEEKING), said(Offer.OFFERING)
    introduced = rows.introductions_of(request.who, school_year, place)
    page = Paginator(looking, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = _at(campaign, place) | {
        "page": page,
        "showing": showing,
        "entries": rows.with_suggestions(list(page), showing, introduced),
        "submitted": rows.submitted_schools(request.who, school_year),
        "can_introduce": permissions.can_introduce(request.who),
    }
    return render(request, "assessments/following/examples.html", shown)


@require_POST
def introductions(
    request: DistrictRequest,
    district_slug: str,
    school_year: int,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Introduce two schools to each other."""
    _campaign(request, school_year)
    if not permissions.can_introduce(request.who):
        raise PermissionDenied
    looking, showing = (_school(request, name) for name in ("looking", "showing"))
    place = CellCode(context, content_area)
    try:
        introduce(looking, showing, by=request.who, school_year=school_year, place=place)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = _("Both principals hear of it by mail, and see it in their cycle: %(pair)s.")
        messages.success(request, said % {"pair": f"{looking} – {showing}"})
    return redirect("examples_across_schools", district_slug, school_year, context, content_area)


@require_safe
def commitments(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """The open commitments of all schools: those of a cell, of a month, or overdue."""
    if not permissions.can_see_dashboard(request.who):
        raise PermissionDenied
    today = request.district.today()
    asked = {name: request.GET.get(name, "") for name in ("cell", "month", "timeliness")}
    found = rows.promised(request.who)
    if asked["cell"]:
        found = found.filter(**_place(asked["cell"]))
    if asked["timeliness"] == "overdue":
        found = found.filter(due_on__lt=today)
    months = sorted({month_of(day, today) for day in found.values_list("due_on", flat=True)})
    if asked["month"]:
        days = rows.days_in(asked["month"], today)
        if days is None:
            raise Http404
        found = found.filter(due_on__range=days)
    shown = {
        "asked": asked,
        "cells": [(code, cell_label(code)) for code in CELL_CODES],
        "months": [(key, month_label(key)) for key in _in_order(months)],
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "today": today,
    }
    return render(request, "assessments/following/commitments.html", shown)


def _campaign(request: DistrictRequest, school_year: int) -> Campaign:
    campaigns = Campaign.objects.visible_to(request.who)
    found: Campaign = get_object_or_404(campaigns, school_year=school_year)
    if not permissions.can_see_dashboard(request.who):
        raise PermissionDenied
    return found


def _at(campaign: Campaign, place: CellCode) -> dict[str, Any]:
    return {"campaign": campaign, "place": place}


def _school(request: DistrictRequest, name: str) -> School:
    """The school that a form names: one of theirs, or it does not exist."""
    try:
        found: School = School.objects.visible_to(request.who).get(pk=request.POST.get(name, ""))
    except (School.DoesNotExist, ValidationError):
        raise Http404 from None
    return found


def _place(code: str) -> dict[str, str]:
    if code not in CELL_CODES:
        raise Http404
    context, content_area = code.split(".")
    return {"context": context, "content_area": content_area}


def _in_order(months: list[str]) -> list[str]:
    return sorted(months, key=lambda key: (key != EARLIER, key == LATER, key))
