"""Every address of the API."""

from django.urls import include, path, re_path

from config.api import documents, tokens

urlpatterns = [
    path("schema/", documents.Schema.as_view(), name="api-schema"),
    path("docs/", documents.Docs.as_view(), name="api-docs"),
    path("token/", tokens.token, name="api-token"),
    path("revoke/", tokens.revoke, name="api-revoke"),
    path("districts/<slug:district_slug>/", include("schools.api.urls")),
    path("districts/<slug:district_slug>/", include("assessments.api.urls")),
    # An address without its last slash is none: a redirect would lose what is sent there.
    re_path("", documents.nothing_here, name="api-nothing"),
]
