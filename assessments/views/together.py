"""What a district's schools see of each other: released figures, and words that may be quoted."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models.functions import MD5
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.dashboards.together import together as released
from assessments.instrument import CellCode, ContentArea, Context, Quoting
from assessments.models import Campaign, Cell, Reflection
from schools.access import DistrictRequest

QUOTES_ON_A_PAGE = 25


@require_safe
def together(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """The released figures of a year, beside those of the year before."""
    campaigns = _campaigns(request)
    campaign = _asked_for(request.GET.get("year", ""), campaigns)
    shown = campaign and released(request.who, campaign, request.GET.get("schools", ""))
    context = {"campaigns": campaigns, "campaign": campaign, "together": shown}
    return render(request, "assessments/together/together.html", context)


@require_safe
def cell_quotes(
    request: DistrictRequest,
    district_slug: str,
    school_year: int,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """What schools wrote in one cell, of those that may be quoted."""
    campaign = _campaign(request, school_year)
    place = CellCode(context, content_area)
    cells = Cell.objects.quotable_to(request.who).filter(
        school_year=school_year, context=context, content_area=content_area
    )
    # In an order that tells nothing of who wrote it.
    cells = cells.exclude(opportunities="", improvements="").order_by(MD5("opportunities"), "id")
    asked = campaign.instrument_version.wording().cell(str(place)).opportunities
    return _quotes(request, campaign, cells, {"place": place, "asked": asked})


@require_safe
def question_quotes(
    request: DistrictRequest, district_slug: str, school_year: int, question: str
) -> HttpResponse:
    """What schools answered to one Part 2 question, of those that may be quoted."""
    campaign = _campaign(request, school_year)
    asked = campaign.instrument_version.wording().question(question)
    if asked is None:
        raise Http404
    rows = Reflection.objects.quotable_to(request.who)
    rows = rows.filter(school_year=school_year, question=question).exclude(text="")
    rows = rows.order_by(MD5("text"), "id")
    return _quotes(request, campaign, rows, {"question": asked, "asked": asked.text})


def _quotes(
    request: DistrictRequest, campaign: Campaign, rows: Any, shown: dict[str, Any]
) -> HttpResponse:
    page = Paginator(rows.select_related("school", "cycle"), QUOTES_ON_A_PAGE)
    shown |= {
        "campaign": campaign,
        "page": page.get_page(request.GET.get("page")),
        "named": Quoting.NAMED,
    }
    return render(request, "assessments/together/quotes.html", shown)


def _campaigns(request: DistrictRequest) -> list[Campaign]:
    campaigns = Campaign.objects.visible_to(request.who)
    if not permissions.can_see_together(request.who):
        raise PermissionDenied
    return list(campaigns.select_related("district", "instrument_version").latest_first())


def _campaign(request: DistrictRequest, school_year: int) -> Campaign:
    campaigns = Campaign.objects.visible_to(request.who).select_related("instrument_version")
    found: Campaign = get_object_or_404(campaigns, school_year=school_year)
    if not permissions.can_see_together(request.who):
        raise PermissionDenied
    return found


def _asked_for(year: str, campaigns: list[Campaign]) -> Campaign | None:
    if not year:
        return Campaign.at_hand(campaigns) if campaigns else None
    for campaign in campaigns:
        if str(campaign.school_year) == year:
            return campaign
    raise Http404
