"""A mail server, and a morning at a school whose cycle is due in two weeks."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine

from assessments.models import Campaign, Cycle
from config.services.ports import LOOPBACK
from schools.models import District, Membership, Role, School
from tests.assessments.notifications.telling import NEW_YORK
from tests.factories import cycle_of, make_campaign, make_district, make_school, make_user, seat
from tests.mail_server import MailServer, mail_server


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Takes what this process sends."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, running.port
        settings.PUBLIC_URL = "http://testserver"
        yield running


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday, 1 March 2027, nine o'clock in New York."""
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=NEW_YORK), tick=False) as travelling:
        yield travelling


@pytest.fixture
def district(clock: Any) -> District:
    return make_district("Riverbend")


@pytest.fixture
def school(district: District) -> School:
    return make_school(district, "Lincoln")


@pytest.fixture
def alice(district: District, school: School) -> Membership:
    """The principal of the school."""
    return seat(district, Role.PRINCIPAL, school, user=make_user("Alice"))


@pytest.fixture
def dana(district: District) -> Membership:
    """The district's specialist."""
    return seat(district, Role.SPECIALIST, user=make_user("Dana"))


@pytest.fixture
def campaign(district: District, school: School) -> Campaign:
    """Due on 1 April, open until the end of that month."""
    return make_campaign(
        district, opens_on=date(2027, 3, 1), due_on=date(2027, 4, 1), closes_on=date(2027, 4, 30)
    )


@pytest.fixture
def cycle(school: School, campaign: Campaign) -> Cycle:
    return cycle_of(school, campaign)
