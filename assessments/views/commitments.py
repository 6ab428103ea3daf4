"""What a school will do: beside its cells, and all of it on a page of its own."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import commitments as verbs
from assessments import permissions
from assessments.forms import CommitmentForm, NewCommitmentForm
from assessments.instrument import ContentArea, Context
from assessments.models import Cell, Commitment
from assessments.places import page_of
from assessments.views.carrying_out import carried_out, refuse_another_person
from assessments.views.saving import CONFLICT, OK, UNPROCESSABLE
from schools.access import DistrictRequest
from schools.models import School

FOLDER = "assessments/commitments"


@require_safe
def school_commitments(
    request: DistrictRequest, district_slug: str, school_id: str
) -> HttpResponse:
    """All that a school decided to do: what is open by date, then what is settled, by year."""
    school = get_object_or_404(School.objects.visible_to(request.who), pk=school_id)
    rows = Commitment.objects.visible_to(request.who).select_related("cell").filter(school=school)
    shown = {
        "school": school,
        "open_ones": rows.still_open().by_date(),
        "settled": rows.settled().latest_year_first(),
        "can_commit": permissions.can_commit(request.who, school.pk),
        "on_its_own": True,
    }
    return render(request, f"{FOLDER}/school.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def cell_commitments(
    request: DistrictRequest,
    district_slug: str,
    cycle_id: str,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """Decide to do something about a cell."""
    cells = Cell.objects.visible_to(request.who).select_related("cycle__school")
    place = {"cycle": cycle_id, "context": context, "content_area": content_area}
    cell = get_object_or_404(cells, **place)
    _check_may_commit(request, cell.school_id)
    form = NewCommitmentForm(cell=cell, data=_sent(request))
    made = form.is_bound and carried_out(form, partial(verbs.make_commitment, cell, by=request.who))
    shown = {"cell": cell, "cycle": cell.cycle, "side_form": form, "school_year": cell.school_year}
    if not made:
        return _form(request, "new", shown)
    if request.htmx:
        return _fragment(request, "_made", shown | {"commitment": made, "said": True})
    return redirect(f"{page_of(district_slug, cycle_id, cell.code)}#commitment-{made.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: DistrictRequest, district_slug: str, commitment_id: str) -> HttpResponse:
    """Say it differently, give it to someone else, move its date."""
    found = _commitment(request, commitment_id)
    form = CommitmentForm(commitment=found, data=_sent(request))
    verb = partial(verbs.change_commitment, found, by=request.who)
    try:
        changed = form.is_bound and carried_out(form, verb)
    except verbs.CommitmentConflict as conflict:
        form.took_over(conflict)
        return _form(request, "change", {"commitment": found, "side_form": form}, CONFLICT)
    if not changed:
        return _form(request, "change", {"commitment": found, "side_form": form})
    return _changed(request, changed)


@require_POST
def commitment_status(
    request: DistrictRequest, district_slug: str, commitment_id: str
) -> HttpResponse:
    """It is done, dropped, or to be done after all."""
    found = _commitment(request, commitment_id)
    status = request.POST.get("status")
    if status == Commitment.Status.OPEN:
        return _changed(request, verbs.reopen_commitment(found, by=request.who))
    if status not in Commitment.Status.values:
        return HttpResponseBadRequest()
    return _changed(request, verbs.settle_commitment(found, by=request.who, status=status))


def _commitment(request: DistrictRequest, commitment_id: str) -> Commitment:
    rows = Commitment.objects.visible_to(request.who).select_related("cell", "school")
    found: Commitment = get_object_or_404(rows, pk=commitment_id)
    _check_may_commit(request, found.school_id)
    return found


def _check_may_commit(request: DistrictRequest, school_id: object) -> None:
    if not permissions.can_commit(request.who, school_id):
        raise PermissionDenied
    refuse_another_person(request)


def _sent(request: DistrictRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _form(
    request: DistrictRequest, name: str, shown: dict[str, Any], status: int = OK
) -> HttpResponse:
    """The form in its place, or on a page of its own; with what was typed when it was refused."""
    if request.method == "POST" and status == OK:
        status = UNPROCESSABLE
    template = f"_{name}" if request.htmx else name
    return render(request, f"{FOLDER}/{template}.html", shown | {"opened": True}, status=status)


def _fragment(request: DistrictRequest, name: str, shown: dict[str, Any]) -> HttpResponse:
    return render(request, f"{FOLDER}/{name}.html", shown | {"can_commit": True})


def _changed(request: DistrictRequest, changed: Commitment) -> HttpResponse:
    if request.htmx:
        return _fragment(request, "_commitment", {"commitment": changed, "said": True})
    came_from = request.headers.get("Referer", "").partition("#")[0]
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    if request.path in came_from or not is_ours or "/commitments/" in came_from:
        came_from = reverse("commitments", args=(request.district.slug, changed.school_id))
    return HttpResponseRedirect(f"{came_from}#commitment-{changed.pk}")
