"""The OpenAPI document and the page that shows it. Nobody needs to sign in to read them."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

# Importing it makes the ways to sign in known to the document.
from config.api import schema as schema


class Schema(SpectacularAPIView):
    """The document: YAML, or JSON for who accepts `application/json`."""


class Docs(SpectacularSwaggerSplitView):
    """The page. Its script comes from an address of its own, so that nothing is inline."""

    url_name = "api-schema"
    template_name = "api/docs.html"
