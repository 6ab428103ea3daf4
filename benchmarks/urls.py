"""The product's addresses, and those that only the benchmark asks for."""

from django.urls import include, path

from benchmarks import api_views, views
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

api = [
    path("passed-through/", api_views.PassedThrough.as_view()),
    path("serialized/", api_views.Serialized.as_view()),
    path("nothing/", api_views.Nothing.as_view()),
]
urlpatterns = [
    path("d/<slug:district_slug>/nothing/", views.empty_page),
    path("api/v1/districts/<slug:district_slug>/benchmark/", include(api)),
    *product,
]
