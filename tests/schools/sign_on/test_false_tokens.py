"""Tokens that are not what they must be: nobody gets in by one, and nobody is linked."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client

from accounts.models import User
from schools.models import SignOnProvider
from tests.oidc_provider import CLIENT, OTHER, OWN, SECRET, OpenIdProvider, key_of, public_key_of
from tests.schools.sign_on.walking import begin, come_back, is_signed_in, links_of, told, walk

pytestmark = pytest.mark.django_db

Lie = Callable[[OpenIdProvider], Any]


def said(**in_token: Any) -> Lie:
    return lambda there: there.in_token.update(in_token)


def at(**seconds: int) -> Lie:
    def lie(there: OpenIdProvider) -> None:
        there.in_token |= {name: int(time.time()) + after for name, after in seconds.items()}

    return lie


def signed_by_nobody(there: OpenIdProvider) -> None:
    there.token = lambda nonce: jwt.encode(_claims(there, nonce), None, algorithm="none")  # type: ignore[method-assign]


def signed_with_the_public_key(there: OpenIdProvider) -> None:
    public = key_of(OWN).public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    there.token = lambda nonce: _hs256(_claims(there, nonce), pem)  # type: ignore[method-assign]


def signed_with_the_secret(there: OpenIdProvider) -> None:
    there.token = lambda nonce: _hs256(_claims(there, nonce), SECRET.encode())  # type: ignore[method-assign]


def with_a_key_of_its_own(there: OpenIdProvider) -> None:
    """The token brings along the key that it is signed with."""
    there.signed_with = OTHER
    there.in_header |= {"kid": OWN, "jwk": public_key_of(OTHER), "jku": f"{there.base}/others"}


def changed_after_signing(there: OpenIdProvider) -> None:
    honest = there.token

    def token(nonce: str) -> str:
        head, _, signature = honest(nonce).split(".")
        forged = jwt.encode({**_claims(there, nonce), "sub": "somebody"}, "x" * 32).split(".")[1]
        return f"{head}.{forged}.{signature}"

    there.token = token  # type: ignore[method-assign]


def of_a_shared_key(there: OpenIdProvider) -> None:
    """Its keys hold one that everybody has."""
    there.keys.append({"kty": "oct", "kid": "shared", "k": "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"})
    there.token = lambda nonce: jwt.encode(  # type: ignore[method-assign]
        _claims(there, nonce), b"x" * 24, algorithm="HS256", headers={"kid": "shared"}
    )


def _claims(there: OpenIdProvider, nonce: str) -> dict[str, Any]:
    now = int(time.time())
    times = {"iat": now, "exp": now + 300}
    return {"iss": there.issuer, "aud": CLIENT, "nonce": nonce, **times, **there.person}


def _hs256(claims: dict[str, Any], secret: bytes) -> str:
    """By hand: the library does not sign with what looks like a key of another kind."""
    parts = ({"alg": "HS256", "typ": "JWT", "kid": OWN}, claims)
    signed = b".".join(_base64(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + _base64(hmac.digest(secret, signed, "sha256"))).decode()


def _base64(what: bytes) -> bytes:
    return base64.urlsafe_b64encode(what).rstrip(b"=")


LIES: Final[dict[str, Lie]] = {
    "of another issuer": said(iss="https://accounts.example.org"),
    "of an issuer that begins like ours": lambda t: said(iss=f"{t.issuer}.example.org")(t),
    "for another client": said(aud="somebody-else"),
    "for several, made for none": said(aud=[CLIENT, "somebody-else"]),
    "for several, made for another": said(aud=[CLIENT, "other"], azp="other"),
    "made for another": said(azp="somebody-else"),
    "for another browser": said(nonce="another"),
    "for no browser": said(nonce=None),
    "for half a letter": said(nonce="\ud800"),
    "with a number for a nonce": said(nonce=7),
    "that has expired": at(exp=-90),
    "that never expires": said(exp=None),
    "of tomorrow": at(iat=90, exp=900),
    "not good yet": at(nbf=90),
    "of no time": said(iat=None),
    "of nobody": said(sub=None),
    "of an empty name": said(sub=""),
    "of a number": said(sub=12),
    "of a name with a NUL": said(sub="ana\x00"),
    "of a name that is too long": said(sub="a" * 257),
    "signed by nobody": signed_by_nobody,
    "signed with the public key as a secret": signed_with_the_public_key,
    "signed with the client's secret": signed_with_the_secret,
    "signed with a key that it brings along": with_a_key_of_its_own,
    "signed with a shared key among its keys": of_a_shared_key,
    "signed with another's key": lambda t: setattr(t, "signed_with", OTHER),
    "signed with its key of another name": lambda t: t.in_header.update(kid="another"),
    "signed with its key for encryption": lambda t: t.keys[0].update(use="enc"),
    "signed otherwise than its key is for": lambda t: t.in_header.update(alg="PS256"),
    "changed after it was signed": changed_after_signing,
    "that is none": lambda t: setattr(t, "made_token", "a.b.c"),
    "without end": lambda t: setattr(t, "made_token", "e" * 30_000),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_nobody_gets_in_by_a_token(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, lie: Lie
) -> None:
    lie(there)

    answer = walk(client, provider, there)

    assert (answer.status_code, is_signed_in(client)) == (403, False)
    assert links_of(provider) == []


@pytest.mark.parametrize("truth", [at(exp=-30), at(iat=30, exp=300), at(nbf=30)])
def test_a_clock_that_is_half_a_minute_wrong_is_forgiven(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, truth: Lie
) -> None:
    truth(there)

    walk(client, provider, there)

    assert is_signed_in(client)


@pytest.mark.parametrize("truth", [at(exp=-90), at(iat=90, exp=900)])
def test_a_clock_that_is_wrong_is_named(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, truth: Lie
) -> None:
    truth(there)

    assert "its clock is wrong" in told(walk(client, provider, there))


@pytest.mark.parametrize(
    "keys",
    [
        [public_key_of(OWN), public_key_of(OTHER)],
        [{"kty": "strange", "kid": "x"}, "no key", public_key_of(OWN)],
        [{k: v for k, v in public_key_of(OWN).items() if k not in {"alg", "use"}}],
    ],
)
def test_the_right_key_is_found_among_others(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, keys: Any
) -> None:
    there.keys = keys

    walk(client, provider, there)

    assert is_signed_in(client)


def test_an_answer_opens_the_browser_alone_that_has_asked_for_it(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    """Else somebody could be signed in as another without knowing it."""
    address = there.authorize(begin(client, provider)["Location"])
    victim = Client()

    answer = come_back(victim, address)

    assert (answer.status_code, is_signed_in(victim)) == (403, False)


def test_an_answer_opens_once(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    address = there.authorize(begin(client, provider)["Location"])
    come_back(client, address)
    client.post("/accounts/logout/")

    answer = come_back(client, address)

    assert (answer.status_code, is_signed_in(client)) == (403, False)


def test_an_answer_after_ten_minutes_opens_nothing(
    client: Client,
    provider: SignOnProvider,
    there: OpenIdProvider,
    ana: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = there.authorize(begin(client, provider)["Location"])
    later = time.time() + 601
    monkeypatch.setattr("schools.sign_on.pending.time.time", lambda: later)

    assert come_back(client, address).status_code == 403


def test_an_answer_for_another_provider_opens_nothing(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    address = there.authorize(begin(client, provider)["Location"])
    elsewhere = address.replace(str(provider.pk), "01920000-0000-7000-8000-000000000099")

    assert come_back(client, elsewhere).status_code == 403


def test_an_answer_that_names_another_issuer_opens_nothing(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    address = there.authorize(begin(client, provider)["Location"])

    answer = come_back(client, f"{address}&iss=https://accounts.example.org")

    assert (answer.status_code, links_of(provider)) == (403, [])


def test_a_code_of_somebody_else_s_opens_nothing(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User
) -> None:
    """PKCE: a code that was stolen is good with its own verifier alone."""
    stolen = there.authorize(begin(Client(), provider)["Location"])
    own = there.authorize(begin(client, provider)["Location"])
    code, own_code = (address.split("code=")[1].split("&")[0] for address in (stolen, own))

    answer = come_back(client, own.replace(own_code, code))

    assert (answer.status_code, is_signed_in(client)) == (403, False)


@pytest.mark.parametrize("sent", ["?error=access_denied", "?code=", "?code=x&error=x", ""])
def test_a_provider_that_says_no_lets_nobody_in(
    client: Client, provider: SignOnProvider, there: OpenIdProvider, ana: User, sent: str
) -> None:
    address, _, query = there.authorize(begin(client, provider)["Location"]).partition("?")
    state = query.split("state=")[1]

    answer = come_back(client, f"{address}{sent or '?'}&state={state}")

    assert (answer.status_code, is_signed_in(client)) == (403, False)


def test_no_other_site_sends_somebody_through(client: Client, provider: SignOnProvider) -> None:
    address = f"/sign-in/{provider.district.slug}/with/{provider.pk}/"

    answer = client.get(address, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer["Location"] == f"/sign-in/{provider.district.slug}/"
