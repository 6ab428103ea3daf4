"""What every measurement finds: two districts with people, and how they get at them."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import campaigns
from assessments.models import Campaign, InstrumentVersion
from benchmarks.neighbours import Neighbours
from schools.models import DISTRICT_ROLES, District, Membership, Role
from schools.tenancy import district_scope
from tests.factories import seat

LARGE, SMALL, YEARS = 1_600, 60, 10


@dataclass
class Stage:
    """A district of 1,600 schools and one of 60, each with ten complete years; and many others."""

    large: District
    small: District
    neighbours: Neighbours

    @cached_property
    def specialist(self) -> Membership:
        """Who opens campaigns in the large district."""
        return reader(self.large)

    @property
    def present_year(self) -> int:
        """The school year that is not opened yet when the run begins."""
        return self.large.this_school_year

    @property
    def last_year(self) -> int:
        """The last of the complete years."""
        return self.present_year - 1

    def opening(self) -> dict[str, Any]:
        """What it takes to open the present year in the large district."""
        today = self.large.today()
        return {
            "by": self.specialist,
            "instrument_version": InstrumentVersion.objects.latest(),
            "school_year": self.present_year,
            "opens_on": today,
            "due_on": today + timedelta(days=60),
            "closes_on": today + timedelta(days=90),
        }

    def present_campaign(self) -> Campaign:
        """The large district's open campaign; opened when it is not."""
        with district_scope(self.large.pk):
            found = Campaign.objects.filter(school_year=self.present_year).first()
            return found or campaigns.open_campaign(**self.opening())


def reader(district: District) -> Membership:
    """Someone who sees the district's dashboard."""
    found = Membership.objects.filter(district=district, role__in=DISTRICT_ROLES).first()
    return found or seat(district, Role.SPECIALIST)


def statements(run: Any) -> int:
    """How many statements it sends, apart from those that open and close transactions."""
    with CaptureQueriesContext(connection) as sent:
        run()
    control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")
    return sum(not query["sql"].startswith(control) for query in sent.captured_queries)
