"""What every answer carries, whoever gives it: pages, API, admin, files, redirects, refusals."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

# What no page of ours asks a device for. A browser warns of names that it does not know: these
# are old enough for all. Passkeys are left to ourselves, which is the browser's own rule.
UNUSED_FEATURES: Final = (
    *("accelerometer", "camera", "display-capture", "geolocation", "gyroscope"),
    *("magnetometer", "microphone", "midi", "payment", "usb"),
)


class AnswerHeadersMiddleware:
    """Stays out of caches unless it is one of our files; of use to our own pages alone.

    Stands before all others, so that what they answer themselves has these headers too.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Cache-Control", "private, no-store")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault(
            "Permissions-Policy", ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)
        )
        return response
