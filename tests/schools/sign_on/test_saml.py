"""SAML: who gets in by an answer, and by which answers nobody does."""

import base64
import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client

from accounts.models import User
from schools.models import Membership, SignOnProvider
from schools.sign_on import managing
from schools.tenancy import district_scope
from tests.saml_provider import (
    ADDRESS,
    ENTITY,
    OTHER,
    OWN,
    Answer,
    Names,
    asked,
    certificate_of,
)
from tests.schools.sign_on.walking import begin, is_signed_in, links_of, told

pytestmark = pytest.mark.django_db

Lie = Callable[[Answer], Any]
DOCTYPE: Final = '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.fixture
def saml(admin: Membership) -> SignOnProvider:
    fields = {
        **{"name": "Riverbend staff", "issuer": ENTITY, "sso_address": ADDRESS},
        "certificate": certificate_of(OWN),
    }
    with district_scope(admin.district_id):
        provider = managing.add_provider("saml", by=admin)
        managing.change_provider(provider, by=admin, fields=fields)
        provider.refresh_from_db()
    managing.note_trial_of(provider, by=admin)
    with district_scope(admin.district_id):
        return managing.switch(provider, by=admin, on=True)


def come_back(client: Client, provider: SignOnProvider, sent: str, state: str) -> Any:
    """The provider's form comes without a session; the page sends it once more, with it."""
    address = f"/sign-in/back/{provider.pk}/"
    form = {"SAMLResponse": sent, "RelayState": state}
    shown = Client().post(address, form, headers={"Origin": "https://idp.example.org"})
    assert shown.status_code == 200
    assert not shown.cookies
    assert f'value="{state}"' in shown.content.decode()
    return client.post(address, {**form, "onward": "1"})


def walk(client: Client, provider: SignOnProvider, lie: Lie = lambda _answer: None) -> Any:
    answer, state = asked(begin(client, provider)["Location"])
    lie(answer)
    return come_back(client, provider, answer.encoded(), state)


def otherwise(**said: Any) -> Lie:
    def lie(answer: Answer) -> None:
        for name, value in said.items():
            setattr(answer, name, value)

    return lie


def rewritten(pattern: str, by: str) -> Lie:
    """Changed after it was signed."""

    def lie(answer: Answer) -> None:
        def then(xml: str) -> str:
            changed, count = re.subn(pattern, by, xml, count=1, flags=re.DOTALL)
            assert count == 1
            return changed

        answer.then = then

    return lie


def wrapped(place: Callable[[str, str], str]) -> Lie:
    """The signed assertion is moved aside, and another one stands where it stood."""

    def lie(answer: Answer) -> None:
        forged = Answer(answer.request, answer.back, subject="admin-1").assertion()
        forged = forged.replace('ID="_assertion"', 'ID="_forged"')

        def then(xml: str) -> str:
            (signed,) = re.findall(r"<saml:Assertion.*?</saml:Assertion>", xml, re.DOTALL)
            return xml.replace(signed, place(signed, forged))

        answer.then = then

    return lie


def _inside_the_signature(signed: str, forged: str) -> str:
    signature = re.findall(r"<ds:Signature.*?</ds:Signature>", signed, re.DOTALL)[0]
    bare = signed.replace(signature, "")
    held = signature.replace("</ds:Signature>", f"<ds:Object>{bare}</ds:Object></ds:Signature>")
    return forged.replace("<saml:Subject>", f"{held}<saml:Subject>", 1)


def _in_the_extensions(signed: str, forged: str) -> str:
    return f"<samlp:Extensions>{signed}</samlp:Extensions>{forged}"


