"""`Idempotency-Key`: a request that is sent again is answered again, and not done again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.idp.oidc.models import Token
from django.db import connection
from django.utils import timezone

from assessments.models import Cycle
from assessments.tasks import forget_changes
from schools.models import District, KeptAnswer
from schools.tenancy import district_scope
from tests.assessments.writing import read_cell, save
from tests.factories import Membership
from tests.reading import Reader, problem, refused_fields, with_key

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "0c4d8c9e-once"


@pytest.fixture
def writer(district: District) -> Reader:
    return with_key(district)


def comment(cycle: Cycle, text: str = "Why?") -> dict[str, Any]:
    return {"cycle": str(cycle.pk), "text": text}


def kept(district: District) -> list[KeptAnswer]:
    with district_scope(district.pk):
        return list(KeptAnswer.objects.all())


def test_a_request_that_is_sent_again_is_answered_as_it_was(writer: Reader, cycle: Cycle) -> None:
    first = writer.send("POST", "comments", comment(cycle), key=KEY)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        again = writer.send("POST", "comments", comment(cycle), key=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    for name in ("ETag", "Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (
        False,
        "true",
    )
    assert len(writer.rows("comments")) == 1


def test_a_change_that_is_sent_again_is_no_conflict(
    writer: Reader, cycle: Cycle, alice: Membership
) -> None:
    address = f"cells/{read_cell(cycle).pk}"
    held = writer.get(address).headers["ETag"]
    first = writer.send("PATCH", address, {"opportunities": "Ours"}, held=held, key=KEY)
    save(read_cell(cycle), alice, opportunities="Hers")

    again = writer.send("PATCH", address, {"opportunities": "Ours"}, held=held, key=KEY)

    assert (again.status_code, again.content) == (200, first.content)
    assert read_cell(cycle).opportunities == "Hers"


def test_a_key_that_came_with_another_request_does_nothing(writer: Reader, cycle: Cycle) -> None:
    writer.send("POST", "comments", comment(cycle), key=KEY)

    answer = writer.send("POST", "comments", comment(cycle, "Something else"), key=KEY)

    assert problem(answer) == (422, "idempotency_key_reused")
    assert len(writer.rows("comments")) == 1


def test_what_was_refused_may_be_tried_again_with_its_key(
    writer: Reader, district: District, cycle: Cycle
) -> None:
    refused = writer.send("POST", "comments", comment(cycle, " "), key=KEY)
    done = writer.send("POST", "comments", comment(cycle), key=KEY)

    assert refused_fields(refused) == {"/text": "text_missing"}
    assert done.status_code == 201
    assert len(kept(district)) == 1


def test_words_that_were_refused_are_kept_although_the_key_is_not(
    writer: Reader, district: District, cycle: Cycle, alice: Membership
) -> None:
    address = f"cells/{read_cell(cycle).pk}"
    held = writer.get(address).headers["ETag"]
    save(read_cell(cycle), alice, opportunities="Hers")

    answer = writer.send("PATCH", address, {"opportunities": "Ours"}, held=held, key=KEY)

    with district_scope(district.pk):
        refused = cycle.revisions.filter(was_refused=True).count()
    assert (answer.status_code, refused, kept(district)) == (412, 1, [])


def test_two_callers_may_have_the_same_key(
    writer: Reader, district: District, cycle: Cycle
) -> None:
    writer.send("POST", "comments", comment(cycle, "One"), key=KEY)

    other = with_key(district).send("POST", "comments", comment(cycle, "Two"), key=KEY)

    assert other.status_code == 201
    assert len(writer.rows("comments")) == 2


def test_eight_at_once_do_it_once(district: District, cycle: Cycle, writer: Reader) -> None:
    def send(_number: int) -> Any:
        try:
            return writer.send("POST", "webhooks", hook, key=KEY)
        finally:
            connection.close()

    hook = {"url": "https://hooks.example.org/", "event_types": ["cycle.submitted"]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(writer.rows("webhooks")) == 1


def test_a_token_that_may_not_is_not_told_what_was_answered(
    writer: Reader, district: District, cycle: Cycle
) -> None:
    address = f"cells/{read_cell(cycle).pk}"
    writer.send("PATCH", address, {"opportunities": "Ours"}, held="*", key=KEY)
    token = Token.objects.get(client__api_credential__api_client__district=district)
    token.set_scopes(["roster:read"])
    token.save()

    answer = writer.send("PATCH", address, {"opportunities": "Ours"}, held="*", key=KEY)

    assert problem(answer) == (403, "forbidden")


def test_after_a_day_a_key_is_new(writer: Reader, district: District, cycle: Cycle) -> None:
    writer.send("POST", "comments", comment(cycle), key=KEY)
    with district_scope(district.pk):
        KeptAnswer.objects.update(kept_at=timezone.now() - timedelta(hours=25))

    answer = writer.send("POST", "comments", comment(cycle, "Anew"), key=KEY)

    assert (answer.status_code, len(writer.rows("comments"))) == (201, 2)


def test_the_night_forgets_what_is_older_than_a_day(
    writer: Reader, district: District, cycle: Cycle
) -> None:
    for number in range(2):
        writer.send("POST", "comments", comment(cycle, f"No {number}"), key=f"{KEY}{number}")
    with district_scope(district.pk):
        old = timezone.now() - timedelta(hours=25)
        KeptAnswer.objects.filter(key=f"{KEY}0").update(kept_at=old)

    forget_changes(str(district.pk))

    assert [answer.key for answer in kept(district)] == [f"{KEY}1"]


def test_what_is_kept_is_not_to_be_read_in_the_database(
    writer: Reader, district: District, cycle: Cycle
) -> None:
    answer = writer.send("POST", "comments", comment(cycle, "Candid words"), key=KEY)

    (stored,) = kept(district)
    assert answer.status_code == 201
    assert "Candid" not in stored.body + str(stored.headers) + stored.request


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(writer: Reader, cycle: Cycle, key: str) -> None:
    answer = writer.send("POST", "comments", comment(cycle), key=key)

    assert problem(answer) == (400, "idempotency_key_invalid")
    assert writer.rows("comments") == []


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE"])
def test_what_cannot_be_done_at_an_address_is_told_before_its_key_or_query_is_read(
    writer: Reader, cycle: Cycle, method: str
) -> None:
    writer.send("POST", "comments", comment(cycle), key=KEY)

    answers = [
        writer.send(method, "comments", comment(cycle), key=KEY),
        writer.client.generic(method, f"{writer.base}changes/?cursor=none&limit=none"),
    ]

    assert [problem(answer) for answer in answers] == [(405, "method_not_allowed")] * 2
