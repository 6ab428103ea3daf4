"""Webhooks over the API: made, read, changed, tested, replayed, removed; by whom, and of whom."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from schools.models import District, EventType, Membership, Role, Webhook
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, seat
from tests.racing import all_at_once
from tests.reading import Reader, problem, refused_fields, signed_in, with_key
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


def make(reader: Reader, **body: Any) -> Any:
    return reader.send("POST", "webhooks", {"url": URL, "event_types": ["cycle.submitted"]} | body)


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
        ({"url": 7}, {"/url": "invalid"}),
        ({"url": None}, {"/url": "null"}),
        ({"event_types": []}, {"/event_types": "no_event"}),
        ({"event_types": ["cycle.burned"]}, {"/event_types/0": "invalid_choice"}),
        ({"event_types": ["webhook.test"]}, {"/event_types/0": "invalid_choice"}),
        ({"event_types": "cycle.submitted"}, {"/event_types": "not_a_list"}),
        ({"event_types": [["cycle.submitted"]]}, {"/event_types/0": "invalid_choice"}),
        ({"description": "a" * 201}, {"/description": "text_too_long"}),
        ({"description": "a\x00"}, {"/description": "null_characters_not_allowed"}),
        ({"description": "a\x07"}, {"/description": "control_characters"}),
        ({"secret": "whsec_mine"}, {"/secret": "unknown_field"}),
        ({"a/b": 1, "c": 2}, {"/a~1b": "unknown_field", "/c": "unknown_field"}),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    reader: Reader, body: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = make(reader, **body)

    assert refused_fields(answer) == expected
    assert reader.rows("webhooks") == []


def test_what_is_no_object_or_no_json_is_refused(reader: Reader) -> None:
    answers = [reader.send("POST", "webhooks", body) for body in (b"[]", b'"a"', b"{", b"")]

    assert [answer.status_code for answer in answers] == [422, 422, 400, 422]
    assert refused_fields(answers[3]) == {"/url": "required", "/event_types": "required"}
    form = reader.client.post(f"{reader.base}webhooks/", {"url": URL})
    assert problem(form) == (415, "unsupported_media_type")


def test_an_address_is_told_by_one_webhook(reader: Reader) -> None:
    make(reader)

    assert refused_fields(make(reader)) == {"/url": "address_taken"}


def test_a_district_has_twenty_at_the_most(reader: Reader) -> None:
    answers = [make(reader, url=f"{URL}/{number}") for number in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {201}
    assert problem(answers[20]) == (409, "too_many_webhooks")


def test_it_is_changed_paused_and_resumed(reader: Reader) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"
    changes = {"event_types": ["theme.accepted", "cycle.reopened"], "state": "paused"}

    paused = reader.change(webhook, changes).json()
    resumed = reader.change(webhook, {"state": "active"}).json()

    assert (paused["event_types"], paused["state"], paused["url"]) == (
        ["cycle.reopened", "theme.accepted"],
        "paused",
        URL,
    )
    assert (resumed["state"], resumed["event_types"]) == ("active", paused["event_types"])
    assert resumed["updated_at"] > paused["updated_at"]
    same = reader.change(webhook, {"state": "active", "url": URL}).json()
    assert same == resumed


def test_a_change_that_is_refused_changes_nothing(reader: Reader) -> None:
    made = make(reader).json()
    webhook = f"webhooks/{made['id']}"

    answers = [
        reader.change(webhook, {"description": "New", "state": "gone"}),
        reader.change(webhook, {"description": "New", "url": "https://[::1]/"}),
    ]

    assert [refused_fields(answer) for answer in answers] == [
        {"/state": "invalid_choice"},
        {"/url": "address_not_allowed"},
    ]
    assert reader.get(webhook).json()["description"] == ""


def test_it_is_removed_with_all_that_it_was_told(reader: Reader) -> None:
    made = make(reader).json()["id"]
    reader.send("POST", f"webhooks/{made}/tests")

    stale = reader.send("DELETE", f"webhooks/{made}", held='"another"')
    held = reader.get(f"webhooks/{made}").headers["ETag"]
    gone = reader.send("DELETE", f"webhooks/{made}", held=held)

    assert problem(stale) == (412, "edit_conflict")
    assert (gone.status_code, gone.content) == (204, b"")
    assert problem(reader.get(f"webhooks/{made}")) == (404, "not_found")
    assert problem(reader.send("DELETE", f"webhooks/{made}", held=held)) == (404, "not_found")


def test_a_test_event_comes_and_its_delivery_says_so(reader: Reader, there: Receiver) -> None:
    webhook = make(reader, url=there.url).json()
    there.answers = [status(500, body=b"not yet"), OK]

    asked = reader.send("POST", f"webhooks/{webhook['id']}/tests")
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

    rotated = reader.send("POST", f"webhooks/{webhook['id']}/secrets")
    reader.send("POST", f"webhooks/{webhook['id']}/tests")
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

    switched_off = reader.send("POST", f"{address}/replays", {"since": "2020-01-01"})
    reader.change(address, {"state": "active"})
    later = reader.send("POST", f"{address}/replays", {"since": "2999-01-01T00:00:00Z"})
    all_of_them = reader.send("POST", f"{address}/replays", {"since": "2020-01-01"})
    deliver()

    assert problem(switched_off) == (409, "webhook_switched_off")
    assert (later.json(), all_of_them.json()) == ({"replayed": 0}, {"replayed": 2})
    assert len({message.id for message in there.messages}) == 2
    assert [row["state"] for row in reader.rows(f"{address}/deliveries")] == ["delivered"] * 2
    assert reader.rows(f"{address}/deliveries", state="failed") == []
    one = reader.rows(f"{address}/deliveries")[0]["id"]
    again = reader.send("POST", f"{address}/deliveries/{one}/replays")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    assert read(hook).failures == 0


@pytest.mark.parametrize("since", ["yesterday", "", "2026-13-01", 20260101])
def test_a_moment_that_is_none_is_refused(reader: Reader, since: Any) -> None:
    webhook = make(reader).json()["id"]

    answer = reader.send("POST", f"webhooks/{webhook}/replays", {"since": since})

    assert refused_fields(answer) == {"/since": "invalid"}


def test_who_may_write_may_read_too(district: District, reader: Reader) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"
    reads, writes = (with_key(district, f"webhooks:{name}") for name in ("read", "write"))

    assert [each.get(webhook).status_code for each in (reads, writes)] == [200, 200]
    assert [each.send("PATCH", webhook, {}, held="*").status_code for each in (reads, writes)] == [
        403,
        200,
    ]


def test_of_people_the_district_s_admins_alone(district: District, reader: Reader) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"
    people: list[Membership] = [
        seat(district, Role.DISTRICT_ADMIN),
        seat(district, Role.SPECIALIST),
        seat(district, Role.PRINCIPAL, make_school(district)),
    ]
    readers = [signed_in(who.user, district) for who in people]

    assert [each.get(webhook).status_code for each in readers] == [200, 403, 403]
    assert [each.send("POST", f"{webhook}/tests").status_code for each in readers] == [
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
            stranger.send("PATCH", f"webhooks/{ours}", {"state": "paused"}, held="*"),
            stranger.send("DELETE", f"webhooks/{ours}", held="*"),
            *(stranger.send("POST", f"webhooks/{ours}/{n}") for n in ("secrets", "tests")),
            stranger.send("POST", f"webhooks/{ours}/replays", {"since": "2020-01-01"}),
        ]
        assert {problem(answer) for answer in answers} == {(404, "not_found")}


def test_of_two_who_change_one_webhook_at_once_the_second_learns_of_the_first(
    district: District, reader: Reader
) -> None:
    made = make(reader)
    address, held = f"webhooks/{made.json()['id']}", made.headers["ETag"]

    def say(text: str) -> Any:
        return with_key(district).send("PATCH", address, {"description": text}, held=held)

    answers = all_at_once(partial(say, "one"), partial(say, "two"))

    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, problem(lost)) == (200, (412, "edit_conflict"))
    assert lost.json()["current"] == won.json()


@pytest.mark.parametrize("resource", ["secrets", "tests"])
def test_where_nothing_is_sent_a_body_is_refused(reader: Reader, resource: str) -> None:
    webhook = f"webhooks/{make(reader).json()['id']}"

    answer = reader.send("POST", f"{webhook}/{resource}", {"days": 3})

    assert refused_fields(answer) == {"/days": "unknown_field"}


def test_a_host_s_name_is_as_short_as_the_net_has_it(reader: Reader) -> None:
    answer = make(reader, url=f"https://{'a' * 64}.example.org/")

    assert refused_fields(answer) == {"/url": "address_not_allowed"}
