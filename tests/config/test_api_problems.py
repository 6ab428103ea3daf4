"""What the API says when it cannot do what it was asked."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import path
from rest_framework import exceptions
from rest_framework.views import APIView

from config import api
from config.urls import handler400, handler404, handler500  # noqa: F401 - of this URLconf too
from schools.api.versions import VersionStale
from schools.models import District
from tests.factories import make_district
from tests.reading import problem, with_key

pytestmark = pytest.mark.django_db(transaction=True)


class Refusing(APIView):
    """Raises what the test says, after having written something."""

    authentication_classes = ()
    permission_classes = ()
    error: Exception = Exception()

    def post(self, request: Any) -> None:
        District.objects.create(name="Half done", slug="half-done")
        raise self.error


urlpatterns = [path("api/refusing/", Refusing.as_view())]


@pytest.fixture
def refused(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.ROOT_URLCONF = __name__

    def ask(error: Exception) -> Any:
        monkeypatch.setattr(Refusing, "error", error)
        return Client(raise_request_exception=False).post("/api/refusing/")

    return ask


def kept() -> bool:
    with transaction.atomic():
        return District.objects.filter(slug="half-done").exists()


def test_an_address_that_leads_nowhere_answers_as_a_row_that_is_absent() -> None:
    district = make_district()
    reader = with_key(district)

    nowhere = Client().get("/api/v1/nowhere/")
    broken_id = reader.get("cycles/broken")
    absent = reader.get(f"cycles/{district.pk}")

    assert [problem(answer) for answer in (nowhere, broken_id, absent)] == [(404, "not_found")] * 3
    assert nowhere.content == broken_id.content == absent.content


def test_a_nul_in_an_address_leads_nowhere() -> None:
    answer = Client().get("/api/v1/districts/river%00bend/schools/")

    assert problem(answer) == (404, "not_found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_done_but_reading(method: str) -> None:
    reader = with_key(make_district())

    answer = getattr(reader.client, method)(f"{reader.base}schools/")

    assert problem(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


def test_it_speaks_json_alone() -> None:
    answer = with_key(make_district()).get("schools", headers={"Accept": "application/xml"})

    assert problem(answer) == (406, "not_acceptable")


def test_a_problem_is_json_also_where_yaml_is_usual() -> None:
    answer = Client().get("/api/v1/schema/", headers={"Accept": "image/png"})

    assert problem(answer) == (406, "not_acceptable")


def test_a_problem_speaks_the_language_that_was_asked_for() -> None:
    answer = Client().get("/api/v1/nowhere/", headers={"Accept-Language": "es"})

    assert answer.headers["Content-Language"] == "es"


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_an_address_without_its_last_slash_leads_nowhere(method: str) -> None:
    answer = Client().generic(method, "/api/v1/districts/riverbend/cycles")

    assert problem(answer) == (404, "not_found")
    assert "end with a slash" in answer.json()["detail"]


def test_a_mistake_of_ours_is_a_problem_document_too(refused: Any) -> None:
    answer = refused(RuntimeError("nobody foresaw this"))

    assert problem(answer) == (500, "server_error")
    assert not kept()


def test_an_unreadable_request_is_a_problem_document_too() -> None:
    answer = Client().get("/api/v1/nowhere/", headers={"Host": "not a host"})

    assert problem(answer) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionDenied(), (403, "forbidden")),
        (exceptions.ParseError(), (400, "malformed_request")),
        (exceptions.UnsupportedMediaType("text/plain"), (415, "unsupported_media_type")),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    refused: Any, error: Exception, expected: tuple[int, str]
) -> None:
    answer = refused(error)

    assert problem(answer) == expected
    assert not kept()


def test_who_asks_too_often_is_told_when_to_come_back(refused: Any) -> None:
    answer = refused(exceptions.Throttled(wait=30))

    assert problem(answer) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "30"


def test_the_domain_s_words_come_with_pointers_to_the_fields(refused: Any) -> None:
    late = ValidationError("It cannot close before it is due.", code="too_early")
    long = ValidationError("At most %(longest)d.", code="text_too_long", params={"longest": 9})

    answer = refused(ValidationError({"closes_on": late, "a/b~c": long}))

    assert problem(answer) == (422, "invalid")
    assert answer.json()["errors"] == [
        {
            "pointer": "/closes_on",
            "code": "too_early",
            "detail": "It cannot close before it is due.",
        },
        {"pointer": "/a~1b~0c", "code": "text_too_long", "detail": "At most 9."},
    ]


def test_a_refusal_for_one_reason_has_its_code(refused: Any) -> None:
    answer = refused(ValidationError("This campaign is closed.", code="campaign_closed"))

    assert problem(answer) == (409, "campaign_closed")
    assert answer.json()["title"] == "Not valid"
    assert answer.json()["detail"] == "This campaign is closed."


def test_a_stale_write_is_answered_with_what_stands_there_now(refused: Any) -> None:
    answer = refused(VersionStale({"code": "team.beliefs", "opportunities": "Weekly"}))

    assert problem(answer) == (412, "edit_conflict")
    assert answer.json()["current"] == {"code": "team.beliefs", "opportunities": "Weekly"}


def test_what_the_domain_keeps_of_a_refused_write_stays(refused: Any) -> None:
    refused(VersionStale({}))

    assert kept()


def test_every_problem_has_a_title_and_a_sentence() -> None:
    document = api.problems.problem(418, "something_new")

    assert document == {
        "type": "urn:ninefold:problem:something_new",
        "title": "Not valid",
        "status": 418,
        "code": "something_new",
        "detail": "This cannot be taken as it is.",
    }


def test_every_code_stands_in_the_documentation() -> None:
    page = (settings.BASE_DIR / "docs" / "api.md").read_text(encoding="utf-8")

    assert [code for code in api.problems._KINDS if f"`{code}`" not in page] == []
