"""Pages of somebody who has second factors, and of who is asked again who they are."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from tests import second_factors
from tests.accounts.passkeys import Passkey
from tests.factories import PASSWORD, make_user
from tests.journeys.browsing import People
from tests.journeys.places import Places


def second_step(everyone: People, _places: Places) -> Page:
    """The password was right, and an app and a passkey are there to be shown."""
    page = everyone.visits.guest()
    person = _with_factors()
    page.goto(reverse("account_login"))
    page.locator("[name=login]").fill(person.email)
    page.locator("form.sign-in [name=password]").fill(PASSWORD)
    page.locator("form.sign-in button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    return page


def own_factors(everyone: People, _places: Places) -> Page:
    """Some of each kind."""
    return _at(everyone, "mfa_index")


def an_app_to_remove(everyone: People, _places: Places) -> Page:
    """Asked once more."""
    return _at(everyone, "mfa_deactivate_totp")


def a_passkey_to_remove(everyone: People, _places: Places) -> Page:
    """Asked once more."""
    return _at(everyone, "mfa_remove_webauthn")


def a_passkey_to_rename(everyone: People, _places: Places) -> Page:
    """With its name."""
    return _at(everyone, "mfa_edit_webauthn")


def codes_shown_once(everyone: People, _places: Places) -> Page:
    """Right after they were made."""
    return _at(everyone, "mfa_view_recovery_codes")


def asked_for_a_code(everyone: People, _places: Places) -> Page:
    """Before something that would do harm."""
    return _at(everyone, "mfa_reauthenticate")


def asked_for_a_passkey(everyone: People, _places: Places) -> Page:
    """The same."""
    return _at(everyone, "mfa_reauthenticate_webauthn")


STATES = (
    *(second_step, own_factors, an_app_to_remove, a_passkey_to_remove, a_passkey_to_rename),
    *(codes_shown_once, asked_for_a_code, asked_for_a_passkey),
)


def _at(everyone: People, route: str) -> Page:
    """Somebody's own page of that route, as they have shown their second factor."""
    person = make_user("Kim")
    page = everyone.visits.signed_in(person.email, PASSWORD)
    second_factors.show_in_browser(page.context.cookies())
    _give_factors(person)
    of_a_passkey = route in {"mfa_remove_webauthn", "mfa_edit_webauthn"}
    passkey = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    page.goto(reverse(route, args=[passkey.pk] if of_a_passkey else []))
    return page


def _with_factors() -> User:
    person = make_user("Kim")
    _give_factors(person)
    return person


def _give_factors(person: User) -> None:
    Passkey(person).enrol(second_factors.recent_browser_of(person))
    second_factors.make_app(person)
    RecoveryCodes.activate(person)
