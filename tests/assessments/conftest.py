"""A school at work in an open campaign."""

import pytest

from assessments.models import Campaign, Cycle
from schools.models import District, Membership, Role, School
from tests.factories import (
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def school(district: District) -> School:
    return make_school(district, "Lincoln")


@pytest.fixture
def alice(district: District, school: School) -> Membership:
    """The principal of the school."""
    return seat(district, Role.PRINCIPAL, school, user=make_user("Alice"))


@pytest.fixture
def bob(district: District, school: School) -> Membership:
    """A team member of the school."""
    return seat(district, Role.TEAM_MEMBER, school, user=make_user("Bob"))


@pytest.fixture
def sam(district: District) -> Membership:
    """A specialist of the district."""
    return seat(district, Role.SPECIALIST, user=make_user("Sam"))


@pytest.fixture
def campaign(district: District, school: School) -> Campaign:
    """Open today, for the school and those made before it."""
    return make_campaign(district)


@pytest.fixture
def cycle(school: School, campaign: Campaign) -> Cycle:
    return cycle_of(school, campaign)
