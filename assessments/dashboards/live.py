"""Figures that no snapshot holds, counted now: of the schools that a filter means.

The same pure functions over the same rows as the snapshot. A fixed number of queries, however many
schools there are.
"""

from dataclasses import dataclass
from typing import Any

from assessments.dashboards.aggregation import (
    CycleFacts,
    Figures,
    Levels,
    aggregate,
    heatmap,
    of_the_same_schools,
)
from assessments.dashboards.filters import Filters
from assessments.dashboards.selection import Compare
from assessments.dashboards.snapshot import cycle_facts
from assessments.models import Campaign

Facts = list[CycleFacts]


@dataclass(frozen=True, slots=True)
class Live:
    """Two years of some schools."""

    now: Figures
    before: Figures | None
    heatmap: list[list[Any]]
    same_now: Figures | None = None
    """With `Compare.SAME`: the same two years of the schools that submitted in both."""
    same_before: Figures | None = None


def count_live(
    campaign: Campaign,
    campaign_before: Campaign | None,
    filters: Filters,
    compare: Compare = Compare.ALL,
) -> Live:
    """The figures of the schools that the filter means, each year by its own answers."""
    all_now = cycle_facts(campaign)
    all_before = cycle_facts(campaign_before) if campaign_before else []
    now = [facts for facts in all_now if filters.matches(facts)]
    before = [facts for facts in all_before if filters.matches(facts)]
    # Movement is that of the schools that are meant now, wherever they stood then.
    levels_before = {facts.school_id: facts.levels for facts in all_before if facts.counts}
    same_now, same_before = of_the_same_schools(now, all_before)
    is_same = compare == Compare.SAME and campaign_before is not None
    return Live(
        now=_figures(campaign, now, levels_before),
        before=_figures(campaign_before, before) if campaign_before else None,
        heatmap=heatmap(now),
        same_now=_figures(campaign, same_now, levels_before) if is_same else None,
        same_before=_figures(campaign_before or campaign, same_before) if is_same else None,
    )


def _figures(
    campaign: Campaign, facts: Facts, levels_before: dict[str, Levels] | None = None
) -> Figures:
    return aggregate(
        facts,
        due_on=campaign.due_on,
        questions=campaign.instrument_version.wording("en").questions,
        levels_before=levels_before or {},
    )
