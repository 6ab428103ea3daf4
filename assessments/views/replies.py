"""You said, we did, as a school reads it; and the answers that say nothing."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from assessments import replies as verbs
from assessments.contents import name_of
from assessments.dashboards.answers_to_schools import replies_to
from assessments.models import Cycle, Submission, ThemeReply, ThemeRun
from assessments.models.theme import REFLECTIONS, text_at
from assessments.views.theme_page import FOLDER, campaigns_of, check_may_see, year_of
from schools.access import DistrictRequest
from schools.models import School

ANSWERS_ON_A_PAGE = 50


@require_safe
def school_replies(request: DistrictRequest, district_slug: str, school_id: str) -> HttpResponse:
    """All that the district has answered a school."""
    school = get_object_or_404(School.objects.visible_to(request.who), pk=school_id)
    shown = {"school": school, "replies": replies_to(request.who, school)}
    return render(request, f"{FOLDER}/school.html", shown)


@require_POST
def reply_reading(request: DistrictRequest, district_slug: str, reply_id: str) -> HttpResponse:
    """Who has read a reply puts it away; it stays on the school's page."""
    reply = get_object_or_404(ThemeReply.objects.visible_to(request.who), pk=reply_id)
    verbs.put_reply_away(reply, by=request.who)
    if request.htmx:
        return render(request, f"{FOLDER}/_put_away.html")
    cycles = Cycle.objects.visible_to(request.who).filter(school_year__gte=reply.school_year)
    latest = cycles.order_by("-school_year").first()
    return (
        redirect("cycle", district_slug, latest.pk)
        if latest
        else redirect("schools", district_slug)
    )


@require_safe
def nothing_said(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Answers like "none" and "nothing yet": a bucket of their own, never a theme."""
    check_may_see(request)
    campaigns = campaigns_of(request)
    campaign = year_of(request, campaigns)
    looks = ThemeRun.objects.visible_to(request.who).filter(
        school_year=campaign.school_year, source=REFLECTIONS
    )
    look = looks.first()
    silent = look.counts.get("silent", []) if look else []
    asked = request.GET.get("question", "")
    chosen = [place for place in silent if asked in ("", place[1])]
    page = Paginator(chosen, ANSWERS_ON_A_PAGE).get_page(request.GET.get("page"))
    wording = campaign.instrument_version.wording()
    rows = Submission.objects.visible_to(request.who).select_related("cycle__school")
    held = rows.filter(cycle__status="submitted").in_bulk([place[0] for place in page])
    held = {str(pk): submission for pk, submission in held.items()}
    shown = {
        "campaigns": campaigns,
        "campaign": campaign,
        "year": campaign.school_year,
        "look": look,
        "page": page,
        "asked": asked,
        "by_question": [
            (
                question,
                sum(place[1] == question.key for place in silent),
                look.counts.get("answers_by_code", {}).get(question.key, 0),
            )
            for question in wording.questions
            if look
        ],
        "answers": [
            (held[pk], name_of(code, wording), text_at(held[pk].content, code, field))
            for pk, code, field in page
            if pk in held
        ],
    }
    return render(request, f"{FOLDER}/nothing_said.html", shown)
