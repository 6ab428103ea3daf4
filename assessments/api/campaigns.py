"""Campaigns, as programs read them."""

from typing import ClassVar

from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from assessments.api import shapes
from assessments.models import Campaign
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id
from schools.api.parameters import by_school_year
from schools.api.resources import ListView
from schools.api.times import Written
from schools.permissions import Action

CAMPAIGN = {
    "id": "id",
    "school_year": "school_year",
    "instrument": JSONObject(
        code="instrument_version__code", version="instrument_version__version"
    ),
    "opens_on": "opens_on",
    "due_on": "due_on",
    "closes_on": "closes_on",
    "message": "message",
    "asks_level": "asks_level",
    "asks_reach": "asks_reach",
    "asks_offer": "asks_offer",
    "created_at": Written("created_at"),
    "updated_at": Written("updated_at"),
}


@documented(
    "listCampaigns",
    "List campaigns",
    "The district's campaigns, one a school year, those changed longest ago first.",
    tag="campaigns",
    answers=shapes.Campaign,
)
class CampaignList(ListView):
    """Campaigns, a page at a time."""

    action = Action.READ_CYCLES
    fields = CAMPAIGN
    parameters: ClassVar = (by_school_year(),)

    def rows(self) -> QuerySet[Campaign]:
        """All that the caller may know of."""
        return Campaign.objects.visible_to(self.who)


@documented(
    "readCampaign",
    "Read a campaign",
    "One campaign by its id.",
    tag="campaigns",
    answers=shapes.Campaign,
    path=[path_id("campaign_id", "The campaign.")],
)
class CampaignDetail(DetailView):
    """One campaign."""

    action = Action.READ_CYCLES
    asks_first = True
    fields = CAMPAIGN
    named_by = "campaign_id"

    def rows(self) -> QuerySet[Campaign]:
        """All that the caller may know of."""
        return Campaign.objects.visible_to(self.who)
