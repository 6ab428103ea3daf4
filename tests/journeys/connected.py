"""Pages about a district's programs in a state to which no address leads: a secret, a full log."""

from django.test import override_settings
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Page, expect

from config.services.ports import LOOPBACK
from schools.models import EventType, Membership, Role, SignOnProvider, Webhook
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.factories import PASSWORD, make_district, seat
from tests.journeys import places as demo
from tests.journeys.browsing import People
from tests.journeys.looking import VERY_LONG
from tests.journeys.places import Places
from tests.receiver import OK, receiver, status
from tests.schools.webhooks.telling import deliver, deliveries, happen


def shown_key(everyone: People, places: Places) -> Page:
    """A program was let in, and its key is shown this once."""
    page = everyone.page_of(demo.ADMIN)
    page.goto(next(places.of("api_clients", demo.ADMIN)))
    page.get_by_label("Name").fill(VERY_LONG[:100])
    page.get_by_label("One long-lived key").check()
    page.get_by_label("(roster:read)").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("section[role=status]")).to_contain_text("Keep this now")
    return page


def refused_api_client(everyone: People, places: Places) -> Page:
    """Without a name, and with nothing that it may do."""
    page = everyone.page_of(demo.ADMIN)
    page.goto(next(places.of("api_clients", demo.ADMIN)))
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    return page


def shown_secret(everyone: People, places: Places) -> Page:
    """A webhook was made, and its secret is shown this once."""
    page = everyone.page_of(demo.ADMIN)
    page.goto(next(places.of("webhooks", demo.ADMIN)))
    page.get_by_label("Address").fill(f"https://hooks.example.org/{VERY_LONG}")
    page.get_by_label("A school has submitted its cycle").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    return page


def refused_webhook(everyone: People, places: Places) -> Page:
    """An address within the building, and no event."""
    page = everyone.page_of(demo.ADMIN)
    page.goto(next(places.of("webhooks", demo.ADMIN)))
    page.get_by_label("Address").fill("https://10.0.0.1/")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator(".field-error").first).to_be_visible()
    return page


def told_webhook(everyone: People, _places: Places) -> Page:
    """An active one, with what it was told, what failed, and what is on its way."""
    admin, hook = _told()
    page = everyone.visits.signed_in(admin.user.email, PASSWORD)
    page.goto(_address("webhook", hook))
    expect(page.locator("tbody tr")).to_have_count(3)
    return page


def told_twice(everyone: People, _places: Places) -> Page:
    """A delivery that was refused in many words, and then taken."""
    admin, hook = _told()
    page = everyone.visits.signed_in(admin.user.email, PASSWORD)
    page.goto(_address("webhook_delivery", hook, delivery_id=deliveries(hook)[0].pk))
    expect(page.get_by_text(VERY_LONG)).to_be_visible()
    return page


def own_door(everyone: People, _places: Places) -> Page:
    """A district's own sign-in page, with its one provider."""
    district = make_district("Oakfield")
    with district_scope(district.pk):
        SignOnProvider.objects.create(
            district=district, kind="oidc", name=VERY_LONG[:60], is_on=True, tried_at=now()
        )
    page = everyone.page_of(demo.GUEST)
    page.goto(reverse("sign_in_at", args=[district.slug]))
    expect(page.get_by_role("link", name=VERY_LONG[:60])).to_be_visible()
    return page


STATES = (
    *(shown_key, refused_api_client, shown_secret, refused_webhook, told_webhook, told_twice),
    own_door,
)


def _told() -> tuple[Membership, Webhook]:
    district = make_district("Newfield")
    admin = seat(district, Role.DISTRICT_ADMIN)
    with override_settings(OUTGOING_LOOPBACK_HOSTS=[LOOPBACK]), receiver() as there:
        with district_scope(district.pk):
            hook, _ = managing.make_webhook(
                by=admin, url=there.url, event_types=EventType.values, description="Warehouse"
            )
        there.answers = [status(500, body=VERY_LONG.encode()), OK, status(400)]
        for _event in range(2):
            happen(hook)
            deliver()
            deliver()
    happen(hook)
    return admin, hook


def _address(route: str, hook: Webhook, **names: object) -> str:
    arguments = {"district_slug": hook.district.slug, "webhook_id": hook.pk}
    return reverse(route, kwargs=arguments | names)
