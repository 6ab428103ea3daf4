"""Providers that serve everyone: who is not of the district's own tenant there is nobody to us."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import User
from schools.models import Membership
from schools.sign_on.kinds import FACTS
from tests.oidc_provider import OpenIdProvider
from tests.schools.sign_on.conftest import ANA
from tests.schools.sign_on.walking import begin, is_signed_in, links_of, set_up, walk

pytestmark = pytest.mark.django_db

TID: Final = "8a6f2f0e-1b7d-4a39-9d36-5f4f0b1d2c3e"
# By kind: the tenant, and the claim that names it as the provider spells it.
TENANTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "google": ("riverbend.example", {"hd": "riverbend.example"}),
    "microsoft": (TID, {"tid": TID, "preferred_username": ANA, "email_verified": None}),
    "clever": ("64ef5e6c8d6b17762d094e48", {"district": "64ef5e6c8d6b17762d094e48"}),
    "classlink": ("2284", {"classLink_tenant_id": 2284}),
}
Way = Callable[[str], Any]


@pytest.fixture
def way(there: OpenIdProvider, admin: Membership, monkeypatch: pytest.MonkeyPatch) -> Way:
    """A provider of that kind, whose fixed address is that of the test's."""

    def of_kind(kind: str) -> Any:
        tenant, claims = TENANTS[kind]
        there.path = f"/{tenant}/v2.0" if kind == "microsoft" else ""
        issuer = there.base + ("/{tenant}/v2.0" if kind == "microsoft" else "")
        monkeypatch.setitem(FACTS, kind, replace(FACTS[kind], issuer=issuer))  # type: ignore[arg-type]
        there.person |= claims
        return set_up(admin, there, kind=kind, tenant=tenant.upper())

    return of_kind


@pytest.mark.parametrize("kind", TENANTS)
def test_the_district_s_own_people_get_in(
    client: Client, way: Way, there: OpenIdProvider, ana: User, kind: str
) -> None:
    walk(client, way(kind), there)

    assert is_signed_in(client)


@pytest.mark.parametrize("kind", TENANTS)
@pytest.mark.parametrize("said", ["another", None, "", True, 0, ["x"], {"a": 1}], ids=str)
def test_people_of_another_tenant_do_not(
    client: Client, way: Way, there: OpenIdProvider, ana: User, kind: str, said: Any
) -> None:
    provider = way(kind)
    there.person[FACTS[kind].tenant_claim] = said

    answer = walk(client, provider, there)

    assert (answer.status_code, links_of(provider)) == (403, [])


def test_a_list_that_holds_the_tenant_is_not_the_tenant(
    client: Client, way: Way, there: OpenIdProvider, ana: User
) -> None:
    provider = way("google")
    there.person["hd"] = ["riverbend.example"]

    assert walk(client, provider, there).status_code == 403


@pytest.mark.parametrize(
    ("said", "gets_in"),
    [
        ({"preferred_username": ANA.upper()}, True),
        ({"preferred_username": "ana@another.example"}, False),
        ({"preferred_username": "ana@another.example", "xms_edov": True}, True),
        ({"preferred_username": "ana@another.example", "xms_edov": "true"}, False),
        ({"preferred_username": None}, False),
        ({"preferred_username": ANA, "email_verified": False}, False),
    ],
)
def test_microsoft_vouches_for_the_name_by_which_somebody_signs_in(
    client: Client, way: Way, there: OpenIdProvider, ana: User, said: Any, gets_in: bool
) -> None:
    """Whatever address an account carries besides, its owner may have typed."""
    provider = way("microsoft")
    there.person |= said

    walk(client, provider, there)

    assert is_signed_in(client) is gets_in


def test_google_and_clever_are_told_which_tenant(client: Client, way: Way) -> None:
    assert "hd=riverbend.example" in begin(client, way("google"))["Location"]
    assert "district_id=64ef5e6c" in begin(Client(), way("clever"))["Location"]
