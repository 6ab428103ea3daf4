"""A cycle to take along: its report, and the blank worksheet."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from assessments.models import Cycle, Submission
from assessments.reports.report import account_of, report_pdf
from assessments.reports.worksheet import blank_of, worksheet_pdf
from assessments.views.finding import cycle_of
from schools.access import DistrictRequest


@require_safe
def report(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """The report in the reader's language: of what was handed in, or of the draft."""
    cycle = cycle_of(request, cycle_id)
    latest = _submissions(request, cycle).order_by("number").last() if cycle.is_submitted else None
    return _report(request, cycle, latest)


@require_safe
def submission_report(
    request: DistrictRequest, district_slug: str, cycle_id: str, number: int
) -> HttpResponse:
    """The report of one submission, as it was then."""
    cycle = cycle_of(request, cycle_id)
    return _report(request, cycle, get_object_or_404(_submissions(request, cycle), number=number))


@require_safe
def worksheet(
    request: DistrictRequest, district_slug: str, cycle_id: str, language: str
) -> HttpResponse:
    """The form to fill in by hand, in a language of one's choice."""
    cycle = cycle_of(request, cycle_id)
    blank = blank_of(cycle, who=request.who)
    return _pdf(worksheet_pdf(blank, language), cycle, f"worksheet-{language}")


def _report(request: DistrictRequest, cycle: Cycle, submission: Submission | None) -> HttpResponse:
    account = account_of(cycle, who=request.who, submission=submission)
    suffix = f"submission-{submission.number}" if submission else "draft"
    return _pdf(report_pdf(account, get_language() or "en"), cycle, suffix)


def _pdf(content: bytes, cycle: Cycle, suffix: str) -> HttpResponse:
    # Letters, digits and hyphens alone: nothing of a school's name can reach into the header.
    name = slugify(f"{cycle.school.name} {cycle.school_year - 1} {cycle.school_year % 100:02}")
    disposition = f'inline; filename="{name}-{suffix}.pdf"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _submissions(request: DistrictRequest, cycle: Cycle) -> QuerySet[Submission]:
    rows = Submission.objects.visible_to(request.who).filter(cycle=cycle)
    return rows.select_related("submitted_by")
