"""The OpenAPI document and the page that shows it. Nobody needs to sign in to read them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# Importing it makes the ways to sign in known to the document.
from config.api import schema as schema
from config.api.problems import not_found


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest) -> HttpResponse:
    """An address that the API does not have; perhaps only its last slash is missing."""
    if request.path_info.endswith("/") or _leads_nowhere(f"{request.path_info}/"):
        return not_found(request)
    return not_found(request, _("Addresses of the API end with a slash. This one has none."))


class Schema(SpectacularAPIView):
    """The document: YAML, or JSON for who accepts `application/json`."""


class Docs(SpectacularSwaggerSplitView):
    """The page. Its script comes from an address of its own, so that nothing is inline."""

    url_name = "api-schema"
    template_name = "api/docs.html"


def _leads_nowhere(path: str) -> bool:
    return resolve(path).func is nothing_here
