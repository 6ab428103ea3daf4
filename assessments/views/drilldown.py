"""From a figure of the dashboard to the schools and the words behind it."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from assessments import permissions
from assessments.dashboards.aggregation import NOT_SURE
from assessments.instrument import CellCode, ContentArea, Context, Field, OpportunityLevel, Question
from assessments.models import Campaign, Cell, Reflection
from assessments.querysets import CellQuerySet, ReflectionQuerySet
from schools.access import DistrictRequest

SCHOOLS_ON_A_PAGE = 25


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
    place = {"school_year": school_year, "context": context, "content_area": content_area}
    cells = Cell.objects.visible_to(request.who).filter(**place).submitted()
    cells = _at_level(cells, level).select_related("school").order_by("school__name", "id")
    code = str(CellCode(context, content_area))
    shown = {
        "campaign": campaign,
        "place": CellCode(context, content_area),
        "prompts": campaign.instrument_version.wording().cell(code),
        "level": level,
        "choices": [*((str(code), label) for code, label in OpportunityLevel.choices)],
        "not_sure": NOT_SURE,
        "can_manage_themes": permissions.can_manage_themes(request.who),
        "page": Paginator(cells, SCHOOLS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "assessments/drilldown/cell.html", shown)


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
    part, choice = _choice(request, asked)
    if part and choice:
        rows = _with_choice(rows, part, choice)
    rows = rows.select_related("school").order_by("school__name", "id")
    shown = {
        "campaign": campaign,
        "question": asked,
        "part": part,
        "choice": part and part.option_with(choice),
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


def _choice(request: DistrictRequest, asked: Question) -> tuple[Field | None, str]:
    choice = request.GET.get("choice", "")
    if not choice:
        return None, ""
    part = asked.field(request.GET.get("field", ""))
    if part is None or part.option_with(choice) is None:
        raise Http404
    return part, choice


def _with_choice(rows: ReflectionQuerySet, part: Field, choice: str) -> ReflectionQuerySet:
    option = part.option_with(choice)
    code = option and option.code
    return rows.filter(answer__contains={part.key: [code] if part.takes_several else code})
