"""How a client gets a token: allauth's own endpoints, and no other part of its provider."""

import json
from collections.abc import Callable
from http import HTTPStatus

from allauth.idp.oidc import views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from config.api.problems import method_not_allowed
from schools.api_clients import is_of_expired

View = Callable[[HttpRequest], HttpResponse]


def _refusing(view: View) -> View:
    """Allauth's `view`, refusing what it would meet with a server error.

    Such as a NUL, which PostgreSQL does not take, or a `resource` that is no address: refused as
    RFC 6749 (5.2) has it.
    """

    @csrf_exempt
    @login_not_required
    def refusing(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return method_not_allowed(request, "POST")
        try:
            return view(request)
        except (DataError, ValidationError):
            description = _("This request could not be read.")
            body = {"error": "invalid_request", "error_description": description}
            return JsonResponse(body, status=400)

    return refusing


def _while_valid(view: View) -> View:
    """Allauth's `view` that gives tokens; who shows an expired credential gets none."""

    def giving(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if response.status_code == HTTPStatus.OK and is_of_expired(_given(response)):
            return JsonResponse({"error": "invalid_client"}, status=HTTPStatus.UNAUTHORIZED)
        return response

    return giving


def _given(response: HttpResponse) -> str:
    value: str = json.loads(response.content).get("access_token", "")
    return value


token = _refusing(_while_valid(views.token))
revoke = _refusing(views.revoke)
