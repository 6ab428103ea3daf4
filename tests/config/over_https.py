"""Production's own settings behind a proxy that ends TLS, asked as that proxy would ask."""

import http.client
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from tempfile import TemporaryDirectory
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.hashers import ScryptPasswordHasher, make_password
from django.core.management import call_command
from django.test import Client, override_settings

from accounts.models import User
from tests.config.observatory import Answer
from tests.factories import PASSWORD
from tests.running import web_server

SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
    "ALLOWED_HOSTS": "127.0.0.1",
    "PUBLIC_URL": "https://ninefold.example",
    "TRUSTED_PROXY_COUNT": "1",
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.StaticFilesStorage"},
}
# Squeezing every file takes ten times as long as naming them.
_UNCOMPRESSED = ("css", "html", "js", "json", "map", "md", "svg", "txt")
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Reply(Answer):
    """An answer with its status."""

    status: int = 0


@dataclass
class Guest:
    """A browser: keeps its cookies, follows nothing by itself."""

    site: str
    jar: dict[str, str] = field(default_factory=dict)
    addresses: str = "192.0.2.7"

    def get(self, path: str, **headers: str) -> Reply:
        """What stands there."""
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str], page: str = "") -> Reply:
        """Send a form, with the token of the page that shows it."""
        token = _TOKEN.search(self.get(page or path).body)
        assert token
        sent = dict(form) | {"csrfmiddlewaretoken": token.group(1).decode()}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(sent), headers=kind)

    def sign_in(self, email: str) -> Reply:
        """Through the form."""
        return self.post("/accounts/login/", {"login": email, "password": PASSWORD})

    def signed_in_as(self, user: User) -> Self:
        """With a session that the site takes for its own."""
        with override_settings(SECRET_KEY=SETTINGS["SECRET_KEY"]):
            client = Client()
            client.force_login(user)
        self.jar["__Host-session"] = client.session.session_key or ""
        return self

    def _ask(
        self, method: str, path: str, body: str | None = None, *, headers: Mapping[str, str]
    ) -> Reply:
        netloc = urlsplit(self.site).netloc
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.addresses}
        cookies = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        own = {"Origin": f"https://{netloc}", "Cookie": cookies}
        connection = http.client.HTTPConnection(netloc, timeout=20)
        connection.request(method, path, body, {**proxied, **own, **headers})
        answer = connection.getresponse()
        lines = answer.headers.get_all("Set-Cookie") or []
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                self.jar[name] = morsel.value
        content = answer.read()
        connection.close()
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Reply(named, lines, content, answer.status)


def for_production(user: User) -> User:
    """The person, with PASSWORD hashed as production does."""
    user.password = make_password(PASSWORD, hasher=ScryptPasswordHasher())
    user.save(update_fields=["password"])
    return user


@contextmanager
def production_site(**environment: Any) -> Iterator[str]:
    """Its address, for `Guest`."""
    with TemporaryDirectory() as folder:
        with override_settings(
            STORAGES=STORAGES,
            STATIC_ROOT=folder,
            WHITENOISE_SKIP_COMPRESS_EXTENSIONS=_UNCOMPRESSED,
        ):
            call_command("collectstatic", interactive=False, verbosity=0)
        with web_server(SETTINGS | {"STATIC_ROOT": folder} | environment) as address:
            yield address