# Five minutes are forgiven, and while the answer is on its way its beginning comes nearer.
_TOO_EARLY: Final = otherwise(starts=360)
_TOO_LATE: Final = otherwise(ends=-301)
LIES: Final[dict[str, Lie]] = {
    "is not signed": otherwise(signed_with=None),
    "is signed by another": otherwise(signed_with=OTHER),
    "is signed around the assertion alone": otherwise(signs="response"),
    "is signed with SHA-1": otherwise(algorithm=Names.RSA_SHA1),
    "is digested with SHA-1": otherwise(digest=Names.SHA1),
    "was changed after it was signed": rewritten("ana-1", "bob-1"),
    "has lost its signature": rewritten("<ds:Signature.*</ds:Signature>", ""),
    "is of another issuer": otherwise(issuer="https://another.example.org"),
    "is no success": otherwise(status="Responder"),
    "is for another audience": otherwise(audience="https://another.example.org"),
    "is for everyone": otherwise(audience=None),
    "is for another address": otherwise(recipient="https://another.example.org"),
    "is for an address that begins with ours": lambda a: setattr(a, "recipient", f"{a.back}x"),
    "is for no address": otherwise(recipient=None),
    "is sent to another address": otherwise(destination="https://another.example.org"),
    "answers another request": otherwise(in_response_to="_another", confirmed_for="_another"),
    "answers another request inside": otherwise(confirmed_for="_another"),
    "answers no request inside": otherwise(confirmed_for=None),
    "answers no request": otherwise(in_response_to=None, confirmed_for=None),
    "is not for its bearer": otherwise(method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"),
    "has expired": _TOO_LATE,
    "never expires": otherwise(ends=None),
    "is of tomorrow": _TOO_EARLY,
    "was confirmed until a while ago": otherwise(confirmation_ends=-90),
    "was confirmed for ever": otherwise(confirmation_ends=None),
    "names people by their address": otherwise(
        name_format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    ),
    "names people for this once": otherwise(
        name_format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    ),
    "names people somehow": otherwise(
        name_format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    ),
    "names nobody": otherwise(subject=""),
    "has a second assertion before": wrapped(lambda signed, forged: forged + signed),
    "has a second assertion after": wrapped(lambda signed, forged: signed + forged),
    "has the signed one in the extensions": wrapped(_in_the_extensions),
    "has the signed one in the signature": wrapped(_inside_the_signature),
    "has a document type": rewritten("<samlp:Response", f"{DOCTYPE}<samlp:Response"),
    "is no XML": otherwise(then=lambda _xml: "<a"),
    "is other XML": otherwise(then=lambda _xml: "<a/>"),
    "is empty": otherwise(then=lambda _xml: ""),
    "is without end": otherwise(then=lambda xml: xml + " " * 300_000),
}


def test_who_comes_back_with_a_signed_assertion_gets_in(
    client: Client, saml: SignOnProvider, ana: User
) -> None:
    answer = walk(client, saml)

    assert answer["Location"] == f"/d/{saml.district.slug}/"
    assert links_of(saml) == [("ana-1", ana.email)]


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_nobody_gets_in_by_an_answer_that(
    client: Client, saml: SignOnProvider, ana: User, lie: Lie
) -> None:
    answer = walk(client, saml, lie)

    assert (answer.status_code, is_signed_in(client), links_of(saml)) == (403, False, [])


@pytest.mark.parametrize("lie", [_TOO_LATE, _TOO_EARLY], ids=["late", "early"])
def test_a_clock_that_is_wrong_is_named(
    client: Client, saml: SignOnProvider, ana: User, lie: Lie
) -> None:
    assert "its clock is wrong" in told(walk(client, saml, lie))


def test_a_comment_in_a_name_does_not_make_it_another_s(
    client: Client, saml: SignOnProvider, ana: User
) -> None:
    """A comment is no part of what was signed: a reader that stops at it reads another name."""
    walk(client, saml, rewritten("ana-1", "ana<!-- x -->-1"))

    assert links_of(saml) in ([], [("ana-1", ana.email)])


def test_whoever_says_once_more_who_they_are_is_asked_there(
    client: Client, saml: SignOnProvider, ana: User
) -> None:
    walk(client, saml, otherwise(signed_in=-7_200))
    assert is_signed_in(client)

    answers = [walk(client, saml, otherwise(signed_in=at)).status_code for at in (-7_200, 0)]

    assert answers == [403, 302]
    assert len(client.session["account_authentication_methods"]) == 2


def test_an_answer_opens_once(client: Client, saml: SignOnProvider, ana: User) -> None:
    answer, state = asked(begin(client, saml)["Location"])
    sent = answer.encoded()
    come_back(client, saml, sent, state)
    client.post("/accounts/logout/")

    assert come_back(client, saml, sent, state).status_code == 403


def test_an_answer_opens_the_browser_alone_that_has_asked_for_it(
    client: Client, saml: SignOnProvider, ana: User
) -> None:
    answer, state = asked(begin(client, saml)["Location"])
    victim = Client()

    refused = come_back(victim, saml, answer.encoded(), state)

    assert (refused.status_code, is_signed_in(victim)) == (403, False)


def test_an_answer_to_an_earlier_request_opens_nothing_with_a_later_state(
    client: Client, saml: SignOnProvider, ana: User
) -> None:
    answer, _state = asked(begin(client, saml)["Location"])
    _other, state = asked(begin(client, saml)["Location"])

    assert come_back(client, saml, answer.encoded(), state).status_code == 403


def test_an_answer_that_nobody_has_asked_for_opens_nothing(
    client: Client, saml: SignOnProvider, ana: User
) -> None:
    sent = Answer(None, f"http://127.0.0.1:8000/sign-in/back/{saml.pk}/").encoded()

    assert come_back(client, saml, sent, "anything").status_code == 403


def test_an_answer_in_the_address_is_none(client: Client, saml: SignOnProvider, ana: User) -> None:
    answer, state = asked(begin(client, saml)["Location"])

    refused = client.get(
        f"/sign-in/back/{saml.pk}/", {"SAMLResponse": answer.encoded(), "state": state}
    )

    assert refused.status_code == 403


def test_the_page_in_between_says_only_what_came_and_runs_nothing_of_it(client: Client) -> None:
    sent = base64.b64encode(b"x").decode() + '"><script>alert(1)</script>'

    page = client.post(
        "/sign-in/back/01920000-0000-7000-8000-000000000099/", {"SAMLResponse": sent}
    )

    assert "<script>alert" not in page.content.decode()


def test_half_a_minute_is_forgiven(client: Client, saml: SignOnProvider, ana: User) -> None:
    walk(client, saml, otherwise(starts=30, ends=200, confirmation_ends=200))

    assert is_signed_in(client)
