"""The district's dashboard: one read of the snapshot."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from assessments import permissions
from assessments.dashboards import district as dashboards
from assessments.dashboards.codebook import codebook_of
from assessments.instrument import CELLS, OpportunityLevel
from assessments.models import Campaign, Cycle
from schools.access import DistrictRequest

SCHOOLS_IN_A_HEATMAP = 40
NO_CONTENT = 204


def district(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """The dashboard, for who sees the whole district; everyone else goes on to their cycle."""
    if not permissions.can_see_dashboard(request.who):
        return _own_work(request, district_slug)
    campaigns = list(
        Campaign.objects.visible_to(request.who)
        .select_related("district", "instrument_version")
        .latest_first()
    )
    if not campaigns:
        return render(request, "assessments/dashboard/empty.html")
    campaign = _asked_for(request, campaigns)
    seen = request.GET.get("seen")
    if seen and seen == _stamp(request, campaign):
        return HttpResponse(status=NO_CONTENT)
    shown = dashboards.dashboard_of(request.who, campaign)
    page = Paginator(shown.heatmap if shown else [], SCHOOLS_IN_A_HEATMAP)
    context = {
        "campaigns": campaigns,
        "campaign": campaign,
        "dashboard": shown,
        "part_2": shown.part_2(campaign.instrument_version.wording()) if shown else [],
        "heatmap": page.get_page(request.GET.get("page")),
        "cells": CELLS,
        "levels": OpportunityLevel,
        "codebook": codebook_of(request.who, campaign.school_year),
        "can_manage_themes": permissions.can_manage_themes(request.who),
        "stamp": _stamp(request, campaign),
    }
    template = "_figures.html" if request.htmx and not request.htmx.boosted else "dashboard.html"
    return render(request, f"assessments/dashboard/{template}", context)


def _own_work(request: DistrictRequest, district_slug: str) -> HttpResponse:
    campaigns = list(
        Campaign.objects.visible_to(request.who).select_related("district").latest_first()
    )
    if campaigns:
        year = Campaign.at_hand(campaigns).school_year
        cycles = Cycle.objects.visible_to(request.who).filter(school_year=year)
        if len(ids := list(cycles.values_list("id", flat=True)[:2])) == 1:
            return redirect("cycle", district_slug, ids[0])
    return redirect("schools", district_slug)


def _asked_for(request: DistrictRequest, campaigns: list[Campaign]) -> Campaign:
    year = request.GET.get("year", "")
    if not year:
        return Campaign.at_hand(campaigns)
    chosen = [campaign for campaign in campaigns if str(campaign.school_year) == year]
    if not chosen:
        raise Http404
    return chosen[0]


def _stamp(request: DistrictRequest, campaign: Campaign) -> str:
    moment = dashboards.computed_at(request.who, campaign.school_year)
    return moment.isoformat() if moment else "never"
