"""The tracker, and one school through the years."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.models import Campaign, Cycle, Status
from assessments.progress import with_progress
from assessments.querysets import CycleQuerySet
from schools.access import DistrictRequest
from schools.models import School, SchoolLevel
from schools.querysets import Who

SCHOOLS_ON_A_PAGE = 50


@require_safe
def tracker(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Every school of a year and how far it is; the filters live in the address."""
    campaigns = list(
        Campaign.objects.visible_to(request.who).select_related("district").latest_first()
    )
    year = _year(request.GET, campaigns)
    cycles = _filtered(request.GET, request.who, year)
    match request.GET.get("timeliness"):
        case "late":
            cycles = cycles.late(request.district.today())
        case "more_time":
            cycles = cycles.with_more_time(request.district.today())
        case "submitted_late":
            cycles = cycles.submitted_late(request.district.time_zone)
    page = Paginator(cycles, SCHOOLS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "campaigns": campaigns,
        "year": year,
        "page": page,
        "rows": with_progress(page.object_list),
        "statuses": Status.choices,
        "levels": SchoolLevel.choices,
        "asked": request.GET,
        "can_manage_campaigns": permissions.can_manage_campaigns(request.who),
    }
    template = "_list.html" if request.htmx else "tracker.html"
    return render(request, f"assessments/schools/{template}", context)


@require_safe
def school(request: DistrictRequest, district_slug: str, school_id: str) -> HttpResponse:
    """One school, its cycles newest first."""
    found = get_object_or_404(School.objects.visible_to(request.who), pk=school_id)
    cycles = (
        Cycle.objects.visible_to(request.who)
        .with_campaign()
        .filter(school=found)
        .order_by("-school_year")
    )
    return render(
        request, "assessments/schools/school.html", {"school": found, "rows": with_progress(cycles)}
    )


def _year(asked: QueryDict, campaigns: list[Campaign]) -> int | None:
    if not asked.get("year"):
        return Campaign.at_hand(campaigns).school_year if campaigns else None
    for campaign in campaigns:
        if str(campaign.school_year) == asked["year"]:
            return campaign.school_year
    raise Http404


def _filtered(asked: QueryDict, who: Who, year: int | None) -> CycleQuerySet:
    cycles: CycleQuerySet = Cycle.objects.visible_to(who).with_campaign()
    cycles = cycles.filter(school_year=year).order_by("school__name", "id")
    if asked.get("status") in Status.values:
        cycles = cycles.filter(status=asked["status"])
    if asked.get("level") in SchoolLevel.values:
        cycles = cycles.filter(school__level=asked["level"])
    if words := asked.get("q", "").replace("\0", "").strip():
        cycles = cycles.filter(school__name__icontains=words)
    return cycles
