"""The district's campaigns: those that were, and a new one."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import campaigns as verbs
from assessments import permissions
from assessments.forms import CampaignChangeForm, CampaignForm
from assessments.models import Campaign, InstrumentVersion, Status
from schools.access import DistrictRequest
from schools.models import District, Membership, School

WEEKS_OPEN, WEEKS_AFTER = 6, 2


@require_safe
def campaign_list(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Every campaign with how far its schools are."""
    campaigns = (
        Campaign.objects.visible_to(request.who)
        .select_related("district")
        .annotate(
            schools=Count("cycles"),
            submitted=Count("cycles", filter=Q(cycles__status=Status.SUBMITTED)),
        )
        .latest_first()
    )
    can_manage = permissions.can_manage_campaigns(request.who)
    context = {"campaigns": campaigns, "can_manage_campaigns": can_manage}
    return render(request, "assessments/campaigns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign(request: DistrictRequest, district_slug: str, campaign_id: str) -> HttpResponse:
    """One campaign: its dates, what it asks, how far its schools are; a form to move the dates."""
    campaigns = Campaign.objects.visible_to(request.who)
    found = get_object_or_404(
        campaigns.select_related("district", "instrument_version"), pk=campaign_id
    )
    sent = request.POST if request.method == "POST" else None
    form = CampaignChangeForm(sent, instance=found)
    if form.is_bound:
        if not permissions.can_manage_campaigns(request.who):
            raise PermissionDenied
        if _is_changed(found, form, by=request.who):
            return redirect("campaign", district_slug, campaign_id)
        found.refresh_from_db()
    counts = campaigns.filter(pk=campaign_id).aggregate(
        schools=Count("cycles"),
        **{status: Count("cycles", filter=Q(cycles__status=status)) for status in Status.values},
    )
    context = {
        "campaign": found,
        "counts": counts,
        "form": form,
        "can_manage_campaigns": permissions.can_manage_campaigns(request.who),
        "without_cycle": _without_cycle(request, found).count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "assessments/campaigns/campaign.html", context, status=status)


@require_POST
def campaign_cycles(request: DistrictRequest, district_slug: str, campaign_id: str) -> HttpResponse:
    """Cycles for the schools that joined after the campaign opened."""
    campaigns = Campaign.objects.visible_to(request.who).select_related(
        "district", "instrument_version"
    )
    found = get_object_or_404(campaigns, pk=campaign_id)
    try:
        count = verbs.include_new_schools(found, by=request.who)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        said = ngettext(
            "%(count)d school more has its cycle.",
            "%(count)d schools more have their cycles.",
            count,
        )
        messages.success(request, said % {"count": count})
    return redirect("campaign", district_slug, campaign_id)


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_new(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Open a campaign for a school year."""
    if not permissions.can_manage_campaigns(request.who):
        raise PermissionDenied
    form = CampaignForm(
        request.POST or None,
        years=_years(request.district),
        initial=_first_thought(request.district),
    )
    if request.method == "POST" and form.is_valid():
        try:
            opened = verbs.open_campaign(by=request.who, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _say_how_many(request, opened)
            return redirect("campaign", district_slug, opened.pk)
    schools = School.objects.visible_to(request.who).active().count()
    context = {"form": form, "schools": schools}
    status = 422 if form.is_bound else 200
    return render(request, "assessments/campaigns/new.html", context, status=status)


def _is_changed(found: Campaign, form: CampaignChangeForm, *, by: Membership) -> bool:
    if not form.is_valid():
        return False
    try:
        verbs.change_campaign(found, by=by, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _without_cycle(request: DistrictRequest, found: Campaign) -> QuerySet[School]:
    schools: QuerySet[School] = School.objects.visible_to(request.who).active()
    return schools.exclude(pk__in=found.cycles.values("school"))


def _years(district: District) -> list[int]:
    return [district.this_school_year + step for step in (0, 1, -1)]


def _first_thought(district: District) -> dict[str, object]:
    today = district.today()
    return {
        "school_year": district.this_school_year,
        "opens_on": today,
        "due_on": today + timedelta(weeks=WEEKS_OPEN),
        "closes_on": today + timedelta(weeks=WEEKS_OPEN + WEEKS_AFTER),
        "instrument_version": InstrumentVersion.objects.latest(),
    }


def _say_how_many(request: DistrictRequest, opened: Campaign) -> None:
    count = opened.cycles.count()
    messages.success(
        request,
        ngettext(
            "The campaign is open. %(count)d school has its cycle.",
            "The campaign is open. %(count)d schools have their cycles.",
            count,
        )
        % {"count": count},
    )
