"""Webhooks over the API: made, read, changed, tested, replayed, removed; by whom, and of whom."""

from collections.abc import Iterator
from json import dumps
from typing import Any

import pytest

from schools.models import District, EventType, Membership, Role, Webhook
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, seat
from tests.reading import Reader, problem, signed_in, with_key
from tests.receiver import OK, Receiver, receiver, status
from tests.schools.webhooks.telling import deliver, happen, read

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://hooks.example.org/ninefold"


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def reader(district: District) -> Reader:
    return with_key(district, "webhooks:read", "webhooks:write")


@pytest.fixture
def there(settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_LOOPBACK_HOSTS = ["127.0.0.1"]
    with receiver() as state:
        yield state


def send(reader: Reader, method: str, resource: str, body: Any = None) -> Any:
    return reader.client.generic(
        method, f"{reader.base}{resource}/", _json(body), content_type="application/json"
    )


def _json(body: Any) -> str:
    return "" if body is None else body if isinstance(body, str) else dumps(body)


def make(reader: Reader, **body: Any) -> Any:
    return send(reader, "POST", "webhooks", {"url": URL, "event_types": ["cycle.submitted"]} | body)


def pointers(answer: Any) -> dict[str, str]:
    return {error.get("pointer", ""): error["code"] for error in answer.json()["errors"]}


def test_a_webhook_is_made_and_its_secret_shown_once(reader: Reader) -> None:
    answer = make(reader, description="Warehouse")

    made = answer.json()
    address = f"{reader.base}webhooks/{made['id']}/"
    assert (answer.status_code, answer.headers["Location"]) == (201, f"http://testserver{address}")
    assert made.pop("secret").startswith("whsec_")
    assert reader.get(address).json() == made
    assert reader.rows("webhooks") == [made]
    assert (made["url"], made["event_types"], made["state"], made["description"]) == (
        URL,
        ["cycle.submitted"],
        "active",
        "Warehouse",
    )


def test_the_secret_is_kept_encrypted(reader: Reader, district: District) -> None:
    secret = make(reader).json()["secret"]

    with district_scope(district.pk):
        kept = Webhook.objects.get().secret
    assert secret.removeprefix("whsec_") not in kept


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"url": "https://10.0.0.1/"}, {"/url": "address_not_allowed"}),
        ({"url": "http://hooks.example.org/"}, {"/url": "address_not_allowed"}),
        ({"url": 7}, {"/url": "wrong_type"}),
        ({"url": None}, {"/url": "wrong_type"}),
        ({"event_types": []}, {"/event_types": "no_event"}),
        ({"event_types": ["cycle.burned"]}, {"/event_types": "event_unknown"}),
        ({"event_types": ["webhook.test"]}, {"/event_types": "event_unknown"}),
        ({"event_types": "cycle.submitted"}, {"/event_types": "wrong_type"}),
        ({"event_types": [["cycle.submitted"]]}, {"/event_types": "wrong_type"}),
        ({"description": "a" * 201}, {"/description": "text_too_long"}),
        ({"description": "a\x00"}, {"/description": "control_characters"}),
        ({"description": "\ud800"}, {"/description": "control_characters"}),
        ({"url": "\ud800"}, {"/url": "address_not_allowed"}),
        ({"secret": "whsec_mine"}, {"/secret": "unknown_field"}),
        ({"a/b": 1, "c": 2}, {"/a~1b": "unknown_field", "/c": "unknown_field"}),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    reader: Reader, body: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = make(reader, **body)

    assert (answer.status_code, pointers(answer)) == (400, expected)
    assert reader.rows("webhooks") == []


def test_what_is_no_object_or_no_json_is_refused(reader: Reader) -> None:
    answers = [send(reader, "POST", "webhooks", body) for body in ("[]", '"a"', "{", "")]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert answers[0].json()["code"] == "not_an_object"
    assert pointers(answers[3]) == {"/url": "missing", "/event_types": "missing"}
    form = reader.client.post(f"{reader.base}webhooks/", {"url": URL})
    assert problem(form) == (415, "unsupported_media_type")


def test_an_address_is_told_by_one_webhook(reader: Reader) -> None:
    make(reader)

    assert pointers(make(reader)) == {"/url": "address_taken"}


