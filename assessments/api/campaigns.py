"""Campaigns, as programs read them."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import F, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import shapes
from assessments.models import Campaign
from schools.api.documentation import documented, path_id
from schools.api.pages import Row
from schools.api.parameters import by_school_year
from schools.api.resources import DistrictView, ListView, found
from schools.api.times import written
from schools.permissions import Action

COLUMNS = (
    "id",
    "school_year",
    "opens_on",
    "due_on",
    "closes_on",
    "message",
    "asks_level",
    "asks_reach",
    "asks_offer",
    "created_at",
    "updated_at",
)
INSTRUMENT = {
    "instrument_code": F("instrument_version__code"),
    "instrument_number": F("instrument_version__version"),
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
    parameters: ClassVar = (by_school_year(),)

    def rows(self) -> QuerySet[Campaign, Row]:
        return Campaign.objects.visible_to(self.who).values(*COLUMNS, **INSTRUMENT)

    def shown(self, rows: list[Row]) -> list[Row]:
        return [_shown(row) for row in rows]


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
        return Response(_shown(found(rows.values(*COLUMNS, **INSTRUMENT))))


def _shown(row: Row) -> Row:
    code, version = row.pop("instrument_code"), row.pop("instrument_number")
    row["instrument"] = {"code": code, "version": version}
    row["created_at"] = written(row["created_at"])
    row["updated_at"] = written(row["updated_at"])
    return row
