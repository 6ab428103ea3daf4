"""Two schools that have handed in, a suggestion, and the specialist's browser."""

import pytest

from assessments.models import Campaign, Cycle, Theme
from schools.models import Membership, School
from tests.assessments.theming import school_says, suggestion, writes
from tests.assessments.views.browsing import Browser
from tests.assessments.views.themes.deciding import ALSO, SAID


@pytest.fixture
def lincoln(campaign: Campaign, school: School, alice: Membership) -> Cycle:
    """Alice's school, which has handed in."""
    return writes(campaign, school, alice, "named", {"balance": f"{SAID} {ALSO}"})


@pytest.fixture
def garfield(campaign: Campaign) -> Cycle:
    return school_says(campaign, "Garfield", balance=f"{SAID} Truly.")


@pytest.fixture
def theme(lincoln: Cycle, garfield: Cycle) -> Theme:
    return suggestion("time to plan", [lincoln, garfield], SAID)


@pytest.fixture
def browser(sam: Membership) -> Browser:
    return Browser(sam)
