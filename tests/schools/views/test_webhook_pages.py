"""The pages where a district admin says who is told of what happens, and sees whether they were."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from schools.models import District, EventType, Membership, Role, Webhook, WebhookDelivery
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.factories import make_district, seat
from tests.receiver import OK, Receiver, receiver, status
from tests.schools.webhooks.telling import deliver, deliveries, happen, read, states

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/d/riverbend/webhooks/"
URL = "https://hooks.example.org/ninefold"
NOTHING = "01890a5d-ac96-774b-bcce-b302099a8057"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")


@pytest.fixture
def district() -> District:
    return make_district("Riverbend", slug="riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture
def browser(admin: Membership) -> Client:
    return signed_in(admin)


@pytest.fixture
def there(settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_LOOPBACK_HOSTS = ["127.0.0.1"]
    with receiver() as state:
        yield state


@pytest.fixture
def hook(admin: Membership, there: Receiver) -> Webhook:
    """One that is told of everything."""
    return made_by(admin, there.url)


def signed_in(who: Membership) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def made_by(admin: Membership, url: str = URL) -> Webhook:
    with district_scope(admin.district_id):
        return managing.make_webhook(by=admin, url=url, event_types=EventType.values)[0]


def form(**fields: Any) -> dict[str, Any]:
    return {"url": URL, "description": "Warehouse", "event_types": ["cycle.submitted"]} | fields


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


def said(answer: HttpResponse) -> list[str]:
    """What the page that the form led to tells its reader on top."""
    return [str(message) for message in answer.context["messages"]]  # type: ignore[attr-defined]


def secrets(answer: HttpResponse) -> list[str]:
    return SECRET.findall(words(answer))


def all_of(district: District) -> list[Webhook]:
    with district_scope(district.pk):
        return list(Webhook.objects.all())


def test_its_secret_is_shown_once_and_kept_nowhere(browser: Client, district: District) -> None:
    answer = browser.post(PAGE, form())

    (made,) = all_of(district)
    (secret,) = secrets(answer)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert (made.url, made.event_types, made.is_active) == (URL, ["cycle.submitted"], True)
    assert secret not in made.secret
    assert secrets(browser.get(PAGE)) == secrets(browser.get(f"{PAGE}{made.pk}/")) == []
    assert "Warehouse" in words(browser.get(PAGE))


@pytest.mark.parametrize(
    "fields",
    [
        *({"url": ""}, {"url": "http://hooks.example.org/"}, {"url": "https://10.0.0.1/"}),
        *({"url": f"{URL}\0"}, {"event_types": []}, {"event_types": ["cycle.burned"]}),
        *({"event_types": ["webhook.test"]}, {"description": "a\0"}, {"description": "a" * 201}),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    browser: Client, district: District, fields: dict[str, Any]
) -> None:
    assert browser.post(PAGE, form(**fields)).status_code == 422
    assert all_of(district) == []


def test_what_was_typed_stays_when_it_is_refused(browser: Client) -> None:
    answer = browser.post(
        PAGE, form(url="https://10.0.0.1/in", description="Our own", event_types=["export.ready"])
    )

    page = words(answer)
    assert 'value="https://10.0.0.1/in"' in page
    assert 'value="Our own"' in page
    assert page.count(" checked") == 1
    assert "This address cannot be called." in page


def test_a_second_webhook_needs_an_address_of_its_own(browser: Client, district: District) -> None:
    again = [browser.post(PAGE, form()) for _ in range(2)][1]

    assert again.status_code == 422
    assert "There is a webhook for this address." in words(again)
    assert len(all_of(district)) == 1


def test_it_is_changed_and_a_refused_change_changes_nothing(browser: Client, hook: Webhook) -> None:
    page = f"{PAGE}{hook.pk}/"
    refused = browser.post(page, form(url="https://10.0.0.1/", description="Anew"))
    unchanged = read(hook)

    changed = browser.post(page, form(description="Anew"), follow=True)

    assert (refused.status_code, unchanged.url, unchanged.description) == (422, hook.url, "")
    assert 'value="https://10.0.0.1/"' in words(refused)
    assert (read(hook).url, read(hook).event_types) == (URL, ["cycle.submitted"])
    assert "<h1>Anew</h1>" in words(changed)


def test_what_it_misses_while_it_is_paused_is_sent_once_more_later(
    browser: Client, hook: Webhook, there: Receiver
) -> None:
    page = f"{PAGE}{hook.pk}/"
    paused = browser.post(f"{page}state/", {"state": "paused"}, follow=True)
    happen(hook)
    deliver()
    tested = browser.post(f"{page}tests/", follow=True)
    missed = there.messages[:]

    resumed = browser.post(f"{page}state/", {"state": "active"}, follow=True)
    sent = browser.post(f"{page}replays/", {"since": "2020-01-01"}, follow=True)
    deliver()

    assert "It is told of nothing." in words(paused)
    assert said(tested) == ["This webhook is switched off. Resume it first."]
    assert missed == []
    assert "It is told of nothing." not in words(resumed)
    assert said(sent) == ["1 is sent once more."]
    assert [message.json["type"] for message in there.messages] == ["campaign.opened"]


def test_a_state_that_is_none_changes_nothing(browser: Client, hook: Webhook) -> None:
    answer = browser.post(f"{PAGE}{hook.pk}/state/", {"state": "gone"})

    assert (answer.status_code, read(hook).state) == (302, "active")


def test_a_new_secret_is_shown_once_and_both_sign(
    browser: Client, hook: Webhook, there: Receiver
) -> None:
    page = f"{PAGE}{hook.pk}/"

    answer = browser.post(f"{page}secrets/")
    browser.post(f"{page}tests/")
    deliver()

    (secret,) = secrets(answer)
    (message,) = there.messages
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "the secret before this one signs, too." in words(answer)
    assert message.is_signed_by(secret)
    assert len(message.headers["webhook-signature"].split(" ")) == 2
    assert secrets(browser.get(page)) == []
    assert "A new one now would end that at once." in words(browser.get(page))


def test_a_test_event_comes_and_its_page_shows_every_attempt(
    browser: Client, hook: Webhook, there: Receiver
) -> None:
    there.answers = [status(500, body=b"not <b>yet</b>"), OK]

    asked = browser.post(f"{PAGE}{hook.pk}/tests/", follow=True)
    deliver()
    deliver()

    (delivery,) = deliveries(hook)
    log, page = (
        browser.get(f"{PAGE}{hook.pk}/"),
        browser.get(f"{PAGE}{hook.pk}/deliveries/{delivery.pk}/"),
    )
    assert said(asked) == ["A test event is on its way. Look again in a moment."]
    assert "webhook.test" in words(log)
    assert "Delivered" in words(log)
    assert str(delivery.event_id) in words(page)
    assert "not &lt;b&gt;yet&lt;/b&gt;" in words(page)
    assert [outcome in words(page) for outcome in ("(500)", "(200)")] == [True, True]


def test_one_delivery_is_sent_once_more_with_the_same_id(
    browser: Client, hook: Webhook, there: Receiver
) -> None:
    browser.post(f"{PAGE}{hook.pk}/tests/")
    deliver()
    (delivery,) = deliveries(hook)

    answer = browser.post(f"{PAGE}{hook.pk}/deliveries/{delivery.pk}/replays/")
    deliver()

    assert answer.headers["Location"] == f"{PAGE}{hook.pk}/deliveries/{delivery.pk}/"
    assert [message.id for message in there.messages] == [str(delivery.event_id)] * 2
    assert states(hook) == [WebhookDelivery.State.DELIVERED]


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-01"])
def test_a_day_that_is_none_is_refused_and_stays_as_typed(
    browser: Client, hook: Webhook, since: str
) -> None:
    answer = browser.post(f"{PAGE}{hook.pk}/replays/", {"since": since})

    assert answer.status_code == 422
    assert answer.context["replay"]["since"].value() == since


@pytest.mark.parametrize("since", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_time_breaks_nothing(
    browser: Client, hook: Webhook, since: str
) -> None:
    answer = browser.post(f"{PAGE}{hook.pk}/replays/", {"since": since})

    assert answer.status_code in {302, 422}


def test_it_is_removed_by_who_is_sure(browser: Client, hook: Webhook) -> None:
    page = f"{PAGE}{hook.pk}/"

    unsure = browser.post(f"{page}removal/", follow=True)
    still_there = all_of(hook.district)
    sure = browser.post(f"{page}removal/", {"sure": "1"}, follow=True)

    assert said(unsure) == ["Say that you are sure: it cannot be undone."]
    assert still_there == [hook]
    assert (said(sure), all_of(hook.district)) == (["The webhook is removed."], [])
    assert browser.get(page).status_code == 404


def test_it_is_the_district_admins_alone(
    browser: Client, district: District, hook: Webhook
) -> None:
    others = [
        signed_in(seat(district, role)) for role in (Role.SPECIALIST, Role.VIEWER, Role.PRINCIPAL)
    ]

    assert browser.get(PAGE).status_code == 200
    assert [other.get(PAGE).status_code for other in others] == [403, 403, 403]
    assert [other.post(PAGE, form()).status_code for other in others] == [403, 403, 403]
    assert all_of(district) == [hook]


def test_another_district_s_webhook_is_not_there(browser: Client, hook: Webhook) -> None:
    elsewhere = make_district("Millbrook", slug="millbrook")
    theirs = made_by(seat(elsewhere, Role.DISTRICT_ADMIN), "https://hooks.example.org/theirs")
    with district_scope(elsewhere.pk):
        told = managing.send_test(
            theirs, by=Membership.objects.get(district=elsewhere, role=Role.DISTRICT_ADMIN)
        )

    def asked(webhook: object, delivery: object) -> list[int]:
        page = f"{PAGE}{webhook}/"
        answers = [
            *(browser.get(page), browser.post(page, form())),
            browser.get(f"{page}deliveries/{delivery}/"),
            browser.post(f"{page}deliveries/{delivery}/replays/"),
            *(browser.post(f"{page}{name}/", {"sure": 1}) for name in ("secrets", "removal")),
            *(browser.post(f"{page}{name}/", {"state": "paused"}) for name in ("tests", "state")),
            browser.post(f"{page}replays/", {"since": "2020-01-01"}),
        ]
        return [answer.status_code for answer in answers]

    assert asked(theirs.pk, told.pk) == asked(NOTHING, NOTHING) == [404] * 9
    assert browser.get(f"{PAGE}{hook.pk}/deliveries/{told.pk}/").status_code == 404
    assert browser.get(f"/d/millbrook/webhooks/{theirs.pk}/").status_code == 404
    assert read(theirs).is_active
