"""The product speaks Spanish, all of it, to whoever asks for it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format

from accounts import mail
from assessments.instrument import Context
from assessments.models import Cycle
from config import views
from schools.models import Role
from schools.tenancy import district_scope
from tests.architecture.making_sides import make_side
from tests.architecture.routes import Route, all_routes
from tests.architecture.two_districts import Side
from tests.config.english import SHORTEST, english_in, of_the_tool
from tests.config.page_text import NAMES, texts_in
from tests.factories import make_district, make_user, seat

IN_ENGLISH, IN_SPANISH = {"Accept-Language": "en"}, {"Accept-Language": "es"}
NOT_PAGES = ("api/", "admin/")
OUR_APPS = ("accounts", "schools", "assessments")
OUR_MODELS = [model for model in admin.site._registry if model._meta.app_label in OUR_APPS]
SIGNED_OUT = (
    "/accounts/login/",
    "/accounts/inactive/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/0-broken/",
    "/accounts/password/reset/key/done/",
)
SIGNED_IN = ("/accounts/logout/", "/accounts/password/change/", "/accounts/reauthenticate/")
MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
A_YEAR = 365 * 24 * 60 * 60

real_rows = pytest.mark.django_db(transaction=True)


def pages() -> list[Route]:
    """Every address of the product that answers with a page. (PDFs have tests of their own.)"""
    routes = [route for route in all_routes() if not route.pattern.startswith(NOT_PAGES)]
    return [route for route in routes if not route.pattern.endswith(".pdf")]


def addresses(side: Side) -> list[str]:
    """Every page of the district and around it, of this year and of the last."""
    with district_scope(side.district.pk):
        past = Cycle.objects.get(school=side.desk.school, school_year=side.past_year)
    # That page speaks its person's own language, whoever looks.
    token = mail.token_for(make_user("Rosa", language="es"))
    nothing = {"uidb36": "0", "key": "broken", "session_id": UUID(int=7), "pk": 7}
    names = side.names | nothing | {"token": token}
    kinds = [
        names | {"context": context, "cycle_id": cycle_id}
        for context in Context
        for cycle_id in (past.pk, side.desk.cycle.pk)
    ]
    filled = [route.filled(names) for route in pages() for names in kinds]
    queries = ("", f"?year={side.past_year}")
    return [address + query for address in dict.fromkeys(filled) for query in queries]


def sentences_of(answer: HttpResponse) -> set[str]:
    """What the page says, without its names and what is too short to be a sentence."""
    said = (NAMES.sub("", text).strip(" ·") for text in texts_in(answer.content.decode()))
    return {text for text in said if len(text) >= SHORTEST}


def switch_to_spanish(client: Client, address: str) -> tuple[str, dict[str, str]]:
    """Where the footer's form leads, and what its button "Español" sends."""
    page = client.get(address).content.decode()
    form = re.search(r'<form[^>]*action="([^"]*)" class="languages">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form[2])
    assert ("language", "es") in fields
    return form[1], dict(fields) | {"language": "es"}


@real_rows
@pytest.mark.in_turn(3)
@pytest.mark.parametrize("role", [None, Role.SPECIALIST, Role.PRINCIPAL])
def test_no_page_says_a_word_of_ours_in_english(role: Role | None) -> None:
    side = make_side("goldfinch")
    client = Client(headers=IN_SPANISH)
    if role:
        client.force_login((side.desk.people | side.people)[role].user)

    answers = {address: client.get(address) for address in addresses(side)}
    for answer in answers.values():
        answer.close()

    in_english = {
        address: found
        for address, answer in answers.items()
        if not answer.streaming
        if (found := english_in(answer.content.decode()))
    }
    assert in_english == {}
    assert len([answer for answer in answers.values() if answer.status_code == 200]) > 5


@real_rows
@pytest.mark.parametrize("name", ["district", "schools", "campaigns", "campaign_new"])
def test_a_district_that_has_just_begun_is_not_greeted_in_english(name: str) -> None:
    district = make_district("Riverbend")
    client = Client(headers=IN_SPANISH)
    client.force_login(seat(district, Role.DISTRICT_ADMIN, user=make_user("Sam")).user)

    page = client.get(reverse(name, args=[district.slug]))

    assert (page.status_code, english_in(page.content.decode())) == (200, [])


@real_rows
@pytest.mark.parametrize("page", ["changelist", "add"])
@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_the_administration_names_our_things_in_spanish(model: type[Model], page: str) -> None:
    client = Client(headers=IN_SPANISH)
    client.force_login(make_user("Sam", is_staff=True, is_superuser=True))

    answer = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))

    assert answer.status_code in {200, 403}
    assert english_in(answer.content.decode()) == []


@real_rows
def test_the_same_search_finds_what_an_english_page_says() -> None:
    page = Client().get(reverse("account_login")).content.decode()

    assert "A place to think together about how your school learns." in english_in(page)


@real_rows
def test_the_tool_asks_in_spanish() -> None:
    side = make_side("goldfinch")
    client = Client(headers=IN_SPANISH)
    client.force_login(side.desk.people[Role.PRINCIPAL].user)

    page = client.get(reverse("review", args=[side.district.slug, side.desk.cycle.pk]))

    said = texts_in(page.content.decode())
    asked = [text for text in of_the_tool("es") if "?" in text and text in said]
    assert len(asked) == 25


