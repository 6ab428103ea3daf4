"""Through a district's own sign-on in a real browser, which keeps cookies from others' forms."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from schools.models import Role, SignOnProvider
from schools.tenancy import district_scope
from tests.factories import make_district, make_user, seat
from tests.journeys.browsing import Visits
from tests.saml_provider import ENTITY, OWN, asked, certificate_of

pytestmark = pytest.mark.django_db(transaction=True)

ANA = "ana@riverbend.example"


@pytest.fixture
def saml_site(site: str) -> Iterator[str]:
    """A provider on another site than ours ("localhost"), where one presses a button."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer, state = asked(self.path)
            there = f"{site}{urlsplit(answer.back or '').path}"
            body = (
                f'<!doctype html><form method="post" action="{there}">'
                f'<input type="hidden" name="SAMLResponse" value="{answer.encoded()}">'
                f'<input type="hidden" name="RelayState" value="{state}">'
                "<button>I am Ana</button></form>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/sso"
        server.shutdown()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_answer_of_another_site_finds_the_session_that_asked_for_it(
    visits: Visits, saml_site: str, scripts: bool
) -> None:
    district = make_district("Riverbend")
    person = make_user("Ana", email=ANA)
    person.set_unusable_password()
    person.save()
    seat(district, Role.SPECIALIST, user=person)
    with district_scope(district.pk):
        SignOnProvider.objects.create(
            **{"district": district, "kind": "saml", "name": "Staff", "issuer": ENTITY},
            **{"sso_address": saml_site, "certificate": certificate_of(OWN)},
            **{"is_on": True, "tried_at": now()},
        )
    page = visits.guest(java_script_enabled=scripts)
    page.goto(f"/sign-in/{district.slug}/")
    page.get_by_role("link", name="Sign in with Staff").click()
    page.get_by_role("button", name="I am Ana").click()
    if not scripts:
        page.get_by_role("button", name="Go on").click()

    expect(page).to_have_url(f"{visits.site}/d/{district.slug}/")
    expect(page.locator(".who")).to_contain_text("Ana")
