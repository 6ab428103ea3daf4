"""A cycle to take along: its report, and the blank worksheet."""

from functools import partial
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.models import Cycle, Submission
from assessments.reports.report import account_of, report_data
from assessments.reports.typesetting import Busy, Data, typeset
from assessments.reports.worksheet import blank_of, worksheet_data
from assessments.views.finding import cycle_of
from schools.access import DistrictRequest, MadeAfterwards

COME_BACK_IN_SECONDS: Final = 30


@require_safe
def report(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """The report in the reader's language: of what was handed in, or of the draft."""
    cycle = _cycle(request, cycle_id)
    latest = _submissions(request, cycle).order_by("number").last() if cycle.is_submitted else None
    return _report(request, cycle, latest)


@require_safe
def submission_report(
    request: DistrictRequest, district_slug: str, cycle_id: str, number: int
) -> HttpResponse:
    """The report of one submission, as it was then."""
    cycle = _cycle(request, cycle_id)
    return _report(request, cycle, get_object_or_404(_submissions(request, cycle), number=number))


@require_safe
def worksheet(
    request: DistrictRequest, district_slug: str, cycle_id: str, language: str
) -> HttpResponse:
    """The form to fill in by hand, in a language of one's choice."""
    cycle = _cycle(request, cycle_id)
    blank = blank_of(cycle, who=request.who)
    name = _file_name(cycle, f"worksheet-{language}")
    return _pdf(request, name, "worksheet.typ", worksheet_data(blank, language))


def _cycle(request: DistrictRequest, cycle_id: str) -> Cycle:
    """Find first: who cannot see it is told that there is none."""
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_take_a_report(request.who):
        raise PermissionDenied
    return cycle


def _report(request: DistrictRequest, cycle: Cycle, submission: Submission | None) -> HttpResponse:
    account = account_of(cycle, who=request.who, submission=submission)
    suffix = f"submission-{submission.number}" if submission else "draft"
    data = report_data(account, get_language() or "en")
    return _pdf(request, _file_name(cycle, suffix), "report.typ", data)


def _pdf(request: DistrictRequest, name: str, template: str, data: Data) -> HttpResponse:
    # A full cycle takes typst seconds: no row stays locked, no connection busy, for so long.
    return MadeAfterwards(partial(_typeset, request, name, template, data))


def _typeset(request: DistrictRequest, name: str, template: str, data: Data) -> HttpResponse:
    try:
        content = typeset(template, data)
    except Busy:
        later = render(request, "503.html", status=503)
        later.headers["Retry-After"] = str(COME_BACK_IN_SECONDS)
        return later
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _file_name(cycle: Cycle, suffix: str) -> str:
    # Letters, digits and hyphens alone: nothing of a school's name can reach into the header.
    return slugify(
        f"{cycle.school.name} {cycle.school_year - 1} {cycle.school_year % 100:02} {suffix}"
    )


def _submissions(request: DistrictRequest, cycle: Cycle) -> QuerySet[Submission]:
    rows = Submission.objects.visible_to(request.who).filter(cycle=cycle)
    return rows.select_related("submitted_by")
