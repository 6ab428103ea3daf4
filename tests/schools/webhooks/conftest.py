"""A district that tells a receiver of what happens."""

from collections.abc import Iterator
from typing import Any

import pytest

from schools.models import District, EventType, Membership, Role, Webhook
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.factories import make_district, seat
from tests.receiver import Receiver, receiver


@pytest.fixture(autouse=True)
def _on_loopback(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = ["127.0.0.1"]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as state:
        yield state


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", nces_leaid="0100005")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def made(admin: Membership, there: Receiver) -> tuple[Webhook, str]:
    """A webhook for everything, and its secret."""
    with district_scope(admin.district_id):
        return managing.make_webhook(by=admin, url=there.url, event_types=EventType.values)


@pytest.fixture
def hook(made: tuple[Webhook, str]) -> Webhook:
    return made[0]
