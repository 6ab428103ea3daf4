"""Asks the product as a web server does: the WSGI application with everything it is wrapped in."""

from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from types import ModuleType
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import RequestFactory

from accounts.models import User
from config.wsgi import application


class Caller:
    """Someone who asks, with the headers that say who it is."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._environ = RequestFactory(headers=headers)

    def ask(self, address: str, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> bytes:
        """The body of the answer, which has to have that status."""
        environ = self._environ.get(address, headers=headers).environ
        answered: list[str] = []

        def start_response(line: str, _headers: Any, _error: Any = None) -> Callable[..., None]:
            answered.append(line)
            return lambda _data: None

        response = application(environ, start_response)
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not answered[0].startswith(str(status.value)):
            raise AssertionError(f"{address} answered {answered[0]}: {body[:300]!r}")
        return body


def signed_in(user: User) -> Caller:
    """A person with a session."""
    engine: ModuleType = import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return Caller({"cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"})


def with_key(key: str) -> Caller:
    """A program with a bearer key."""
    return Caller({"authorization": f"Bearer {key}"})
