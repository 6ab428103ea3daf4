"""Rebuild a district's figures from its rows, and keep them as one row.

Claim first, read after: a mark is deleted only by a transaction that then sees its write, and a
second worker waits for the first one's delete. Nothing is incremented, so doing it twice, late or
out of order changes nothing.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Aggregate, CharField, JSONField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from assessments.dashboards.aggregation import (
    SHAPE,
    CycleFacts,
    Levels,
    aggregate,
    heatmap,
    levels_by_school,
)
from assessments.dashboards.following_rows import following_figures
from assessments.dashboards.release import release_figures
from assessments.models import (
    Campaign,
    Cell,
    Cycle,
    DashboardSnapshot,
    DirtyMark,
    Reflection,
)
from schools.models import District

Pair = tuple[str, int]


def waiting_years() -> list[Pair]:
    """Every (district id, school year) that has marks."""
    rows = DirtyMark.objects.order_by().values_list("district_id", "school_year").distinct()
    return [(str(district_id), school_year) for district_id, school_year in rows]


def present_years() -> list[Pair]:
    """Every district's id with its present school year."""
    return [(str(district.pk), district.this_school_year) for district in District.objects.all()]


def mark_present_years() -> None:
    """Leave a mark for the present school year of every district."""
    DirtyMark.objects.bulk_create(
        DirtyMark(district_id=district_id, school_year=school_year)
        for district_id, school_year in present_years()
    )


@transaction.atomic
def refresh_snapshot(district_id: UUID | str, school_year: int) -> None:
    """Compute the year anew if it has marks.

    The year after compares itself with this one, so it gets a mark of its own rather than being
    rebuilt here: a rebuild outside its claim could overwrite a newer one.
    """
    claimed, _ = DirtyMark.objects.filter(district_id=district_id, school_year=school_year).delete()
    if not claimed:
        return
    campaigns = Campaign.objects.select_related("district", "instrument_version").filter(
        district_id=district_id, school_year__in=(school_year, school_year + 1)
    )
    for campaign in campaigns:
        if campaign.school_year == school_year:
            _rebuild(campaign)
        else:
            DirtyMark.objects.create(district_id=district_id, school_year=campaign.school_year)


def cycle_facts(campaign: Campaign) -> list[CycleFacts]:
    """The plain rows that the figures of a campaign's year are made of: three queries."""
    year = {"district": campaign.district_id, "school_year": campaign.school_year}
    levels = _levels(year)
    answers = _answers(year)
    cycles = Cycle.objects.filter(**year).values_list(
        *("id", "status", "submitted_at", "extended_to", "school_id"),
        *("school__name", "school__level", "school__students", "school__group"),
    )
    return [
        CycleFacts(
            cycle_id=str(cycle_id),
            school_id=str(school_id),
            school_name=name,
            school_level=level,
            status=status,
            submitted_on=submitted_at and campaign.district.local(submitted_at).date(),
            extended_to=extended_to,
            levels=levels.get(cycle_id, {}),
            answers=answers.get(cycle_id, {}),
            students=students,
            group=group,
        )
        for (
            (cycle_id, status, submitted_at, extended_to),
            (school_id, name, level, students, group),
        ) in ((row[:4], row[4:]) for row in cycles)
    ]


def _rebuild(campaign: Campaign) -> None:
    cycles = cycle_facts(campaign)
    figures = aggregate(
        cycles,
        due_on=campaign.due_on,
        questions=campaign.instrument_version.wording("en").questions,
        levels_before=_levels_before(campaign),
    )
    figures["following"] = following_figures(campaign, submitted=figures["submitted"])
    DashboardSnapshot.objects.bulk_create(
        [
            DashboardSnapshot(
                district_id=campaign.district_id,
                school_year=campaign.school_year,
                figures=figures,
                heatmap=heatmap(cycles),
                computed_at=timezone.now(),
            )
        ],
        update_conflicts=True,
        unique_fields=["district", "school_year"],
        update_fields=["figures", "heatmap", "computed_at"],
    )
    release_figures(campaign, cycles)


def _levels_before(campaign: Campaign) -> dict[str, Levels]:
    snapshots = DashboardSnapshot.objects.filter(
        district=campaign.district_id, school_year=campaign.school_year - 1
    )
    found = snapshots.values_list("heatmap", "figures__shape").first()
    if found is None:
        return {}
    rows, shape = found
    if shape != SHAPE:
        # Made by an older version of the product: it can be shown, but not beside everything.
        DirtyMark.objects.create(
            district_id=campaign.district_id, school_year=campaign.school_year - 1
        )
    return levels_by_school(rows)


def _levels(year: dict[str, Any]) -> dict[UUID, Levels]:
    """By cycle, its levels by code: PostgreSQL makes one document a cycle, and no row a cell."""
    code = Concat("context", Value("."), "content_area", output_field=CharField())
    rows = Cell.objects.filter(**year).submitted().order_by().values("cycle_id")
    levels = rows.annotate(by_code=_ObjectOf(code, "opportunity_level"))
    return dict(levels.values_list("cycle_id", "by_code"))


def _answers(year: dict[str, Any]) -> dict[UUID, dict[str, Any]]:
    rows = Reflection.objects.filter(**year).submitted().order_by().values("cycle_id")
    answers = rows.annotate(by_question=_ObjectOf("question", "answer"))
    return dict(answers.values_list("cycle_id", "by_question"))


class _ObjectOf(Aggregate):
    """The rows of a group as one JSON object, by the first expression."""

    function = "jsonb_object_agg"
    output_field = JSONField()
