"""The tracker, and one school through the years."""

from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.dashboards.selection import chosen
from assessments.models import Campaign, Cycle, Status
from assessments.notifications.asked import last_asked
from assessments.progress import with_progress
from assessments.querysets import CycleQuerySet
from assessments.views.filtering import filter_context, read_view, refuses_politely
from schools.access import DistrictRequest
from schools.models import District, School
from schools.querysets import Who

SCHOOLS_ON_A_PAGE = 50


@require_safe
@refuses_politely
def tracker(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Every school of a year and how far it is, the quiet ones first; filters in the address."""
    campaigns = list(
        Campaign.objects.visible_to(request.who).select_related("district").latest_first()
    )
    year = _year(request.GET, campaigns)
    cycles = asked_for(request.GET, request.who, request.district, year)
    page = Paginator(cycles, SCHOOLS_ON_A_PAGE).get_page(request.GET.get("page"))
    can_remind = permissions.can_remind(request.who)
    context = {
        **filter_context(request, read_view(request.GET)),
        "campaigns": campaigns,
        "year": year,
        "page": page,
        "rows": with_progress(page.object_list),
        "reminded": last_asked(request.district, page.object_list) if can_remind else {},
        "statuses": Status.choices,
        "asked": request.GET,
        "asked_query": request.GET.urlencode(),
        "can_manage_campaigns": permissions.can_manage_campaigns(request.who),
        "can_remind": can_remind,
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


def asked_for(asked: QueryDict, who: Who, district: District, year: int | None) -> CycleQuerySet:
    """The cycles that the tracker's address means, in its order.

    Raises:
        UnknownFilter: a filter means nothing.
    """
    today = district.today()
    cycles: CycleQuerySet = Cycle.objects.visible_to(who).with_campaign().filter(school_year=year)
    cycles = _by_timeliness(cycles, asked.get("timeliness", ""), district, today)
    cycles = chosen(cycles, read_view(asked).filters, who, year or 0)
    if asked.get("status") in Status.values:
        cycles = cycles.filter(status=asked["status"])
    if words := asked.get("q", "").replace("\0", "").strip():
        cycles = cycles.filter(school__name__icontains=words)
    return cycles.quiet(today) if asked.get("quiet") else cycles.quietest_first(today)


def _by_timeliness(
    cycles: CycleQuerySet, asked: str, district: District, today: date
) -> CycleQuerySet:
    match asked:
        case "late":
            return cycles.late(today)
        case "more_time":
            return cycles.with_more_time(today)
        case "submitted_late":
            return cycles.submitted_late(district.time_zone)
    return cycles


def _year(asked: QueryDict, campaigns: list[Campaign]) -> int | None:
    if not asked.get("year"):
        return Campaign.at_hand(campaigns).school_year if campaigns else None
    for campaign in campaigns:
        if str(campaign.school_year) == asked["year"]:
            return campaign.school_year
    raise Http404
