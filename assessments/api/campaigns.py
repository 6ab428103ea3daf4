"""Campaigns, as programs read them."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import JSONObject
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import shapes
from assessments.models import Campaign
from schools.api.documentation import documented, path_id
from schools.api.parameters import by_school_year
from schools.api.resources import DistrictView, ListView, the_one_of
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
class CampaignDetail(DistrictView):
    """One campaign."""

    action = Action.READ_CYCLES

    def get(self, request: Request, campaign_id: UUID, **_route: Any) -> Response:
        """The campaign."""
        rows = Campaign.objects.visible_to(self.who).filter(pk=campaign_id)
        return Response(the_one_of(rows, CAMPAIGN))
