"""The workspace: where a school's team writes its cycle."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import permissions, workflow
from assessments.dashboards.answers_to_schools import replies_to
from assessments.forms import (
    CellForm,
    ExtensionForm,
    ReflectionForm,
    ReopeningForm,
    ResponseForm,
    SubmissionForm,
)
from assessments.instrument import ContentArea, Context
from assessments.models import Cell, Cycle, Reflection
from assessments.views.carrying_out import carried_out, refuse_another_person
from assessments.views.compared_page import compared
from assessments.views.entry import Entry
from assessments.views.finding import cycle_of
from assessments.views.saving import OK, UNPROCESSABLE, save
from assessments.views.workspace_page import WorkspacePage
from schools.access import DistrictRequest


@require_safe
def overview(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """The 3×3 grid itself."""
    page = WorkspacePage(request, cycle_of(request, cycle_id))
    first_open = next((cell for cell in page.cells if not cell.is_answered), None)
    shown = page.context("overview") | {"first_open": first_open, "reopened": page.reopened}
    shown["introductions"] = page.introductions
    if not request.who.sees_whole_district:
        shown["replies"] = replies_to(request.who, page.cycle.school, unread=True)
    return render(request, "assessments/workspace/overview.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def section(
    request: DistrictRequest, district_slug: str, cycle_id: str, context: Context
) -> HttpResponse:
    """One context: its three content areas, one under the other."""
    page = WorkspacePage(request, cycle_of(request, cycle_id))
    forms = [CellForm(response=cell, data=_sent(request)) for cell in page.cells_of(context)]
    status = _save_all(request, page, forms)
    if request.method == "POST" and status == OK:
        return redirect(request.path)
    shown = page.context(context.value) | {"context": context, "entries": page.entries(forms)}
    shown |= _refused(page, status)
    return render(request, "assessments/workspace/section.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def part_2(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """The questions across the contexts, beside what was written in them."""
    page = WorkspacePage(request, cycle_of(request, cycle_id))
    forms = [ReflectionForm(response=item, data=_sent(request)) for item in page.reflections]
    status = _save_all(request, page, forms)
    if request.method == "POST" and status == OK:
        return redirect(request.path)
    shown = page.context("part-2") | {"entries": page.entries(forms), "rows": page.rows()}
    shown |= _refused(page, status)
    return render(request, "assessments/workspace/part_2.html", shown, status=status)


@require_safe
def review(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """What is missing, the whole cycle as it will be kept, and the way to hand it in."""
    return _review(request, cycle_of(request, cycle_id), {})


@require_POST
def cell(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Save one cell while its author types."""
    cycle = cycle_of(request, cycle_id)
    found = get_object_or_404(
        Cell.objects.visible_to(request.who),
        cycle=cycle,
        context=context,
        content_area=content_area,
    )
    found.cycle = cycle
    return _saved(request, cycle, CellForm(response=found, data=request.POST))


@require_POST
def reflection(
    request: DistrictRequest, district_slug: str, cycle_id: str, question: str
) -> HttpResponse:
    """Save one reflection while its author types."""
    cycle = cycle_of(request, cycle_id)
    rows = Reflection.objects.visible_to(request.who)
    found = get_object_or_404(rows, cycle=cycle, question=question)
    found.cycle = cycle
    return _saved(request, cycle, ReflectionForm(response=found, data=request.POST))


@require_POST
def submission(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """Hand the cycle in."""
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_submit(request.who, cycle):
        raise PermissionDenied
    form = SubmissionForm(request.POST)
    if carried_out(form, partial(workflow.submit_cycle, cycle, by=request.who)):
        return redirect("review", district_slug, cycle_id)
    return _review(request, cycle, {"submission_form": form}, UNPROCESSABLE)


@require_POST
def reopenings(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """Take the cycle back to work, with a reason."""
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_reopen(request.who, cycle):
        raise PermissionDenied
    form = ReopeningForm(request.POST)
    if carried_out(form, partial(workflow.reopen_cycle, cycle, by=request.who)):
        messages.success(
            request,
            _(
                "Reopened: your district does not count it now. Change what you want, then submit"
                " it again on the review page."
            ),
        )
        return redirect("cycle", district_slug, cycle_id)
    return _review(request, cycle, {"reopening_form": form}, UNPROCESSABLE)


@require_POST
def quoting(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """Say anew who may quote what was handed in."""
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_submit(request.who, cycle):
        raise PermissionDenied
    form = SubmissionForm(request.POST)
    if carried_out(form, partial(workflow.change_quoting, cycle, by=request.who)):
        return redirect("review", district_slug, cycle_id)
    return _review(request, cycle, {"submission_form": form}, UNPROCESSABLE)


@require_POST
def extensions(request: DistrictRequest, district_slug: str, cycle_id: str) -> HttpResponse:
    """Give the school more time."""
    cycle = cycle_of(request, cycle_id)
    if not permissions.can_extend(request.who):
        raise PermissionDenied
    form = ExtensionForm(request.POST)
    if carried_out(form, partial(workflow.extend_cycle, cycle, by=request.who)):
        return redirect("review", district_slug, cycle_id)
    return _review(request, cycle, {"extension_form": form}, UNPROCESSABLE)


def _review(
    request: DistrictRequest, cycle: Cycle, forms: dict[str, Any], status: int = OK
) -> HttpResponse:
    page = WorkspacePage(request, cycle)
    shown = page.context("review") | page.review() | compared(page) | forms
    return render(request, "assessments/workspace/review.html", shown, status=status)


def _refused(page: WorkspacePage, status: int) -> dict[str, bool]:
    """What was refused is not to be lost, also where nothing can be written any more."""
    return {"refused": status != OK, "shows_form": page.can_edit or status != OK}


def _sent(request: DistrictRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _save_all(request: DistrictRequest, page: WorkspacePage, forms: list[Any]) -> int:
    """Save every form of a page; one that cannot be kept does not hold up the others."""
    if request.method != "POST":
        return OK
    if not permissions.can_edit(request.who, page.cycle):
        raise PermissionDenied
    return max(save(request, form) for form in forms)


def _saved(request: DistrictRequest, cycle: Cycle, form: ResponseForm) -> HttpResponse:
    refuse_another_person(request)
    status = save(request, form)
    page = WorkspacePage(request, cycle)
    shown = page.stepper(None) | {"entry": Entry(form.response, form, None, None)}
    return render(request, "assessments/workspace/_save_state.html", shown, status=status)
