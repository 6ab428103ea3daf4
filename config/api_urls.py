"""Every address of the API."""

from importlib.util import find_spec

from django.urls import include, path
from django.utils.module_loading import import_string

from config.api import documents

urlpatterns = [
    path("schema/", documents.Schema.as_view(), name="api-schema"),
    path("docs/", documents.Docs.as_view(), name="api-docs"),
    path("districts/<slug:district_slug>/", include("schools.api.urls")),
    path("districts/<slug:district_slug>/", include("assessments.api.urls")),
]

# TEMPORARY: allauth's views import `requests`, which its extra idp-oidc does not bring along and
# our lock file does not have yet. With it, import config.api.tokens at the top instead.
if find_spec("requests"):
    urlpatterns += [
        path("token/", import_string("config.api.tokens.token"), name="api-token"),
        path("revoke/", import_string("config.api.tokens.revoke"), name="api-revoke"),
    ]
