"""Who you are to a district, and its schools."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from schools.api import shapes
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id
from schools.api.pages import Row
from schools.api.parameters import by_choice, by_flag, by_nces_schid
from schools.api.resources import DistrictView, ListView
from schools.api.times import Written
from schools.api.versions import answer_unless_known
from schools.models import ApiClient, District, Membership, School, SchoolLevel
from schools.permissions import Action, allowed_actions, may
from schools.querysets import Who

SCHOOL = {
    "id": "id",
    "nces_schid": "nces_schid",
    "name": "name",
    "level": "level",
    "low_grade": "low_grade",
    "high_grade": "high_grade",
    "students": "students",
    "city": "city",
    "group": "group",
    "is_active": "is_active",
    "created_at": Written("created_at"),
    "updated_at": Written("updated_at"),
}


@documented(
    "readMe",
    "Who you are",
    "Who the token or the session belongs to, what it may do here, and the district. "
    "Every caller with a place in the district may ask.",
    tag="me",
    answers=shapes.Me,
)
class Me(DistrictView):
    """The caller's own place."""

    def get(self, request: Request, **_route: Any) -> HttpResponseBase:
        """Who asks."""
        body = {**_person_or_client(self.who), **_rights(self.who, self.district)}
        return answer_unless_known(request, body)


@documented(
    "listSchools",
    "List schools",
    "The district's schools, those changed longest ago first. A person at a school sees their own.",
    tag="schools",
    answers=shapes.School,
)
class SchoolList(ListView):
    """Schools, a page at a time."""

    action = Action.READ_SCHOOLS
    fields = SCHOOL
    parameters: ClassVar = (
        by_choice("level", "Of this level only.", SchoolLevel.values),
        by_flag("is_active", "Only schools that are active, or only those that are not."),
        by_nces_schid("nces_schid", "The school with this NCES id."),
    )

    def rows(self) -> QuerySet[School]:
        """All that the caller may know of."""
        return School.objects.visible_to(self.who)


@documented(
    "readSchool",
    "Read a school",
    "One school by its id.",
    tag="schools",
    answers=shapes.School,
    path=[path_id("school_id", "The school.")],
)
class SchoolDetail(DetailView):
    """One school."""

    action = Action.READ_SCHOOLS
    asks_first = True
    fields = SCHOOL
    named_by = "school_id"

    def rows(self) -> QuerySet[School]:
        """All that the caller may know of."""
        return School.objects.visible_to(self.who)


def _person_or_client(who: Who) -> Row:
    if isinstance(who, Membership):
        name = str(who.user)
        return {"kind": "person", "name": name, "role": who.role, "scopes": []}
    assert isinstance(who, ApiClient)  # noqa: S101 - there is nobody else who asks
    return {"kind": "api_client", "name": who.name, "role": None, "scopes": sorted(who.scopes)}


def _rights(who: Who, district: District) -> Row:
    return {
        "may": sorted(str(action) for action in allowed_actions(who) if may(who, action)),
        "sees_whole_district": who.sees_whole_district,
        "district": _district(district),
    }


def _district(district: District) -> Row:
    return {
        "id": district.pk,
        "slug": district.slug,
        "name": district.name,
        "nces_leaid": district.nces_leaid,
        "time_zone": district.time_zone,
        "this_school_year": district.this_school_year,
    }
