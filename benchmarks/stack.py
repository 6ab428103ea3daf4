"""Asks the product as a web server does: the WSGI application with everything it is wrapped in."""

from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.test import RequestFactory

from accounts.models import User
from config.wsgi import application
from tests.second_factors import show


class Caller:
    """Someone who asks, with the headers that say who it is."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._requests = RequestFactory(headers=headers)

    def ask(self, address: str, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> bytes:
        """The body of the answer, which has to have that status."""
        body, line, _headers = self._answer(address, headers)
        if not line.startswith(str(status.value)):
            raise AssertionError(f"{address} answered {line}: {body[:300]!r}")
        return body

    def drain(self, address: str) -> int:
        """How many bytes come, none of which is kept; the last one is the end of it."""
        environ = self._requests.get(address).environ
        response = application(environ, lambda *_started: lambda _data: None)
        try:
            return sum(map(len, response))
        finally:
            response.close()

    def header(self, name: str, address: str) -> str:
        """A header of the answer."""
        return self._answer(address, {})[2][name]

    def _answer(self, address: str, headers: dict[str, str]) -> tuple[bytes, str, dict[str, str]]:
        environ = self._requests.get(address, headers=headers).environ
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            line: str, answered: list[tuple[str, str]], _error: Any = None
        ) -> Callable[..., None]:
            started.append((line, answered))
            return lambda _data: None

        response = application(environ, start_response)
        try:
            body = b"".join(response)
        finally:
            response.close()
        line, answered = started[0]
        return body, line, {name.lower(): value for name, value in answered}


def signed_in(user: User) -> Caller:
    """A person with a session."""
    return Caller({"cookie": session_of(user)})


def session_of(user: User) -> str:
    """A fresh session of a person's, as its cookie; they have just shown a second factor."""
    engine: ModuleType = import_module(settings.SESSION_ENGINE)
    request = RequestFactory().get("/")
    request.session = session = engine.SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    show(request, user)
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def with_key(key: str) -> Caller:
    """A program with a bearer key."""
    return Caller({"authorization": f"Bearer {key}"})
