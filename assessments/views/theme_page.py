"""What the pages of themes show, also when a decision was refused."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode

from assessments import permissions
from assessments.contents import name_of
from assessments.dashboards.codebook import (
    BY_NAME,
    BY_SCHOOLS,
    codebook_of,
    place_name,
    submitted_in,
    years_of,
)
from assessments.forms.themes import ReplyForm
from assessments.instrument import CELL_CODES
from assessments.models import Campaign, Excerpt, Theme, ThemeDecision, ThemeReply
from assessments.models.theme import REFLECTIONS
from assessments.views.saving import OK
from schools.access import DistrictRequest

FOLDER = "assessments/themes"
EXCERPTS_ON_A_PAGE = 25
OUT_OF_COUNT = 50
SAMPLES = 2


def check_may_see(request: DistrictRequest) -> None:
    """Themes speak of all schools at once."""
    if not permissions.can_see_dashboard(request.who):
        raise PermissionDenied


def check_may_manage(request: DistrictRequest) -> None:
    """And are decided by the district's people."""
    if not permissions.can_manage_themes(request.who):
        raise PermissionDenied


def theme_of(request: DistrictRequest, theme_id: str | UUID) -> Theme:
    """The theme, if the reader may know of it."""
    rows = Theme.objects.visible_to(request.who).select_related("merged_into", "made_by")
    found: Theme = get_object_or_404(rows, pk=theme_id)
    return found


def campaigns_of(request: DistrictRequest) -> list[Campaign]:
    """The district's campaigns, the latest first."""
    rows = Campaign.objects.visible_to(request.who)
    return list(rows.select_related("district", "instrument_version").latest_first())


def year_of(request: DistrictRequest, campaigns: list[Campaign] | None = None) -> Campaign:
    """The campaign of the year that the address or the form names, else the one at hand.

    Raises:
        Http404: there is none of that year, or none at all.
    """
    campaigns = campaigns_of(request) if campaigns is None else campaigns
    asked = request.POST.get("year") or request.GET.get("year", "")
    chosen = [campaign for campaign in campaigns if asked in ("", str(campaign.school_year))]
    if not chosen:
        raise Http404
    return chosen[0] if asked else Campaign.at_hand(campaigns)


def address_of_list(request: DistrictRequest, theme: Theme | None = None) -> str:
    """The list as it was filtered, at a theme."""
    kept = {name: request.POST[name] for name in ("year", "question") if request.POST.get(name)}
    query = f"?{urlencode(kept)}" if kept else ""
    place = f"#theme-{theme.pk}" if theme else ""
    return reverse("themes", args=(request.district.slug,)) + query + place


def show_list(request: DistrictRequest, status: int = OK, **shown: Any) -> HttpResponse:
    """All themes of a year, or those spoken of in one answer."""
    campaigns = campaigns_of(request)
    if not campaigns:
        return render(request, f"{FOLDER}/none.html", shown)
    campaign = year_of(request, campaigns)
    wording = campaign.instrument_version.wording()
    codes = [*(question.key for question in wording.questions), *CELL_CODES]
    asked = request.POST.get("question") or request.GET.get("question", "")
    code = asked if asked in codes else ""
    order = BY_NAME if request.GET.get("order") == BY_NAME else BY_SCHOOLS
    shown |= {
        "campaigns": campaigns,
        "campaign": campaign,
        "year": campaign.school_year,
        "codebook": codebook_of(
            request.who, campaign.school_year, code=code, order=order, samples=SAMPLES
        ),
        "codes": [(each, name_of(each, wording)) for each in codes],
        "code": code,
        "source": code if code in CELL_CODES else REFLECTIONS,
        "order": order,
        "can_manage": permissions.can_manage_themes(request.who),
    }
    return render(request, f"{FOLDER}/list.html", shown, status=status)


def show_theme(
    request: DistrictRequest, theme: Theme, status: int = OK, **shown: Any
) -> HttpResponse:
    """One theme: its words in place, who decided what, its years, what the district answers."""
    check_may_see(request)
    campaigns = campaigns_of(request)
    campaign = year_of(request, campaigns)
    rows = Excerpt.objects.visible_to(request.who).filter(
        theme=theme, school_year=campaign.school_year
    )
    rows = rows.select_related("submission", "school", "removed_by", "added_by", "cycle")
    counted = rows.counted().order_by("school__name", "code", "start", "id")
    page = Paginator(counted, EXCERPTS_ON_A_PAGE).get_page(request.GET.get("page"))
    reply = ThemeReply.objects.visible_to(request.who).filter(
        theme=theme, school_year=campaign.school_year
    )
    present = reply.select_related("by").first()
    years = years_of(request.who, theme)
    decisions = ThemeDecision.objects.visible_to(request.who).filter(theme=theme)
    shown = {
        "theme": theme,
        "campaigns": campaigns,
        "campaign": campaign,
        "year": campaign.school_year,
        "page": page,
        "excerpts": _named(page.object_list, campaign),
        "not_counted": _named(_not_counted(rows, counted), campaign),
        "years": years,
        "now": next((line for line in years if line.school_year == campaign.school_year), None),
        "submitted": submitted_in(request.who, [campaign.school_year]).get(campaign.school_year, 0),
        "decisions": decisions.select_related("by"),
        "reply": present,
        "reply_form": ReplyForm(present=present),
        "can_manage": permissions.can_manage_themes(request.who),
        "chosen": set(),
    } | shown
    return render(request, f"{FOLDER}/theme.html", shown, status=status)


def _not_counted(rows: Any, counted: Any) -> list[Excerpt]:
    """Taken out, no longer said, or taken back to work by the school."""
    out = rows.exclude(pk__in=counted.order_by().values("pk"))
    return list(out.order_by("school__name", "code", "start", "id")[:OUT_OF_COUNT])


def _named(excerpts: Any, campaign: Campaign) -> list[tuple[Excerpt, str]]:
    wording = campaign.instrument_version.wording()
    return [(each, place_name(each.code, each.field, wording)) for each in excerpts]