def test_a_district_has_twenty_at_the_most(reader: Reader) -> None:
    answers = [make(reader, url=f"{URL}/{number}") for number in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {201}
    assert problem(answers[20]) == (400, "too_many_webhooks")


def test_it_is_changed_paused_and_resumed(reader: Reader) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"
    changes = {"event_types": ["theme.accepted", "cycle.reopened"], "state": "paused"}

    paused = send(reader, "PATCH", webhook, changes).json()
    resumed = send(reader, "PATCH", webhook, {"state": "active"}).json()

    assert (paused["event_types"], paused["state"], paused["url"]) == (
        ["cycle.reopened", "theme.accepted"],
        "paused",
        URL,
    )
    assert (resumed["state"], resumed["event_types"]) == ("active", paused["event_types"])
    assert resumed["updated_at"] > paused["updated_at"]
    same = send(reader, "PATCH", webhook, {"state": "active", "url": URL}).json()
    assert same == resumed


def test_a_change_that_is_refused_changes_nothing(reader: Reader) -> None:
    made = make(reader).json()
    webhook = f"webhooks/{made['id']}"

    answers = [
        send(reader, "PATCH", webhook, {"description": "New", "state": "gone"}),
        send(reader, "PATCH", webhook, {"description": "New", "url": "https://[::1]/"}),
    ]

    assert [pointers(answer) for answer in answers] == [
        {"/state": "state_unknown"},
        {"/url": "address_not_allowed"},
    ]
    assert reader.get(webhook).json()["description"] == ""


def test_it_is_removed_with_all_that_it_was_told(reader: Reader) -> None:
    made = make(reader).json()["id"]
    send(reader, "POST", f"webhooks/{made}/tests")

    assert send(reader, "DELETE", f"webhooks/{made}").status_code == 204
    assert problem(reader.get(f"webhooks/{made}")) == (404, "not_found")
    assert problem(send(reader, "DELETE", f"webhooks/{made}")) == (404, "not_found")


def test_a_test_event_comes_and_its_delivery_says_so(reader: Reader, there: Receiver) -> None:
    webhook = make(reader, url=there.url).json()
    there.answers = [status(500, body=b"not yet"), OK]

    asked = send(reader, "POST", f"webhooks/{webhook['id']}/tests")
    deliver()
    deliver()

    (row,) = reader.rows(f"webhooks/{webhook['id']}/deliveries")
    assert (asked.status_code, asked.json()["state"], asked.json()["attempts"]) == (
        202,
        "waiting",
        [],
    )
    assert [(a["outcome"], a["status"], a["answer"]) for a in row["attempts"]] == [
        ("refused", 500, "not yet"),
        ("delivered", 200, "OK"),
    ]
    assert row["payload"] == there.messages[0].json
    assert row["payload"]["data"]["link"].endswith(f"webhooks/{webhook['id']}/")
    assert reader.get(f"webhooks/{webhook['id']}/deliveries/{row['id']}").json() == row
    assert there.messages[0].is_signed_by(webhook["secret"])


def test_both_secrets_sign_for_a_while(reader: Reader, there: Receiver) -> None:
    webhook = make(reader, url=there.url).json()

    rotated = send(reader, "POST", f"webhooks/{webhook['id']}/secrets")
    send(reader, "POST", f"webhooks/{webhook['id']}/tests")
    deliver()

    newer = rotated.json()["secret"]
    assert (rotated.status_code, newer != webhook["secret"]) == (201, True)
    (message,) = there.messages
    assert message.is_signed_by(newer)
    assert message.is_signed_by(webhook["secret"])
    shown = reader.get(f"webhooks/{webhook['id']}").json()
    assert shown["older_secret_until"] == rotated.json()["older_secret_until"]


def test_what_failed_is_sent_once_more_with_the_same_id(
    reader: Reader, there: Receiver, district: District
) -> None:
    webhook = make(reader, url=there.url, event_types=EventType.values).json()
    with district_scope(district.pk):
        hook = Webhook.objects.get()
    there.answers = [status(410), OK]
    happen(hook)
    deliver()
    happen(hook)
    address = f"webhooks/{webhook['id']}"

    switched_off = send(reader, "POST", f"{address}/replays", {"since": "2020-01-01"})
    send(reader, "PATCH", address, {"state": "active"})
    later = send(reader, "POST", f"{address}/replays", {"since": "2999-01-01T00:00:00Z"})
    all_of_them = send(reader, "POST", f"{address}/replays", {"since": "2020-01-01"})
    deliver()

    assert problem(switched_off) == (400, "webhook_switched_off")
    assert (later.json(), all_of_them.json()) == ({"replayed": 0}, {"replayed": 2})
    assert len({message.id for message in there.messages}) == 2
    assert [row["state"] for row in reader.rows(f"{address}/deliveries")] == ["delivered"] * 2
    assert reader.rows(f"{address}/deliveries", state="failed") == []
    one = reader.rows(f"{address}/deliveries")[0]["id"]
    again = send(reader, "POST", f"{address}/deliveries/{one}/replays")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    assert read(hook).failures == 0


@pytest.mark.parametrize("since", ["yesterday", "", "2026-13-01", "\ud800"])
def test_a_moment_that_is_none_is_refused(reader: Reader, since: str) -> None:
    webhook = make(reader).json()["id"]

    answer = send(reader, "POST", f"webhooks/{webhook}/replays", {"since": since})

    assert pointers(answer) == {"/since": "invalid_moment"}


def test_to_read_and_to_write_are_two_scopes(district: District, reader: Reader) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"
    reads, writes = (with_key(district, f"webhooks:{name}") for name in ("read", "write"))

    assert [each.get(webhook).status_code for each in (reads, writes)] == [200, 403]
    assert [send(each, "PATCH", webhook, {}).status_code for each in (reads, writes)] == [403, 200]


def test_of_people_the_district_s_admins_alone(district: District, reader: Reader) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"
    people: list[Membership] = [
        seat(district, Role.DISTRICT_ADMIN),
        seat(district, Role.SPECIALIST),
        seat(district, Role.PRINCIPAL, make_school(district)),
    ]
    readers = [signed_in(who.user, district) for who in people]

    assert [each.get(webhook).status_code for each in readers] == [200, 403, 403]
    assert [send(each, "POST", f"{webhook}/tests").status_code for each in readers] == [
        202,
        403,
        403,
    ]


def test_another_district_s_webhook_is_not_there(reader: Reader) -> None:
    webhook = make(reader).json()["id"]
    stranger = with_key(make_district("Elsewhere"), "webhooks:read", "webhooks:write")
    nothing = "01890a5d-ac96-774b-bcce-b302099a8057"

    for ours in (webhook, nothing):
        answers = [
            stranger.get(f"webhooks/{ours}"),
            stranger.get(f"webhooks/{ours}/deliveries"),
            send(stranger, "PATCH", f"webhooks/{ours}", {"state": "paused"}),
            send(stranger, "DELETE", f"webhooks/{ours}"),
            *(send(stranger, "POST", f"webhooks/{ours}/{n}") for n in ("secrets", "tests")),
            send(stranger, "POST", f"webhooks/{ours}/replays", {"since": "2020-01-01"}),
        ]
        assert {problem(answer) for answer in answers} == {(404, "not_found")}
