"""What stands in a log, and what never does."""

import http.client
import io
import logging
import re
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client

from accounts.mail import token_for
from config.logs import LEFT_OUT, OneLineFormatter, masked
from schools.models import Role
from tests.architecture.routes import all_routes
from tests.factories import PASSWORD, make_district, seat
from tests.reading import make_key
from tests.running import watched_web_server

SECRET_ARGUMENTS = {"token", "key"}
CANARY = "quetzal"
_GAP = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)")


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger that writes as ours do."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    line = settings.LOGGING["formatters"]["line"]
    handler.setFormatter(OneLineFormatter(line["format"], style=line["style"]))
    logger = logging.getLogger("tests.log")
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def test_a_line_break_that_somebody_sent_begins_no_line(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log

    logger.warning("Signed in: %s", "al\r\n2027-01-01 INFO all is well\x1b[2J\u2028")

    assert len(written.getvalue().splitlines()) == 1
    assert r"al\r\n2027-01-01 INFO all is well\x1b[2J\u2028" in written.getvalue()


def test_a_traceback_cannot_pass_for_a_line_of_its_own(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log

    try:
        raise ValueError("odd\n2027-01-01 00:00:00 INFO all is well")
    except ValueError:
        logger.exception("It failed")

    first, *others = written.getvalue().splitlines()
    assert first.endswith("It failed")
    assert all(line.startswith("    ") for line in others)


@pytest.mark.django_db
def test_a_row_that_the_database_refused_is_not_quoted(
    log: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, written = log

    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO schools_district (id, name, slug) VALUES (NULL, %s, %s)",
                [f"{CANARY} district\n\nof words", CANARY],
            )
    except IntegrityError as refused:
        assert CANARY in str(refused)  # noqa: PT017 - or the test would show nothing
        logger.exception("It failed")

    assert "null value in column" in written.getvalue()
    assert f"DETAIL: {LEFT_OUT}" in written.getvalue()
    assert CANARY not in written.getvalue()


@pytest.mark.parametrize(
    "secret",
    [
        f"Authorization: Bearer {CANARY}",
        f"Authorization: Basic {CANARY}==",
        f"POST /x?password={CANARY}&a=b",
        f"client_secret={CANARY}",
        f"Cookie: __Host-session={CANARY}; a=b",
        f"GET https://ninefold.example/accounts/mail/{CANARY}/?a=b",
        f"GET /sign-in/riverbend/?next=%2Finvitations%2F{CANARY}%2F",
        f"GET /sign-in/riverbend/with/1/?invitation={CANARY}:1:x",
    ],
)
def test_what_lets_somebody_in_is_left_out(secret: str) -> None:
    assert CANARY not in masked(secret)


def test_every_route_whose_address_lets_somebody_in_is_known() -> None:
    risky = [route for route in all_routes() if SECRET_ARGUMENTS & route.keywords]
    filled = {"/" + _GAP.sub(CANARY, it.pattern).replace("^", "").rstrip("$") for it in risky}

    assert filled
    assert [address for address in filled if CANARY in masked(address)] == []


@pytest.mark.django_db(transaction=True)
def test_nothing_that_lets_anybody_in_nor_any_word_is_in_a_web_server_s_log() -> None:
    district = make_district(slug="riverbend")
    person = seat(district, Role.PRINCIPAL).user
    key, mail = make_key(district, ("cycles:read",)), token_for(person)
    reset = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    client = Client()
    client.force_login(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    asked = [
        ("GET", f"/accounts/mail/{mail}/", {}, None),
        ("GET", f"/accounts/mail/{mail}broken/", {}, None),
        ("GET", f"/accounts/password/reset/key/{reset}/", {}, None),
        ("GET", f"/accounts/password/reset/key/{reset}/nowhere", {}, None),
        ("GET", f"/d/riverbend/?q={CANARY}", {"Cookie": f"sessionid={session}"}, None),
        ("GET", f"/d/nowhere/?token={CANARY}", {"Referer": f"https://x/{CANARY}"}, None),
        ("GET", "/api/v1/districts/riverbend/cycles/", {"Authorization": f"Bearer {key}"}, None),
        ("POST", "/api/v1/token/", {}, {"client_id": "x", "client_secret": CANARY}),
        ("POST", "/accounts/login/", {}, {"login": person.email, "password": PASSWORD}),
        ("GET", "/about/", {"User-Agent": CANARY, "Host": "other.example"}, None),
    ]

    with watched_web_server({"LOG_LEVEL": "DEBUG"}) as (address, child):
        for method, path, headers, form in asked:
            place = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            place.request(method, path, urlencode(form) if form else None, kind | headers)
            place.getresponse().read()
            place.close()
        said = child.log.read_text()

    assert said.count("/accounts/mail/") >= 2
    secrets = {CANARY, PASSWORD, key, mail, mail.partition(":")[2], reset, session}
    assert {secret for secret in secrets if secret in said} == set()
