"""The page where a district admin lets programs in, and keeps them out."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.idp.oidc.models import Client as Program
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from schools.models import ApiClient, ApiCredential, District, Membership, Role, Scope
from schools.tenancy import district_scope
from tests.architecture.routes import METHODS, Route, district_routes
from tests.architecture.two_districts import NAMES_OF_NOTHING
from tests.factories import make_district, seat
from tests.reading import Reader, make_key, problem

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/d/riverbend/api-clients/"
API_ROUTES = [route for route in district_routes() if route.is_api]


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", slug="riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def browser(admin: Membership) -> Client:
    client = Client()
    client.force_login(admin.user)
    return client


def form(**fields: Any) -> dict[str, Any]:
    wanted = {"name": "Warehouse", "kind": "key", "scopes": ["roster:read"], "days": 90}
    return wanted | {"asked_as": str(uuid4())} | fields


def reader(district: District, key: str) -> Reader:
    return Reader(district, Client(headers={"Authorization": f"Bearer {key}"}))


def test_a_key_is_shown_once_and_kept_nowhere(browser: Client, district: District) -> None:
    sent = form()
    made = browser.post(PAGE, sent)
    key = made.context["made"].secret

    again = [browser.post(PAGE, sent), browser.get(PAGE)]

    assert (made.status_code, made.headers["Cache-Control"]) == (201, "private, no-store")
    assert made.content.decode().count(key) == 1
    assert [key in answer.content.decode() for answer in again] == [False, False]
    assert "It is not shown again" in again[0].content.decode()
    assert ApiCredential.objects.count() == 1
    assert key not in str([*Program.objects.values(), *Token.objects.values()])
    assert reader(district, key).get("schools").status_code == 200
    assert problem(reader(district, key).get("cycles")) == (403, "forbidden")


def test_a_form_of_another_district_s_makes_ones_own(
    browser: Client, admin: Membership, district: District
) -> None:
    there = seat(make_district("Elsewhere", slug="elsewhere"), Role.DISTRICT_ADMIN)
    sent, other = form(), Client()
    other.force_login(there.user)
    other.post("/d/elsewhere/api-clients/", sent)

    made = browser.post(PAGE, sent).context["made"]

    assert made.credential.api_client.district_id == district.pk
    assert ApiCredential.objects.count() == 2


def test_one_credential_follows_another_without_a_gap(browser: Client, district: District) -> None:
    first = browser.post(PAGE, form()).context["made"]
    page = f"{PAGE}{first.credential.api_client_id}/"
    second = browser.post(page, form()).context["made"]
    keys = (first.secret, second.secret)
    both = [reader(district, key).get("me").status_code for key in keys]

    browser.post(f"/d/riverbend/api-credentials/{first.credential.pk}/revocation/")

    then = [reader(district, key).get("me").status_code for key in keys]
    assert (both, then) == ([200, 200], [401, 200])
    assert "Revoked" in browser.get(page).content.decode()


def test_an_id_and_a_secret_fetch_tokens_until_they_are_revoked(
    browser: Client, district: District
) -> None:
    made = browser.post(PAGE, form(kind="secret")).context["made"]
    ask = {"grant_type": "client_credentials", "client_id": made.credential.client_id}
    ask["client_secret"] = made.secret
    token = Client().post("/api/v1/token/", ask).json()["access_token"]
    before = reader(district, token).get("me").status_code

    browser.post(f"/d/riverbend/api-credentials/{made.credential.pk}/revocation/")

    assert (before, reader(district, token).get("me").status_code) == (200, 401)
    assert Client().post("/api/v1/token/", ask).status_code == 401


def test_what_an_admin_made_goes_on_when_they_leave(
    browser: Client, district: District, admin: Membership
) -> None:
    key = browser.post(PAGE, form()).context["made"].secret

    with district_scope(district.pk):
        admin.delete()

    assert reader(district, key).get("me").status_code == 200


def test_the_last_use_is_noted_once_a_minute(browser: Client, district: District) -> None:
    made = browser.post(PAGE, form()).context["made"]
    rows = ApiCredential.objects.filter(pk=made.credential.pk)
    long_ago, just_now = (timezone.now() - timedelta(seconds=age) for age in (61, 30))

    found = []
    for noted in (None, long_ago, just_now):
        rows.update(last_used_at=noted, last_used_from=None)
        reader(district, made.secret).get("me")
        found.append(rows.values_list("last_used_from", flat=True)[0])

    assert found == ["127.0.0.1", "127.0.0.1", None]


@pytest.mark.parametrize(
    "fields",
    [
        *({"name": ""}, {"name": "x" * 101}, {"scopes": ["all"]}, {"scopes": []}, {"days": 366}),
        *({"kind": "all"}, {"asked_as": "\0"}, {"name": "a\0"}),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    browser: Client, fields: dict[str, Any]
) -> None:
    assert browser.post(PAGE, form(**fields)).status_code == 422
    assert not ApiClient.objects.exists()
    assert not Program.objects.exists()


def test_what_was_typed_stays_when_it_is_refused(browser: Client) -> None:
    page = browser.post(PAGE, form(name="Our own", scopes=[])).content.decode()

    assert 'value="Our own"' in page
    assert 'value="key" id="id_kind_1" checked' in " ".join(page.replace("required", "").split())
    assert '<option value="90" selected>' in page


def test_another_district_s_client_is_not_there(browser: Client) -> None:
    make_key(make_district("Millbrook"), ("roster:read",))
    theirs = ApiCredential.objects.get()
    page = f"{PAGE}{theirs.api_client_id}/"
    revocation = f"/d/riverbend/api-credentials/{theirs.pk}/revocation/"

    answers = [browser.get(page), browser.post(page, form()), browser.post(revocation)]

    theirs.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (theirs.is_valid, ApiCredential.objects.count()) == (True, 1)


def test_a_second_client_needs_a_name_of_its_own(browser: Client) -> None:
    assert [browser.post(PAGE, form()).status_code for _ in range(2)] == [201, 422]


def test_a_credential_that_ends_soon_says_so(browser: Client) -> None:
    browser.post(PAGE, form())
    ApiCredential.objects.update(expires_at=timezone.now() + timedelta(days=13))

    assert "Make another in good time" in browser.get(PAGE).content.decode()


@pytest.mark.parametrize("route", API_ROUTES, ids=str)
def test_what_is_no_key_here_opens_nothing(route: Route, district: District) -> None:
    """Every address and method: no key, an expired, a revoked and another district's one."""
    everything = tuple(Scope.values)
    keys = {
        "expired": make_key(district, everything, expires_at=timezone.now()),
        "revoked": make_key(district, everything),
        "another's": make_key(make_district("Millbrook"), everything),
    }
    revoked = ApiCredential.objects.filter(
        api_client__district=district, expires_at__gt=timezone.now()
    )
    revoked.update(revoked_at=timezone.now())
    address = route.filled(NAMES_OF_NOTHING | {"district_slug": "riverbend"})

    def told(headers: dict[str, str]) -> set[int]:
        return {
            Client().generic(method, address, headers=headers).status_code for method in METHODS
        }

    found = {name: told({"Authorization": f"Bearer {key}"}) for name, key in keys.items()}
    assert found == {"expired": {401}, "revoked": {401}, "another's": {404}}
    assert told({}) == {401}
