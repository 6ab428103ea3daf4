"""Two schools that say the same, and what the machine makes of it."""

from collections.abc import Iterator

import pytest

from assessments.models import Campaign, Cycle, Theme
from schools.models import District
from schools.tenancy import district_scope
from tests.assessments.themes.deciding import ALSO, SAID
from tests.assessments.theming import (
    school_says,
    suggestion,
)
from tests.factories import make_campaign


@pytest.fixture
def campaign(district: District) -> Campaign:
    return make_campaign(district)


@pytest.fixture
def cycles(campaign: Campaign) -> list[Cycle]:
    return [
        school_says(campaign, name, balance=f"{SAID} {ALSO}") for name in ("Lincoln", "Garfield")
    ]


@pytest.fixture(autouse=True)
def _inside(district: District, cycles: list[Cycle]) -> Iterator[None]:
    with district_scope(district.pk):
        yield


@pytest.fixture
def theme(cycles: list[Cycle]) -> Theme:
    return suggestion("time to plan", cycles, SAID)
