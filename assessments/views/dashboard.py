"""The district's dashboard: one read of the snapshot, or of the rows that a filter leaves."""

from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.dashboards import district as dashboards
from assessments.dashboards.codebook import codebook_of
from assessments.dashboards.district import Dashboard
from assessments.dashboards.followed import Following, following_of
from assessments.dashboards.quiet import quiet_schools
from assessments.dashboards.selection import Compare
from assessments.instrument import CELLS, OpportunityLevel
from assessments.models import Campaign, Cycle
from assessments.views.filtering import View, filter_context, read_view, refuses_politely
from schools.access import DistrictRequest

SCHOOLS_IN_A_HEATMAP = 40
# Seconds; what has been drawn is found by all that it shows, so that no change waits for this.
KEEP_CHARTS = 600
NO_CONTENT = 204


@require_safe
@refuses_politely
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
    before = _year_before(campaign, campaigns)
    view = _with_what_there_is(read_view(request.GET), before)
    stamp = _stamp(request, campaign)
    if request.GET.get("seen") == stamp:
        return HttpResponse(status=NO_CONTENT)
    context = {
        "campaigns": campaigns,
        "campaign": campaign,
        "stamp": stamp,
        **filter_context(request, view),
        **_figures(request, view, campaign, before),
        "this_view": _this_view(request, view, campaign),
        "keep_charts": KEEP_CHARTS,
        "codebook": codebook_of(request.who, campaign.school_year),
        "can_manage_themes": permissions.can_manage_themes(request.who),
    }
    template = "_figures.html" if request.htmx and not request.htmx.boosted else "dashboard.html"
    return render(request, f"assessments/dashboard/{template}", context)


def _figures(
    request: DistrictRequest, view: View, campaign: Campaign, before: Campaign | None
) -> dict[str, Any]:
    year = campaign.school_year
    shown = dashboards.dashboard_of(
        request.who,
        campaign,
        campaign_before=before,
        filters=view.filters,
        compare=view.compare,
    )
    page = _heatmap_page(request, shown)
    heat = page.number if page.number > 1 else ""
    return {
        "dashboard": shown,
        # Asked for when it is drawn anew.
        "part_2": lambda: shown.part_2(campaign.instrument_version.wording()) if shown else [],
        "following": _following(request, view, campaign, shown),
        "quiet": quiet_schools(request.who, campaign, view.filters) if shown else None,
        "heatmap": page,
        "cells": CELLS,
        "levels": OpportunityLevel,
        "filters_kept": f"&{query}" if (query := view.filters.as_query()) else "",
        "kept": view.kept(heat=heat),
        "kept_years": view.kept(),
        "kept_before": view.kept(compare="next" if view.compare else "", year=year, heat=heat),
    }


def _following(
    request: DistrictRequest, view: View, campaign: Campaign, shown: Dashboard | None
) -> Following | None:
    # Counted over all schools, and kept with their figures alone.
    if shown is None or view.filters.as_dict() or view.compare:
        return None
    return following_of(request.who, campaign, shown)


def _heatmap_page(request: DistrictRequest, shown: Dashboard | None) -> Page[list[Any]]:
    rows = shown.heatmap if shown else []
    return Paginator(rows, SCHOOLS_IN_A_HEATMAP).get_page(request.GET.get("page"))


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


def _year_before(campaign: Campaign, campaigns: list[Campaign]) -> Campaign | None:
    year = campaign.school_year - 1
    return next((other for other in campaigns if other.school_year == year), None)


def _with_what_there_is(view: View, before: Campaign | None) -> View:
    """Compared over the same schools only beside a year before: else it would say so of all."""
    is_same = view.compare and before is not None
    return replace(view, compare=Compare.SAME if is_same else Compare.ALL)


def _this_view(request: DistrictRequest, shown: View, campaign: Campaign) -> str:
    """The query of an address that shows exactly this next year, too: it names the year."""
    view = request.GET.copy()
    view["year"] = str(campaign.school_year)
    for name in ("seen", "compare"):
        view.pop(name, None)
    if shown.compare:
        view["compare"] = str(shown.compare)
    return view.urlencode()


def _stamp(request: DistrictRequest, campaign: Campaign) -> str:
    moment = dashboards.computed_at(request.who, campaign.school_year)
    return moment.isoformat() if moment else "never"
