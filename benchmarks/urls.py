"""The product's addresses, and those that only the benchmark asks for."""

from django.urls import path

from benchmarks import views
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as product

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("d/<slug:district_slug>/nothing/", views.empty_page, name="benchmark-empty"),
    *product,
]
