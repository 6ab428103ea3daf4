"""How a client gets a token: allauth's own endpoints, and no other part of its provider."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

View = Callable[[HttpRequest], HttpResponse]


def _refusing(name: str) -> View:
    """Allauth's view of that name, refusing what it would meet with a server error.

    Such as a NUL, which PostgreSQL does not take, or a `resource` that is no address: refused as
    RFC 6749 (5.2) has it.
    """

    @csrf_exempt
    @login_not_required
    def refusing(request: HttpRequest) -> HttpResponse:
        # TEMPORARY: its module imports `requests`, which its extra idp-oidc forgets to bring
        # along. Import it at the top once `requests` is among our dependencies.
        view: View = import_string(f"allauth.idp.oidc.views.{name}")
        try:
            return view(request)
        except (DataError, ValidationError):
            description = _("This request could not be read.")
            body = {"error": "invalid_request", "error_description": description}
            return JsonResponse(body, status=400)

    return refusing


token = _refusing("token")
revoke = _refusing("revoke")
