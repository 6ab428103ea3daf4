"""Production's answers, each kind of them, graded after MDN's HTTP observatory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from assessments.dashboards.snapshot import refresh_snapshot
from schools.models import Role
from schools.tenancy import district_scope
from tests.config.observatory import Answer, directives, grade
from tests.config.over_https import Guest, Reply, for_production, production_site
from tests.database import empty_tables
from tests.factories import (
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
    submitted,
)
from tests.reading import make_key


@dataclass(frozen=True)
class Site:
    """A site with one school's submitted cycle, and who asks there."""

    guest: Guest
    principal: Guest
    admin: Guest
    operator: Guest
    key: str
    slug: str
    cycle: str
    signed_in: Reply


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    with django_db_blocker.unblock():
        district = make_district("Riverbend", slug="riverbend")
        school = make_school(district, "Lincoln")
        cycle = cycle_of(school, make_campaign(district, 2027))
        submitted(cycle, principal := seat(district, Role.PRINCIPAL, school))
        with district_scope(district.pk):
            refresh_snapshot(district.pk, 2027)
        for_production(principal.user)
        admin = seat(district, Role.DISTRICT_ADMIN)
        operator = make_user("Op", is_staff=True, is_superuser=True)
        key = make_key(district, ("cycles:read",))
        with production_site() as address:
            yield Site(
                Guest(address),
                *(Guest(address).signed_in_as(it) for it in (principal.user, admin.user, operator)),
                key=key,
                slug=district.slug,
                cycle=str(cycle.pk),
                signed_in=Guest(address).sign_in(principal.user.email),
            )
        empty_tables()


# Who asks, and where. `{d}` is the district, `{c}` the cycle.
PLACES = {
    "sign-in": ("guest", "/accounts/login/"),
    "forgotten password": ("guest", "/accounts/password/reset/"),
    "about": ("guest", "/about/"),
    "the API's document": ("guest", "/api/v1/schema/"),
    "the API's page": ("guest", "/api/v1/docs/"),
    "no such page": ("guest", "/nowhere/"),
    "sent to sign in": ("guest", "/d/{d}/"),
    "health": ("guest", "/health/"),
    "workspace": ("principal", "/d/{d}/cycles/{c}/"),
    "a report": ("principal", "/d/{d}/cycles/{c}/report/"),
    "not theirs": ("principal", "/d/{d}/exports/"),
    "not there for them": ("principal", "/d/elsewhere/"),
    "led onward": ("principal", "/"),
    "a slash short": ("principal", "/d/{d}"),
    "dashboard": ("admin", "/d/{d}/"),
    "programs": ("admin", "/d/{d}/programs/"),
    "the admin": ("operator", "/admin/"),
    "people in the admin": ("operator", "/admin/accounts/user/"),
    "the API in a browser": ("admin", "/api/v1/districts/{d}/cycles/"),
    "the API, refused": ("guest", "/api/v1/districts/{d}/cycles/"),
}


@pytest.fixture(params=PLACES)
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def asked(site: Site, place: str) -> Reply:
    who, address = PLACES[place]
    guest: Guest = getattr(site, who)
    return guest.get(address.format(d=site.slug, c=site.cycle))


def test_every_answer_is_an_a_plus(site: Site, place: str) -> None:
    answer = asked(site, place)

    letter, points, parts = grade(answer)

    assert letter == "A+", parts
    assert points >= 125, parts
    assert directives(answer)["default-src"] == {"'none'"}
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]


def test_no_answer_but_a_file_of_ours_stays_in_a_cache(site: Site, place: str) -> None:
    said = asked(site, place).headers["cache-control"]

    assert {"private", "no-store"} <= set(re.split(r",\s*", said)), said


def test_a_program_s_answer_stays_in_no_cache(site: Site) -> None:
    answer = Guest(site.guest.site).get(
        f"/api/v1/districts/{site.slug}/cycles/", Authorization=f"Bearer {site.key}"
    )

    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")
    assert grade(answer)[0] == "A+"


def test_a_file_of_ours_may_stay_for_a_year_and_serves_nobody_else(site: Site) -> None:
    page = site.guest.get("/accounts/login/").body.decode()
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))

    answers = [site.guest.get(address) for address in addresses]

    assert len(answers) > 5
    for answer in answers:
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers
        assert grade(answer)[0] == "A+"


def test_every_cookie_is_bound_to_this_host(site: Site) -> None:
    choice = site.principal.post("/accounts/mail/", {"gets_comments_by_mail": "on"})
    said_once = site.principal.get("/accounts/mail/")
    language = Guest(site.guest.site).post("/language/", {"language": "es"}, page="/about/")

    lines = [
        line for answer in (site.signed_in, choice, said_once, language) for line in answer.cookies
    ]

    names = {line.partition("=")[0] for line in lines}
    assert names == {f"__Host-{it}" for it in ("session", "csrf", "language", "known-browser")}
    for line in lines:
        attributes = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"secure", "path=/", "samesite=lax"} <= attributes, line
        assert not any(attribute.startswith("domain") for attribute in attributes), line
        assert ("httponly" in attributes) == (not line.startswith("__Host-csrf")), line


def test_whoever_comes_by_http_is_sent_to_https_and_learns_nothing(site: Site) -> None:
    answer = Guest(site.guest.site).get("/d/riverbend/", **{"X-Forwarded-Proto": "http"})

    assert answer.status == 301
    assert answer.headers["location"].startswith("https://")
    assert (answer.cookies, answer.body) == ([], b"")


FLAWS = {
    "content-security-policy": "default-src 'none'; script-src 'self' 'unsafe-inline'",
    "strict-transport-security": "max-age=60",
    "x-content-type-options": "",
    "set-cookie": "__Host-session=x; Path=/; SameSite=Lax",
}


@pytest.mark.parametrize("name", FLAWS)
def test_the_grades_notice(site: Site, name: str) -> None:
    good = site.guest.get("/accounts/login/")
    bad: Answer = replace(
        good,
        headers={**good.headers, name: FLAWS[name]},
        cookies=[FLAWS[name]] if name == "set-cookie" else good.cookies,
    )

    assert grade(bad)[1] < grade(good)[1]
