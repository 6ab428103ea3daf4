"""The pages on which a district's admin sets up its sign-on: added, tried, switched on, alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from schools.models import AuditEntry, District, Membership, Role, SignOnProvider
from schools.sign_on import managing
from schools.sign_on.secrets import unlocked
from schools.tenancy import district_scope
from tests.factories import make_district, seat
from tests.oidc_provider import CLIENT, SECRET, OpenIdProvider, openid_provider
from tests.saml_provider import ADDRESS, ENTITY, OWN, certificate_of
from tests.schools.sign_on.walking import begin, come_back, links_of, set_up, walk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = ["127.0.0.1"]


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", slug="riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def there(admin: Membership) -> Iterator[OpenIdProvider]:
    person = {"sub": "admin-1", "email": admin.user.email, "email_verified": True}
    with openid_provider(person=person) as running:
        yield running


@pytest.fixture
def browser(admin: Membership) -> Client:
    client = Client()
    client.force_login(admin.user)
    return client


def only_provider(district: District) -> SignOnProvider:
    with district_scope(district.pk):
        found: SignOnProvider = SignOnProvider.objects.select_related("district").get()
        return found


def entered(there: OpenIdProvider, **other: str) -> dict[str, str]:
    return {
        **{"name": "Staff", "issuer": there.issuer, "client_id": CLIENT, "secret": SECRET},
        **other,
    }


def test_from_nothing_to_a_session_by_the_district_s_own_provider(
    browser: Client, district: District, there: OpenIdProvider, admin: Membership
) -> None:
    page = browser.post("/d/riverbend/sign-on/", {"kind": "oidc"}, follow=True)
    provider = only_provider(district)
    address = f"/d/riverbend/sign-on/{provider.pk}/"
    assert f"http://127.0.0.1:8000/sign-in/back/{provider.pk}/" in page.content.decode()
    browser.post(address, entered(there))
    sent = begin(browser, only_provider(district), trial="1")
    tried = come_back(browser, there.authorize(sent["Location"]))
    shown = browser.get(tried["Location"]).content.decode()
    browser.post(f"{address}state/", {"state": "on"})
    admin.user.set_unusable_password()
    admin.user.save()
    someone = Client()

    walk(someone, only_provider(district), there)

    assert tried["Location"] == address
    assert "It works" in shown
    assert "admin-1" in shown
    assert someone.get("/d/riverbend/sign-on/").status_code == 200


def test_trying_links_nobody_and_is_shown_once(
    browser: Client, admin: Membership, there: OpenIdProvider, district: District
) -> None:
    provider = set_up(admin, there, on=False)
    sent = begin(browser, provider, trial="1")
    tried = come_back(browser, there.authorize(sent["Location"]))

    first, second = (browser.get(tried["Location"]).content.decode() for _ in range(2))

    assert (links_of(provider), "admin-1" in first, "admin-1" in second) == ([], True, False)
    assert "sign_on" not in browser.session


def test_what_went_wrong_while_trying_is_said_to_the_admin(
    browser: Client, admin: Membership, there: OpenIdProvider
) -> None:
    provider = set_up(admin, there, on=False)
    there.in_token["aud"] = "somebody-else"
    sent = begin(browser, provider, trial="1")

    page = browser.get(come_back(browser, there.authorize(sent["Location"]))["Location"])

    assert "InvalidAudienceError" in page.content.decode()
    with district_scope(provider.district_id):
        assert SignOnProvider.objects.get().tried_at is None


def test_only_who_manages_the_district_tries(
    admin: Membership, there: OpenIdProvider, district: District
) -> None:
    provider = set_up(admin, there, on=False)
    strangers = [
        seat(district, Role.SPECIALIST).user,
        seat(make_district("Cedar"), Role.DISTRICT_ADMIN).user,
    ]

    for person in strangers:
        client = Client()
        client.force_login(person)
        assert begin(client, provider, trial="1").status_code == 404
    assert begin(Client(), provider, trial="1").status_code == 404


def test_nothing_is_switched_on_untried(
    browser: Client, admin: Membership, there: OpenIdProvider
) -> None:
    provider = set_up(admin, there, on=False)

    address = f"/d/riverbend/sign-on/{provider.pk}/"
    page = browser.post(f"{address}state/", {"state": "on"}, follow=True)

    assert "Try it first" in page.content.decode()
    assert not only_provider(admin.district).is_on


@pytest.mark.parametrize(
    ("changed", "stays_on"), [({"name": "Another"}, True), ({"secret": "another secret"}, False)]
)
def test_what_is_changed_has_to_be_tried_again(
    browser: Client, admin: Membership, there: OpenIdProvider, changed: Any, stays_on: bool
) -> None:
    provider = set_up(admin, there)
    sent = entered(there, name=provider.name, secret="") | changed

    browser.post(f"/d/riverbend/sign-on/{provider.pk}/", sent)

    assert only_provider(admin.district).is_on is stays_on


def test_the_secret_is_never_shown_again_nor_kept_as_it_is(
    browser: Client, admin: Membership, there: OpenIdProvider
) -> None:
    provider = set_up(admin, there)

    page = browser.get(f"/d/riverbend/sign-on/{provider.pk}/").content.decode()

    kept = only_provider(admin.district).secret
    assert (SECRET in page, kept in page, SECRET in kept) == (False, False, False)
    assert unlocked(kept) == SECRET


def test_people_who_are_linked_are_not_moved_to_another_issuer(
    browser: Client, admin: Membership, there: OpenIdProvider
) -> None:
    """There the same subject is somebody else."""
    admin.user.set_unusable_password()
    admin.user.save()
    provider = set_up(admin, there)
    walk(Client(), provider, there)
    browser.force_login(admin.user)

    page = browser.post(
        f"/d/riverbend/sign-on/{provider.pk}/",
        entered(there, issuer="https://accounts.example.org"),
    )

    assert page.status_code == 422
    assert only_provider(admin.district).issuer == there.issuer


@pytest.mark.parametrize(
    "wrong",
    [
        *({"issuer": "http://example.org"}, {"issuer": "https://10.0.0.1"}, {"issuer": "x"}),
        *({"issuer": "https://example.org/?a=1"}, {"client_id": ""}, {"client_id": "a\x00b"}),
        *({"secret": ""}, {"secret": "é"}, {"name": ""}, {"name": "x" * 61}),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_stays_on_the_page(
    browser: Client, admin: Membership, there: OpenIdProvider, wrong: dict[str, str]
) -> None:
    with district_scope(admin.district_id):
        provider = managing.add_provider("oidc", by=admin)

    page = browser.post(f"/d/riverbend/sign-on/{provider.pk}/", entered(there) | wrong)

    assert page.status_code == 422
    assert only_provider(admin.district).client_id == ""


@pytest.mark.parametrize(
    ("kind", "tenant", "fits"),
    [
        ("google", "Riverbend.k12.or.us", True),
        ("google", "riverbend", False),
        ("microsoft", "8A6F2F0E-1B7D-4A39-9D36-5F4F0B1D2C3E", True),
        *(("microsoft", word, False) for word in ("common", "organizations", "consumers", "a/b")),
        ("clever", "64ef5e6c8d6b17762d094e48", True),
        ("clever", "", False),
        ("classlink", "2284", True),
        ("classlink", "2284/..", False),
    ],
)
def test_a_tenant_looks_like_one(
    browser: Client,
    admin: Membership,
    there: OpenIdProvider,
    kind: str,
    tenant: str,
    fits: bool,
) -> None:
    with district_scope(admin.district_id):
        provider = managing.add_provider(kind, by=admin)

    page = browser.post(f"/d/riverbend/sign-on/{provider.pk}/", entered(there, tenant=tenant))

    assert page.status_code == (302 if fits else 422)
    assert only_provider(admin.district).issuer.startswith("https://" if fits else "")


@pytest.mark.parametrize(
    ("certificate", "fits"),
    [
        (certificate_of(OWN), True),
        ("".join(certificate_of(OWN).splitlines()[1:-1]), True),
        ("nonsense", False),
        ("", False),
    ],
    ids=["whole", "bare", "nonsense", "empty"],
)
def test_a_saml_provider_is_pasted_never_fetched(
    browser: Client, admin: Membership, certificate: str, fits: bool
) -> None:
    with district_scope(admin.district_id):
        provider = managing.add_provider("saml", by=admin)
    fields = {"name": "Staff", "issuer": ENTITY, "sso_address": ADDRESS}

    page = browser.post(
        f"/d/riverbend/sign-on/{provider.pk}/", {**fields, "certificate": certificate}
    )

    assert page.status_code == (302 if fits else 422)


def test_who_shuts_the_other_ways_has_come_by_this_one(
    browser: Client, admin: Membership, there: OpenIdProvider
) -> None:
    admin.user.set_unusable_password()
    admin.user.save()
    provider = set_up(admin, there)
    browser.force_login(admin.user)
    refused = browser.post("/d/riverbend/sign-on/only/", {"only": "1"}, follow=True)
    came = Client()
    walk(came, provider, there)

    came.post("/d/riverbend/sign-on/only/", {"only": "1"})

    assert "Sign out and in again" in refused.content.decode()
    assert District.objects.get(slug="riverbend").sign_on_only
    assert came.get("/d/riverbend/").status_code == 200
    assert browser.get("/d/riverbend/").status_code == 302


@pytest.mark.parametrize("end", ["state/", "removal/", ""])
def test_the_last_way_in_is_not_taken_away(
    browser: Client, admin: Membership, there: OpenIdProvider, end: str
) -> None:
    admin.user.set_unusable_password()
    admin.user.save()
    provider = set_up(admin, there)
    came = Client()
    walk(came, provider, there)
    came.post("/d/riverbend/sign-on/only/", {"only": "1"})

    sent = {"state": "off", "sure": "1"} | entered(there, secret="another")
    came.post(f"/d/riverbend/sign-on/{provider.pk}/{end}", sent)

    assert only_provider(admin.district).is_on


def test_removing_is_asked_twice_and_ends_who_was_linked(
    browser: Client, admin: Membership, there: OpenIdProvider
) -> None:
    provider = set_up(admin, there)
    address = f"/d/riverbend/sign-on/{provider.pk}/removal/"

    browser.post(address)
    assert only_provider(admin.district) == provider
    browser.post(address, {"sure": "1"})

    with district_scope(admin.district_id):
        assert not SignOnProvider.objects.exists()
        entries = AuditEntry.objects.filter(event__startswith="sign_on.").order_by("id")
        told = entries.values_list("event", flat=True)
        assert list(told) == [
            "sign_on.made",
            "sign_on.changed",
            "sign_on.switched",
            "sign_on.removed",
        ]


def test_a_district_has_ten_providers_at_most(browser: Client, admin: Membership) -> None:
    with district_scope(admin.district_id):
        for _ in range(managing.MOST_PROVIDERS):
            managing.add_provider("saml", by=admin)

    assert browser.post("/d/riverbend/sign-on/", {"kind": "oidc"}).status_code == 422