@real_rows
def test_a_conflict_is_told_in_spanish() -> None:
    side = make_side("goldfinch")
    client = Client(headers=IN_SPANISH)
    client.force_login(side.desk.people[Role.PRINCIPAL].user)
    address = reverse("cell", args=[side.district.slug, side.desk.cycle.pk, "team", "beliefs"])
    stale = {"team.beliefs-version": 0, "team.beliefs-opportunities": "Otra cosa"}

    answer = client.post(address, stale, headers=IN_SPANISH)

    assert answer.status_code == 409
    assert english_in(answer.content.decode()) == []


@real_rows
@pytest.mark.parametrize("address", [*SIGNED_OUT, *SIGNED_IN])
def test_signing_in_and_passwords_speak_spanish_too(address: str) -> None:
    """Those pages are allauth's; what they say in English may not be left in Spanish."""
    client = Client()
    if address in SIGNED_IN:
        client.force_login(make_user("Sam"))

    english, spanish = (client.get(address, headers=asking) for asking in (IN_ENGLISH, IN_SPANISH))

    assert (english.status_code, spanish.status_code) == (200, 200)
    assert sentences_of(english) & sentences_of(spanish) == set()


@real_rows
@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/accounts/login/", {}),
        ("/accounts/login/", {"login": "sam@example.org", "password": "not this one"}),
        ("/accounts/password/reset/", {"email": "nobody"}),
        ("/accounts/password/change/", {"oldpassword": "?", "password1": "1", "password2": "2"}),
    ],
)
def test_what_signing_in_refuses_it_refuses_in_spanish(address: str, sent: dict[str, str]) -> None:
    client = Client()
    if address in SIGNED_IN:
        client.force_login(make_user("Sam"))

    english, spanish = (
        client.post(address, sent, headers=asking) for asking in (IN_ENGLISH, IN_SPANISH)
    )

    assert len(sentences_of(english) - sentences_of(client.get(address, headers=IN_ENGLISH))) > 0
    assert sentences_of(english) & sentences_of(spanish) == set()


@real_rows
@pytest.mark.parametrize(
    "error_page",
    [
        lambda request: views.bad_request(request, ValueError()),
        lambda request: views.forbidden(request, PermissionError()),
        lambda request: views.not_found(request, LookupError()),
        views.session_is_stale,
        views.server_error,
    ],
)
def test_what_went_wrong_is_told_in_spanish(error_page: Callable[[Any], HttpResponse]) -> None:
    request = RequestFactory().get("/somewhere/")
    request.user = AnonymousUser()
    pages = {}

    for language in ("en", "es"):
        with translation.override(language):
            pages[language] = error_page(request)

    assert len(english_in(pages["en"].content.decode())) > 1
    assert sentences_of(pages["en"]) & sentences_of(pages["es"]) == set()


@pytest.mark.parametrize("month", range(1, 13))
def test_days_are_written_as_spanish_writes_them(month: int) -> None:
    day = date(2027, month, 3)

    with translation.override("es"):
        written = date_format(day)

    assert written == f"3 de {MONTHS[month - 1]} de 2027"


def test_short_dates_times_and_numbers_cannot_be_misread_in_the_united_states() -> None:
    with translation.override("es"):
        written = [
            date_format(date(2026, 11, 5), "SHORT_DATE_FORMAT"),
            date_format(datetime(2026, 11, 5, 14, 3, tzinfo=UTC), "DATETIME_FORMAT"),
            number_format(1600.5, force_grouping=True),
        ]

    assert written == ["5 nov 2026", "5 de noviembre de 2026, 2:03 p.m.", "1,600.5"]


@real_rows
def test_a_campaigns_page_writes_its_dates_in_spanish() -> None:
    side = make_side("goldfinch")
    client = Client(headers=IN_SPANISH)
    client.force_login(side.people[Role.SPECIALIST].user)

    page = client.get(reverse("campaign", args=[side.district.slug, side.campaign.pk]))

    due = side.campaign.due_on
    expected = f"{due.day} de {MONTHS[due.month - 1]} de {due.year}"
    assert expected in texts_in(page.content.decode())


@real_rows
def test_the_switch_in_the_footer_leads_back_and_is_remembered_for_a_year() -> None:
    client = Client(headers=IN_ENGLISH)
    action, sent = switch_to_spanish(client, "/about/?from=footer")

    answer = client.post(action, sent)

    cookie = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (answer.status_code, answer["Location"]) == (302, "/about/?from=footer")
    assert (cookie.value, cookie["max-age"]) == ("es", A_YEAR)
    assert '<html lang="es">' in client.get("/about/").content.decode()


@real_rows
def test_a_person_reads_their_own_language_until_this_browser_chose_another() -> None:
    client = Client(headers=IN_ENGLISH)
    client.force_login(make_user("Sam", language="es"))
    before = client.get("/about/").headers["Content-Language"]

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert (before, client.get("/about/").headers["Content-Language"]) == ("es", "en")
