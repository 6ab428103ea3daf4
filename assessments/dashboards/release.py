"""Let schools into the figures that the district's schools see, and sum these up."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from assessments.dashboards.aggregation import CycleFacts, Figures
from assessments.dashboards.disclosure import (
    Counted,
    Released,
    blocks_of,
    figures_by_block,
    release,
    summed,
)
from assessments.models import Campaign, ReleasedFigures, Submission


def release_figures(campaign: Campaign, cycles: Iterable[CycleFacts]) -> None:
    """Bring in the batches of schools that are large enough by now (`disclosure`).

    Call within the claim of the year's marks: what is here is added to, once for each school.
    """
    cycles = list(cycles)
    year: dict[str, Any] = {
        "district_id": campaign.district_id,
        "school_year": campaign.school_year,
    }
    row = ReleasedFigures.objects.filter(**year).first()
    before = released_schools(row)
    after = release(before, _handed_in(campaign, cycles), campaign.district.fewest_schools)
    if after == before:
        return
    let_in = [cycle for cycle in cycles if cycle.school_id in after.keys() - before.keys()]
    questions = campaign.instrument_version.wording("en").questions
    ReleasedFigures.objects.update_or_create(
        **year,
        defaults={
            "schools": {school: asdict(counted) for school, counted in after.items()},
            "blocks": _added(row.blocks if row else {}, figures_by_block(after, let_in, questions)),
            "released_at": timezone.now(),
        },
    )


def released_schools(row: ReleasedFigures | None) -> Released:
    """Which schools are counted in it, and how."""
    stored = row.schools if row else {}
    return {school: Counted(**counted) for school, counted in stored.items()}


def _handed_in(campaign: Campaign, cycles: Iterable[CycleFacts]) -> Released:
    blocks = blocks_of((cycle.school_level for cycle in cycles), campaign.district.fewest_schools)
    numbers = _latest_submissions(campaign)
    return {
        cycle.school_id: Counted(blocks[cycle.school_level], numbers[cycle.cycle_id])
        for cycle in cycles
        if cycle.counts and cycle.cycle_id in numbers
    }


def _latest_submissions(campaign: Campaign) -> dict[str, int]:
    rows: Iterable[tuple[UUID, int]] = (
        Submission.objects.filter(
            district=campaign.district_id,
            cycle__district=campaign.district_id,
            cycle__school_year=campaign.school_year,
        )
        .order_by()
        .values_list("cycle")
        .annotate(Max("number"))
    )
    return {str(cycle): number for cycle, number in rows}


def _added(blocks: Mapping[str, Figures], more: Mapping[str, Figures]) -> dict[str, Figures]:
    return {
        block: summed(part[block] for part in (blocks, more) if block in part)
        for block in blocks.keys() | more.keys()
    }
