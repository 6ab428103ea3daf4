"""The pages that lead into a district, and those of the programs that it lets in."""

from django.urls import path

from schools.views import api_clients, home

urlpatterns = [
    path("", home.home, name="home"),
    path("districts/", home.districts, name="districts"),
    path("d/<slug:district_slug>/api-clients/", api_clients.api_clients, name="api_clients"),
    path(
        "d/<slug:district_slug>/api-clients/<uuid:api_client_id>/",
        api_clients.api_client,
        name="api_client",
    ),
    path(
        "d/<slug:district_slug>/api-credentials/<uuid:api_credential_id>/revocation/",
        api_clients.revocation,
        name="api_credential_revocation",
    ),
]
