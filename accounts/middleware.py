"""The language of the person, before that of the browser; and that the person is here."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts import known_browsers, sessions

Handler = Callable[[HttpRequest], HttpResponse]


class PreferredLanguageMiddleware:
    """Speaks what this browser chose, else what the person prefers, else what it asks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._chosen(request) or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def _chosen(self, request: HttpRequest) -> str:
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if cookie in dict(settings.LANGUAGES):
            return cookie
        # The API speaks English unless asked otherwise; it must not load the session's person.
        if request.path_info.startswith("/api/"):
            return ""
        return getattr(request.user, "language", "")


class SeenMiddleware:
    """Notes that a person is here, so that a session can end which nobody uses; and where.

    After the answer is made, and only where the request has looked at its session.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed:
            sessions.note_seen(request.session)
        known_browsers.mark(request, response)
        return response
