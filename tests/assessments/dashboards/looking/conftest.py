"""Four schools, two things that they have in common."""

import pytest

from assessments.models import Campaign, Cycle
from schools.models import District
from tests.assessments.dashboards.looking.looks import FAMILIES, SCHOOLS, TIME
from tests.assessments.theming import school_says
from tests.factories import make_campaign


@pytest.fixture
def campaign(district: District) -> Campaign:
    return make_campaign(district)


@pytest.fixture
def cycles(campaign: Campaign) -> list[Cycle]:
    """Four schools, one of them writing in Spanish; what they do not say is "n/a"."""
    return [
        school_says(campaign, name, conditions=time, missed=families)
        for name, time, families in zip(SCHOOLS, TIME, FAMILIES, strict=True)
    ]
