"""How a client gets a token: allauth's own endpoints, and no other part of its provider."""

from collections.abc import Callable

from allauth.idp.oidc import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

View = Callable[[HttpRequest], HttpResponse]

NUL = "\0"


def _readable(view: View) -> View:
    """Refuse what allauth would answer with a server error, as OAuth 2 has it (RFC 6749, 5.2)."""

    @csrf_exempt
    @login_not_required
    def checked(request: HttpRequest) -> HttpResponse:
        if any(NUL in value for values in request.POST.lists() for value in values[1]):
            return _refusal("invalid_request", _("This request holds a NUL character."))
        if "resource" in request.POST:
            return _refusal("invalid_target", _("Tokens here are for this API alone."))
        return view(request)

    return checked


def _refusal(error: str, description: str) -> HttpResponse:
    body = {"error": error, "error_description": description}
    return JsonResponse(body, status=400)


token = _readable(views.token)
revoke = _readable(views.revoke)
