"""What was written before: the versions of each answer, and the cycle as it was handed in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments import answers, permissions
from assessments.contents import changed_answers, changes_between, name_of, parts_of
from assessments.forms import RestorationForm
from assessments.history import sittings_of
from assessments.instrument import CELL_CODES, CellCode, ContentArea, Context, Wording
from assessments.models import Cell, Response, Revision, Submission
from assessments.places import place_of
from assessments.querysets import RevisionQuerySet
from assessments.views.finding import cycle_of
from assessments.views.saving import CONFLICT, OK, UNPROCESSABLE
from assessments.views.workspace_page import WorkspacePage
from schools.access import DistrictRequest

ON_A_PAGE = 20


@require_safe
def cell_revisions(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Every version of a cell, with who and when."""
    return _revisions(request, cycle_id, str(CellCode(context, content_area)))


@require_safe
def reflection_revisions(
    request: DistrictRequest, district_slug: str, cycle_id: str, question: str
) -> HttpResponse:
    """Every version of an answer to a question across the contexts."""
    return _revisions(request, cycle_id, question)


@require_safe
def revision(request: DistrictRequest, district_slug: str, revision_id: str) -> HttpResponse:
    """One version, whole, and what bringing it back would change."""
    found = _revision(request, revision_id)
    page = WorkspacePage(request, cycle_of(request, found.cycle_id))
    return _whole(request, page, found, _response(page, found.code))


@require_POST
def restoration(request: DistrictRequest, district_slug: str, revision_id: str) -> HttpResponse:
    """Bring a version back, as a new one."""
    found = _revision(request, revision_id)
    page = WorkspacePage(request, cycle_of(request, found.cycle_id))
    if not permissions.can_edit(request.who, page.cycle):
        raise PermissionDenied
    response, form = _response(page, found.code), RestorationForm(request.POST)
    if not form.is_valid():
        return _whole(request, page, found, response, UNPROCESSABLE, form=form)
    try:
        answers.restore(response, by=request.who, revision=found, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _whole(request, page, found, response, UNPROCESSABLE, form=form)
    except answers.EditConflict as conflict:
        return _whole(request, page, found, conflict.current, CONFLICT, conflict=conflict)
    messages.success(
        request, _("It is back, as a new version; what stood there is in the history.")
    )
    return redirect(place_of(request.district.slug, page.cycle.pk, response.code))


@require_safe
def handed_in(
    request: DistrictRequest, district_slug: str, cycle_id: str, number: int
) -> HttpResponse:
    """One numbered submission as it was, and what changed since the one before it."""
    page = WorkspacePage(request, cycle_of(request, cycle_id))
    rows = Submission.objects.visible_to(request.who).filter(cycle=page.cycle)
    found = get_object_or_404(rows.select_related("submitted_by"), number=number)
    before = rows.filter(number__lt=number).order_by("number").last()
    shown = page.head("review") | {
        "submission": found,
        "before": before,
        "after": rows.filter(number__gt=number).order_by("number").defer("content").first(),
        "changed": changed_answers(before.content, found.content, wording=page.wording)
        if before
        else [],
        "answers": _answers(found.content, page.wording),
    }
    return render(request, "assessments/history/submission.html", shown)


def _revisions(request: DistrictRequest, cycle_id: str, code: str) -> HttpResponse:
    page = WorkspacePage(request, cycle_of(request, cycle_id))
    response = _response(page, code)
    rows = _rows(request).filter(cycle=page.cycle, code=code).latest_first()
    shown_rows = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    revisions = list(shown_rows.object_list)
    before = rows.stood_before(revisions[-1]) if revisions else None
    shown = _head(page, response) | {
        "page": shown_rows,
        "sittings": sittings_of(
            revisions, before=before.content if before else {}, wording=page.wording
        ),
    }
    return render(request, "assessments/history/revisions.html", shown)


def _whole(
    request: DistrictRequest,
    page: WorkspacePage,
    found: Revision,
    response: Response,
    status: int = OK,
    **shown: Any,
) -> HttpResponse:
    """The page of one version, beside the answer as it stands now."""
    held = response.content | found.content
    shown |= _head(page, response) | {
        "revision": found,
        "parts": parts_of(found.code, found.content, page.wording),
        "changes": changes_between(found.code, response.content, held, wording=page.wording),
        "restoration": RestorationForm(initial={"version": response.version}),
    }
    return render(request, "assessments/history/revision.html", shown, status=status)


def _head(page: WorkspacePage, response: Response) -> dict[str, Any]:
    step = response.context if isinstance(response, Cell) else "part-2"
    return page.head(step) | {
        "response": response,
        "name": name_of(response.code, page.wording),
        "place": place_of(page.cycle.campaign.district.slug, page.cycle.pk, response.code),
    }


def _answers(content: dict[str, Any], wording: Wording) -> list[tuple[str, list[Any]]]:
    """What a submission says, answer by answer, each with its name."""
    said = {**content["cells"], **content["reflections"]}
    codes = [*CELL_CODES, *(question.key for question in wording.questions)]
    return [
        (name_of(code, wording), parts_of(code, said[code], wording))
        for code in codes
        if code in said
    ]


def _response(page: WorkspacePage, code: str) -> Response:
    response = page.response(code)
    if response is None:
        raise Http404
    return response


def _revision(request: DistrictRequest, revision_id: str) -> Revision:
    found: Revision = get_object_or_404(_rows(request), pk=revision_id)
    return found


def _rows(request: DistrictRequest) -> RevisionQuerySet:
    rows: RevisionQuerySet = Revision.objects.visible_to(request.who)
    return rows.select_related("edited_by")
