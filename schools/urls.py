"""The pages that lead into a district."""

from django.urls import path

from schools.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("districts/", home.districts, name="districts"),
]
