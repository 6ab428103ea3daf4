"""Mails about a person's own account: sent over real SMTP, read as text and as HTML, followed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from config.services.ports import LOOPBACK
from tests.accounts.signing_in import sign_in
from tests.factories import PASSWORD, make_user
from tests.mail_server import MailServer, mail_server, words_of

pytestmark = pytest.mark.django_db(transaction=True)

RESET = "/accounts/password/reset/"
NEW = "another quiet room for thinking"
LINK = re.compile(r"https://ninefold\.example(/[^\s\"<]*)")
# Of all mails that the package can send, those of the apps that are here or will be.
_TEMPLATES = Path(allauth.__file__).parent / "templates"
PREFIXES = sorted(
    str(path.relative_to(_TEMPLATES)).removesuffix("_message.txt")
    for folder in ("account", "mfa", "socialaccount")
    for path in (_TEMPLATES / folder / "email").glob("*_message.txt")
    if path.name != "base_message.txt"
)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, running.port
        settings.PUBLIC_URL = "https://ninefold.example"
        yield running


@pytest.fixture
def maria() -> User:
    return make_user("María", email="maria+school@example.org", language="es")


def links(server: MailServer) -> list[str]:
    """Where the last mail leads, as its text and its HTML both say."""
    mail = server.mails[-1]
    (in_text, in_html) = (LINK.findall(words_of(mail, kind)) for kind in ("plain", "html"))
    assert set(in_text) == set(in_html)
    return list(dict.fromkeys(in_text))


def test_a_forgotten_password_is_chosen_anew_by_the_link_in_a_mail_in_the_person_s_language(
    server: MailServer, maria: User
) -> None:
    browser = Client(headers={"Accept-Language": "en"})
    browser.post(RESET, {"email": "MARIA+school@example.org"})
    (mail,) = server.mails
    reset, home = links(server)

    form = browser.get(reset, follow=True)
    browser.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert mail["To"] == maria.email
    assert mail["Subject"] == "Elija una contraseña nueva"
    assert "Hola, María:" in words_of(mail)
    assert home == "/"
    assert sign_in(Client(), maria.email, NEW).wsgi_request.user == maria
    told = server.mails[-1]
    assert (len(server.mails), told["Subject"]) == (2, "Se cambió su contraseña")


def test_every_page_that_a_notice_links_is_there(server: MailServer, maria: User) -> None:
    browser = Client()
    sign_in(browser, maria.email)

    browser.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    browser = Client()
    sign_in(browser, maria.email, NEW)
    assert links(server) == ["/accounts/password/change/", "/"]
    assert {browser.get(link, follow=True).status_code for link in links(server)} == {200}


def test_a_strange_address_gets_a_mail_that_offers_nothing(server: MailServer) -> None:
    answer = Client().post(RESET, {"email": "nobody@example.org"})

    (mail,) = server.mails
    assert answer.status_code == 302
    assert mail["Subject"] == "There is no account at this address"
    assert links(server) == ["/"]


def test_the_link_leads_to_us_whatever_host_was_asked(
    server: MailServer, maria: User, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    Client().post(RESET, {"email": maria.email}, headers={"Host": "evil.example"})

    (mail,) = server.mails
    assert "evil.example" not in mail.as_string()
    assert len(links(server)) == 2


def test_what_a_browser_says_of_itself_is_in_no_mail(server: MailServer, maria: User) -> None:
    browser = Client(headers={"User-Agent": "Go to https://evil.example now"})
    browser.force_login(maria)

    browser.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )

    (mail,) = server.mails
    assert "evil.example" not in mail.as_string()


def test_a_mail_server_that_is_away_does_not_tell_who_has_an_account(
    settings: Any, maria: User
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, 1

    answers = [Client().post(RESET, {"email": it}) for it in (maria.email, "nobody@example.org")]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, f"{RESET}done/")}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_mail_of_the_package_is_a_letter_of_ours(
    server: MailServer, prefix: str, rf: RequestFactory
) -> None:
    person = make_user("Al\r\nBcc: evil@example.org", email="al@example.org")
    request: HttpRequest = rf.get("/")
    told = {
        "user": person,
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "provider": "Clever",
        "password_reset_url": "https://ninefold.example/accounts/password/reset/",
        "signup_url": "https://ninefold.example/",
        "activate_url": "https://ninefold.example/",
    }

    with context.request_context(request):
        get_adapter().send_mail(prefix, person.email, told)

    (mail,) = server.mails
    assert words_of(mail).startswith("Hello Al Bcc: evil@example.org,\n")
    assert words_of(mail).rstrip().endswith("Ninefold: https://ninefold.example/")
    assert "<p>Hello Al" in words_of(mail, "html")
    assert (mail["Bcc"], mail["Auto-Submitted"]) == (None, "auto-generated")
    assert not {"example.com", "testserver"} & set(re.findall(r"[\w.]+", mail.as_string()))
