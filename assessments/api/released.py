"""A dashboard as the people of schools read it: released figures, and of the others that they are.

By the same disclosure as the page (`assessments.dashboards.together`): the schools' sum and its
blocks. What is hidden says so, and why; it is never a zero.
"""

from collections.abc import Mapping
from typing import Any, Final

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.disclosure import TOGETHER
from assessments.dashboards.filters import Filters
from assessments.dashboards.together import Together, together
from assessments.instrument import CELL_CODES
from assessments.models import Campaign
from schools.api.pages import Row
from schools.api.times import written
from schools.querysets import Who

DISTRICT_ONLY: Final = "district_only"
NOT_BROKEN_DOWN: Final = "not_broken_down"
TOO_FEW_SCHOOLS: Final = "too_few_schools"
REASONS: Final = (DISTRICT_ONLY, NOT_BROKEN_DOWN, TOO_FEW_SCHOOLS)


def released_dashboard(
    who: Who, campaign: Campaign, before: Campaign | None, filters: Filters
) -> Row:
    """What `who` may see of the campaign's year, beside the year before."""
    whole = together(who, campaign)
    reason = _why_hidden(whole, filters)
    if whole and filters and not reason:
        whole = together(who, campaign, filters.school_level)
    now, then = (None, None) if reason or whole is None else (whole.figures, whole.figures_before)
    years = {
        "school_year": campaign.school_year,
        "released_at": written(whole.released_at) if whole else None,
        **_year(campaign, now, reason),
    }
    previous = before and {
        "school_year": before.school_year,
        **_year(before, then, reason or TOO_FEW_SCHOOLS),
    }
    blocks = [] if filters or whole is None else _blocks(who, campaign, whole)
    return {"audience": "schools", **years, "blocks": blocks, "previous": previous}


def hidden(reason: str) -> Row:
    """Instead of a figure."""
    return {"suppressed": True, "reason": reason}


def _why_hidden(whole: Together | None, filters: Filters) -> str:
    if filters and filters != Filters(school_level=filters.school_level):
        return NOT_BROKEN_DOWN
    if whole is None or (filters and filters.school_level not in whole.blocks):
        return TOO_FEW_SCHOOLS
    return ""


def _blocks(who: Who, campaign: Campaign, whole: Together) -> list[Row]:
    found = []
    for code, _name, _schools in whole.choices:
        block = together(who, campaign, code)
        figures = block.figures if block else None
        year = _year(campaign, figures, TOO_FEW_SCHOOLS)
        kept = {name: year[name] for name in ("denominators", "grid", "part2")}
        found.append({"school_levels": code.split(TOGETHER), **kept})
    return found


def _year(campaign: Campaign, figures: Figures | None, reason: str) -> Row:
    for_the_district = hidden(DISTRICT_ONLY)
    counted = figures["schools"] if figures else hidden(reason)
    return {
        "denominators": {"schools": for_the_district, "submitted": counted},
        "progress": for_the_district,
        "grid": {code: _cell(code, figures, reason) for code in CELL_CODES},
        "part2": _part_2(campaign, figures, reason),
        "handed_in": for_the_district,
        "pairs": for_the_district,
    }


def _cell(code: str, figures: Figures | None, reason: str) -> Row:
    if figures is None:
        return hidden(reason)
    return {**figures["grid"][code], "same_schools": hidden(DISTRICT_ONLY)}


def _part_2(campaign: Campaign, figures: Figures | None, reason: str) -> Row:
    wording = campaign.instrument_version.wording()
    return {
        question.key: {
            field.key: _counts(
                (figures or {}).get("part2", {}).get(question.key), field.key, reason
            )
            for field in question.fields
        }
        for question in wording.questions
    }


def _counts(fields: Mapping[str, Any] | None, key: str, reason: str) -> Row:
    if fields is None or key not in fields:
        return hidden(reason or TOO_FEW_SCHOOLS)
    # How many answered is not told: it would break a few of them off (`disclosure`).
    return {"answered": hidden(TOO_FEW_SCHOOLS), "counts": fields[key]}
