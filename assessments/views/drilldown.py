"""From a figure of the dashboard to the schools and the words behind it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from assessments import permissions
from assessments.dashboards.aggregation import NOT_SURE
from assessments.dashboards.filters import LEVELS, level_label
from assessments.dashboards.selection import chosen
from assessments.instrument import CellCode, ContentArea, Context, Field, OpportunityLevel, Question
from assessments.models import Campaign, Cell, Reflection
from assessments.querysets import CellQuerySet, ReflectionQuerySet
from assessments.views.filtering import (
    back_to_dashboard,
    filter_context,
    read_view,
    refuses_politely,
)
from schools.access import DistrictRequest

SCHOOLS_ON_A_PAGE = 25


@require_safe
@refuses_politely
def cell(
    request: DistrictRequest,
    district_slug: str,
    school_year: int,
    context: Context,
    content_area: ContentArea,
) -> HttpResponse:
    """What the schools wrote in one cell, all of them or those at one level."""
    campaign = _campaign(request, school_year)
    level = request.GET.get("level", "")
    cells = Cell.objects.visible_to(request.who).filter(
        school_year=school_year, context=context, content_area=content_area
    )
    cells = cells.submitted()
    view = read_view(request.GET)
    cells = chosen(cells, view.filters, request.who, school_year, view.compare)
    cells = _at_level(cells, level).select_related("school").order_by("school__name", "id")
    code = str(CellCode(context, content_area))
    place = f"cell-{code}-{level}" if level else f"cell-{code}"
    shown = {
        **filter_context(request, view),
        "back": back_to_dashboard(request, view, school_year, place),
        "kept": view.kept(**_came_from(request)),
        "campaign": campaign,
        "place": CellCode(context, content_area),
        "prompts": campaign.instrument_version.wording().cell(code),
        "level": level,
        "choices": _choices(campaign),
        "can_manage_themes": permissions.can_manage_themes(request.who),
        "page": Paginator(cells, SCHOOLS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "assessments/drilldown/cell.html", shown)


@require_safe
@refuses_politely
def question(
    request: DistrictRequest, district_slug: str, school_year: int, question: str
) -> HttpResponse:
    """What the schools answered to one Part 2 question, all of them or those with one choice."""
    campaign = _campaign(request, school_year)
    asked = campaign.instrument_version.wording().question(question)
    if asked is None:
        raise Http404
    rows = Reflection.objects.visible_to(request.who).submitted()
    rows = rows.filter(school_year=school_year, question=question)
    view = read_view(request.GET)
    rows = chosen(rows, view.filters, request.who, school_year, view.compare)
    choices = _chosen_parts(request, asked)
    for part, choice in choices:
        rows = _with_choice(rows, part, choice)
    rows = rows.select_related("school").order_by("school__name", "id")
    shown = {
        **filter_context(request, view),
        "back": back_to_dashboard(request, view, school_year, _fragment(asked, choices)),
        "kept": view.kept(**_came_from(request)),
        "campaign": campaign,
        "question": asked,
        "chosen": [(part, part.option_with(choice)) for part, choice in choices],
        "page": Paginator(rows, SCHOOLS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "assessments/drilldown/question.html", shown)


def _campaign(request: DistrictRequest, school_year: int) -> Campaign:
    campaigns = Campaign.objects.visible_to(request.who).select_related("instrument_version")
    found: Campaign = get_object_or_404(campaigns, school_year=school_year)
    if not permissions.can_see_dashboard(request.who):
        raise PermissionDenied
    return found


def _at_level(cells: CellQuerySet, level: str) -> CellQuerySet:
    if level == NOT_SURE:
        return cells.filter(opportunity_level=None)
    if not level:
        return cells
    if level not in map(str, OpportunityLevel.values):
        raise Http404
    return cells.filter(opportunity_level=int(level))


def _choices(campaign: Campaign) -> list[tuple[str, str]]:
    """The levels to choose from; where none was asked for, "none yet" and everything else."""
    if not campaign.asks_level:
        none_yet = str(OpportunityLevel.NONE_YET.value)
        return [(none_yet, level_label(none_yet)), (NOT_SURE, gettext("In words"))]
    return [(code, level_label(code)) for code in LEVELS]


def _came_from(request: DistrictRequest) -> dict[str, str]:
    """Where on the dashboard someone was, to be carried on."""
    return {name: request.GET.get(name, "").replace("\0", "") for name in ("year", "heat")}


def _chosen_parts(request: DistrictRequest, asked: Question) -> list[tuple[Field, str]]:
    """The choices that were asked for, each with its part of the question: one, or two together."""
    keys, codes = request.GET.getlist("field"), request.GET.getlist("choice")
    if not any(codes):
        return []
    if len(keys) != len(codes):
        raise Http404
    found = [(asked.field(key), code) for key, code in zip(keys, codes, strict=True)]
    if not all(part and part.option_with(code) for part, code in found):
        raise Http404
    return [(part, code) for part, code in found if part]


def _fragment(asked: Question, choices: list[tuple[Field, str]]) -> str:
    """The id that the figure has on the dashboard."""
    if not choices:
        return f"question-{asked.key}"
    if len(choices) == 1:
        ((part, code),) = choices
        return f"answer-{asked.key}-{part.key}-{code}"
    return "-".join(["pair", asked.key, *(code for _part, code in choices)])


def _with_choice(rows: ReflectionQuerySet, part: Field, choice: str) -> ReflectionQuerySet:
    option = part.option_with(choice)
    code = option and option.code
    return rows.filter(answer__contains={part.key: [code] if part.takes_several else code})
