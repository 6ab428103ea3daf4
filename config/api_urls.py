"""Every address of the API."""

from django.urls import include, path

urlpatterns = [
    path("districts/<slug:district_slug>/", include("schools.api.urls")),
    path("districts/<slug:district_slug>/", include("assessments.api.urls")),
]
