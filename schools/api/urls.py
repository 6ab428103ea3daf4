"""What of a district's API is about its schools; every address begins with the district's."""

from django.urls import path

from schools.api import views

urlpatterns = [
    path("me/", views.Me.as_view(), name="api-me"),
    path("schools/", views.SchoolList.as_view(), name="api-schools"),
    path("schools/<uuid:school_id>/", views.SchoolDetail.as_view(), name="api-school"),
]
