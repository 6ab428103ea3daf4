"""A district, its admin, and a provider that is up and honest until it is told otherwise."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from schools.models import District, Membership, Role, SignOnProvider
from tests.factories import make_district, make_user, seat
from tests.oidc_provider import OpenIdProvider, openid_provider
from tests.schools.sign_on.walking import set_up

ANA = "ana@riverbend.example"


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    """The provider is on this machine; no other installation may call it."""
    settings.OUTGOING_LOOPBACK_HOSTS = ["127.0.0.1"]


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def there() -> Iterator[OpenIdProvider]:
    person = {"sub": "ana-1", "email": ANA, "email_verified": True, "name": "Ana Ruiz"}
    with openid_provider(person=person) as running:
        yield running


@pytest.fixture
def provider(admin: Membership, there: OpenIdProvider) -> SignOnProvider:
    return set_up(admin, there)


@pytest.fixture
def ana(district: District) -> User:
    """A specialist who has no password."""
    person = make_user("Ana", email=ANA)
    person.set_unusable_password()
    person.save()
    seat(district, Role.SPECIALIST, user=person)
    return person
