"""What is done with the schools that were chosen on the tracker: remind them, group them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from assessments import permissions
from assessments.models import Campaign, Cycle
from assessments.reminding import Reminded, remind_schools
from assessments.views.filtering import refuses_politely
from assessments.views.schools import asked_for
from schools.access import DistrictRequest
from schools.groups import group_schools

# So many names stand in one message; beyond that they are counted.
NAMED = 5


@require_POST
@refuses_politely
def reminders(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Remind the principals of the chosen schools."""
    if not permissions.can_remind(request.who):
        raise PermissionDenied
    cycle_ids = [cycle_id for cycle_id, _school_id in _chosen(request)]
    done = _carried_out(request, partial(remind_schools, cycle_ids, by=request.who))
    if done:
        for words in _said(done):
            messages.success(request, words)
    return _back(request)


@require_POST
@refuses_politely
def groups(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Put the chosen schools into a group of the district's own, or into none."""
    if not permissions.can_manage_campaigns(request.who):
        raise PermissionDenied
    school_ids = [school_id for _cycle_id, school_id in _chosen(request)]
    group = request.POST.get("group", "")
    verb = partial(group_schools, school_ids, by=request.who, group=group)
    if not school_ids:
        messages.error(request, _("Choose at least one school."))
    elif (moved := _carried_out(request, verb)) is not None:
        words = ngettext("%(n)s school was moved.", "%(n)s schools were moved.", moved)
        messages.success(request, words % {"n": moved})
    return _back(request)


def _chosen(request: DistrictRequest) -> list[tuple[UUID, UUID]]:
    """The ids of the chosen cycles and their schools: those ticked, or all that match."""
    asked = QueryDict(request.POST.get("asked", ""))
    year = asked.get("year", "")
    if not year:
        campaigns = Campaign.objects.visible_to(request.who).select_related("district")
        found = list(campaigns.latest_first())
        school_year = Campaign.at_hand(found).school_year if found else 0
    else:
        school_year = int(year) if year.isdecimal() and len(year) == 4 else 0
    cycles = asked_for(asked, request.who, request.district, school_year)
    if not request.POST.get("all"):
        ticked = list(_ids(request.POST.getlist("cycle")))
        # Whatever was ticked stays chosen, also when it no longer matches.
        cycles = Cycle.objects.visible_to(request.who).filter(pk__in=ticked)
    return list(cycles.values_list("pk", "school_id"))


def _ids(sent: list[str]) -> Iterator[UUID]:
    for text in sent:
        try:
            yield UUID(text)
        except ValueError:
            continue


def _carried_out(request: DistrictRequest, verb: Callable[[], Any]) -> Any:
    try:
        return verb()
    except ValidationError as error:
        for words in error.messages:
            messages.error(request, words)
        return None


def _said(done: Reminded) -> Iterator[str]:
    """What became of a reminder, in sentences."""
    yield ngettext(
        "%(n)s school is reminded. Nobody gets more than one mail a day.",
        "%(n)s schools are reminded. Nobody gets more than one mail a day.",
        done.schools,
    ) % {"n": done.schools}
    if done.passed_over:
        yield ngettext(
            "%(n)s school was passed over: it has handed in, or its campaign is not open.",
            "%(n)s schools were passed over: they have handed in, or their campaign is not open.",
            done.passed_over,
        ) % {"n": done.passed_over}
    if done.unreachable:
        n = len(done.unreachable)
        names = ", ".join(done.unreachable[:NAMED]) + ("…" if n > NAMED else "")
        yield ngettext(
            "%(n)s school has no principal who takes reminders: %(names)s",
            "%(n)s schools have no principal who takes reminders: %(names)s",
            n,
        ) % {"n": n, "names": names}


def _back(request: DistrictRequest) -> HttpResponse:
    asked = QueryDict(request.POST.get("asked", "")).urlencode()
    return redirect(f"{reverse('schools', args=[request.district.slug])}?{asked}#schools")
