"""Whom a district has asked in: one by one, or a whole table; sent again and revoked."""

import csv
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.recent import ask_again_to_change
from schools import bulk_invitations
from schools import invitations as verbs
from schools.access import DistrictRequest
from schools.bulk_invitations import HEADINGS, Plan
from schools.forms.people import InvitationForm, TableForm
from schools.models import Invitation, Role, School
from schools.permissions import can_change_roles, can_grant
from schools.rosters.csv_table import UnreadableFile
from schools.text import harmless_cell
from schools.views.people import ON_A_PAGE, refuse_others


@require_safe
def invitations(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Those that wait to be accepted, the newest first."""
    refuse_others(request)
    rows = Invitation.objects.visible_to(request.who).waiting().select_related("made_by")
    if words := request.GET.get("q", "").replace("\0", "").strip():
        rows = rows.filter(email__icontains=words) | rows.filter(name__icontains=words)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _with_schools(request, page.object_list),
        "asked": request.GET,
        "can_invite_many": can_change_roles(request.who),
    }
    return render(request, "schools/people/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Ask one person in."""
    refuse_others(request)
    form = InvitationForm(request.who, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["role"] == Role.DISTRICT_ADMIN:
            ask_again_to_change(request)
        try:
            made = verbs.invite(by=request.who, wish=form.wish())
        except ValidationError as refused:
            form.refused(refused)
        else:
            said = _("%(email)s is invited: the mail is on its way.") % {"email": made.email}
            messages.success(request, said)
            return redirect("invitations", district_slug)
    context = {"form": form, "can_invite_many": can_change_roles(request.who)}
    status = 422 if form.is_bound else 200
    return render(request, "schools/people/invitation_new.html", context, status=status)


@require_POST
def invitation_sendings(
    request: DistrictRequest, district_slug: str, invitation_id: UUID
) -> HttpResponse:
    """Another mail; the link in the one before is dead."""
    invitation = _invitation(request, invitation_id)
    try:
        verbs.resend(invitation, by=request.who)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        said = _("Another mail to %(email)s is on its way. The link before works no more.")
        messages.success(request, said % {"email": invitation.email})
    return redirect("invitations", district_slug)


@require_POST
def invitation_revocation(
    request: DistrictRequest, district_slug: str, invitation_id: UUID
) -> HttpResponse:
    """Its link is dead."""
    invitation = _invitation(request, invitation_id)
    try:
        verbs.revoke(invitation, by=request.who)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        said = _("The invitation of %(email)s is revoked.") % {"email": invitation.email}
        messages.success(request, said)
    return redirect("invitations", district_slug)


@require_http_methods(["GET", "HEAD", "POST"])
def invitations_table(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Ask many in at once: what would happen, then that it happens."""
    _refuse_who_cannot_invite_many(request)
    if request.method != "POST":
        return _table_page(request, TableForm())
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _table_page(request, form, status=422)
    text, language = form.cleaned_data["text"], form.cleaned_data["language"]
    confirmed = "confirmed" in request.POST
    if confirmed:
        ask_again_to_change(request)
    try:
        do = bulk_invitations.invite_all if confirmed else bulk_invitations.plan
        plan = do(text, by=request.who, language=language)
    except UnreadableFile as unreadable:
        form.add_error(None, str(unreadable))
        return _table_page(request, form, status=422)
    if confirmed and not plan.problems:
        return _all_invited(request, plan)
    return _table_page(request, form, plan, status=422 if plan.problems else 200)


@require_safe
def invitations_template(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """A table to fill in, with one line as an example."""
    _refuse_who_cannot_invite_many(request)
    school = School.objects.visible_to(request.who).filter(is_active=True).order_by("name").first()
    # With its mark in front, spreadsheets read it as what it is.
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="people.csv"'
    writer = csv.writer(response)
    writer.writerow(HEADINGS)
    place = (school.nces_schid or school.name) if school else ""
    example = ("ana.ruiz@example.org", "Ana Ruiz", Role.PRINCIPAL.value, place)
    writer.writerow(map(harmless_cell, example))
    return response


def _refuse_who_cannot_invite_many(request: DistrictRequest) -> None:
    if not can_change_roles(request.who):
        raise PermissionDenied


def _invitation(request: DistrictRequest, invitation_id: Any) -> Invitation:
    found = get_object_or_404(Invitation.objects.visible_to(request.who), pk=invitation_id)
    if not can_grant(request.who, found.role):
        raise PermissionDenied
    return found


def _with_schools(request: DistrictRequest, found: Any) -> list[tuple[Invitation, list[str], bool]]:
    """Each with the names of its schools, and whether the reader may revoke it."""
    wanted = {school_id for invitation in found for school_id in invitation.school_ids}
    schools = School.objects.visible_to(request.who).filter(pk__in=wanted).order_by("name")
    names = dict(schools.values_list("pk", "name"))
    return [
        (
            each,
            [name for pk, name in names.items() if pk in each.school_ids],
            can_grant(request.who, each.role),
        )
        for each in found
    ]


def _all_invited(request: DistrictRequest, plan: Plan) -> HttpResponse:
    n = len(plan.invitations)
    said = ngettext(
        "%(n)d person is invited: the mail is on its way.",
        "%(n)d people are invited: the mails are on their way.",
        n,
    )
    messages.success(request, said % {"n": n})
    return redirect("invitations", request.district.slug)


def _table_page(
    request: DistrictRequest, form: TableForm, plan: Plan | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "plan": plan, "headings": ", ".join(HEADINGS), "roles": Role.choices}
    return render(request, "schools/people/table.html", context, status=status)
