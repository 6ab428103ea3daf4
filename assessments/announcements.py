"""What a district's webhooks are told: ids, natural keys and a link, never a word.

Called by the verbs, in the transaction in which it happens.
"""

from typing import Any

from assessments.models import Campaign, Cycle, Export, Theme
from schools.models import District, EventType
from schools.webhooks.outbox import Facts, announce, link_to


def cycle_submitted(cycle: Cycle, number: int) -> None:
    """The school has handed it in, for the `number`-th time."""
    _of_cycle(EventType.CYCLE_SUBMITTED, cycle, submission_number=number)


def cycle_reopened(cycle: Cycle) -> None:
    """It was taken back to work."""
    _of_cycle(EventType.CYCLE_REOPENED, cycle)


def cycle_extended(cycle: Cycle) -> None:
    """The school has until another day."""
    _of_cycle(EventType.CYCLE_EXTENDED, cycle, extended_to=cycle.extended_to)


def campaign_opened(campaign: Campaign) -> None:
    """The year was launched."""
    _of_campaign(EventType.CAMPAIGN_OPENED, campaign)


def campaign_changed(campaign: Campaign) -> None:
    """Its dates or its message are others."""
    _of_campaign(EventType.CAMPAIGN_CHANGED, campaign)


def theme_accepted(theme: Theme) -> None:
    """A person took it into the codebook."""

    def facts() -> Facts:
        district = theme.district
        own = {"theme": theme.pk, "school_year": theme.school_year, "source": theme.source}
        return _facts(district, **own, link=link_to(district, "theme", theme_id=theme.pk))

    announce(EventType.THEME_ACCEPTED, theme.district_id, facts)


def export_ready(export: Export) -> None:
    """Its file can be fetched, by who asked for it."""

    def facts() -> Facts:
        years = {"first_year": export.first_year, "last_year": export.last_year}
        own = {"export": export.pk, "kind": export.kind, "format": export.file_format, **years}
        return _facts(export.district, **own, link=link_to(export.district, "exports"))

    announce(EventType.EXPORT_READY, export.district_id, facts)


def _of_cycle(event_type: EventType, cycle: Cycle, **more: Any) -> None:
    def facts() -> Facts:
        school, district = cycle.school, cycle.campaign.district
        own = {
            "cycle": cycle.pk,
            "campaign": cycle.campaign_id,
            "school": school.pk,
            "school_nces_schid": school.nces_schid,
            "school_year": cycle.school_year,
        }
        link = link_to(district, "api-cycle", cycle_id=cycle.pk)
        return _facts(district, **own, **more, link=link)

    announce(event_type, cycle.district_id, facts)


def _of_campaign(event_type: EventType, campaign: Campaign) -> None:
    def facts() -> Facts:
        district = campaign.district
        own = {
            "campaign": campaign.pk,
            "school_year": campaign.school_year,
            "opens_on": campaign.opens_on,
            "due_on": campaign.due_on,
            "closes_on": campaign.closes_on,
        }
        link = link_to(district, "api-campaign", campaign_id=campaign.pk)
        return _facts(district, **own, link=link)

    announce(event_type, campaign.district_id, facts)


def _facts(district: District, **own: Any) -> Facts:
    return {"district": district.slug, "nces_leaid": district.nces_leaid, **own}
