"""OpenID Connect: the authorization code flow, with PKCE, a state and a nonce.

Nothing that a provider says of itself is believed before it is checked: its discovery must name the
issuer that the district has entered, its addresses must be public ones, its token must be signed.
"""

import base64
import hashlib
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from django.core.exceptions import ValidationError

from accounts.addresses import one_spelling
from schools.models import SignOnProvider
from schools.outgoing import NotReached, ask, read_address
from schools.sign_on.claims import Claims, RefusedError
from schools.sign_on.kinds import facts_of, is_of_the_tenant, vouches_for_address
from schools.sign_on.pending import new_word
from schools.sign_on.secrets import unlocked
from schools.sign_on.tokens import SKEW, read_token
from schools.text import one_line

OK: Final = 200
LONGEST_CODE: Final = 4_000
LONGEST_NAME: Final = 150
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_BASIC, _POST = "client_secret_basic", "client_secret_post"
_SHOWN: Final = ("iss", "sub", "email", "email_verified", "preferred_username", "name")
_JSON: Final = {"Accept": "application/json"}

Facts = dict[str, str]


def start(
    provider: SignOnProvider, *, back: str, state: str, anew: bool = False
) -> tuple[str, Facts]:
    """Where to send somebody, and what to remember until they come back. Asks the provider.

    Args:
        anew: they are to say there who they are, even if they are signed in there.

    Raises:
        RefusedError: it is down, or says something else than the district has entered.
    """
    found = _discovered(provider.issuer)
    nonce, verifier = new_word(), new_word()
    kind = facts_of(provider)
    query = {
        **kind.asked(provider.tenant),
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": kind.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
        **(kind.asks_anew if anew else {}),
    }
    address = found["authorization_endpoint"]
    there = f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
    kept = ("token_endpoint", "jwks_uri", "userinfo_endpoint", "way")
    facts = {"nonce": nonce, "verifier": verifier, "back": back}
    if query.get("prompt") == "login":
        facts["anew_since"] = str(int(time.time()))
    return there, facts | {name: found[name] for name in kept if name in found}


def finish(provider: SignOnProvider, facts: Facts, answer: Mapping[str, str]) -> Claims:
    """Who has come back. Asks the provider.

    Raises:
        RefusedError: it says no, is down, or says something that is not so.
    """
    code = answer.get("code", "")
    if "error" in answer or not 0 < len(code) <= LONGEST_CODE:
        raise RefusedError("provider_said_no", one_line(answer.get("error", ""))[:100])
    # RFC 9207: an answer of another provider's is none of this one's.
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise RefusedError("token_refused", "iss")
    tokens = _exchanged(provider, facts, code)
    said = read_token(
        tokens.get("id_token"),
        _json(facts["jwks_uri"]),
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=facts["nonce"],
    )
    if not is_of_the_tenant(provider, said):
        raise RefusedError("other_tenant")
    _check_is_new(said, facts)
    return _claims(provider, said if "email" in said else _with_more(said, facts, tokens))


def _discovered(issuer: str) -> dict[str, str]:
    found = _json(issuer.rstrip("/") + _WELL_KNOWN)
    if found.get("issuer") != issuer:
        raise RefusedError("other_issuer", str(found.get("issuer"))[:200])
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    addresses = {name: _allowed(found.get(name)) for name in names}
    if "userinfo_endpoint" in found:
        addresses["userinfo_endpoint"] = _allowed(found["userinfo_endpoint"])
    ways = found.get("token_endpoint_auth_methods_supported")
    return addresses | {"way": _POST if isinstance(ways, list) and _POST in ways else _BASIC}


def _allowed(address: object) -> str:
    """An address of the provider's that may be called."""
    if not isinstance(address, str):
        raise RefusedError("not_understood")
    try:
        read_address(address)
    except NotReached as error:
        raise RefusedError("not_reached", error.code) from error
    return address


def _exchanged(provider: SignOnProvider, facts: Facts, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": facts["back"],
        "code_verifier": facts["verifier"],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    secret = unlocked(provider.secret)
    if facts["way"] == _POST:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    else:
        pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return _json(facts["token_endpoint"], body=urlencode(form).encode(), headers=headers)


def _check_is_new(said: Mapping[str, Any], facts: Facts) -> None:
    """Whoever sits at somebody else's desk can take our question out of the address."""
    since, at = facts.get("anew_since"), said.get("auth_time")
    if since and isinstance(at, int | float) and at < int(since) - SKEW.total_seconds():
        raise RefusedError("not_anew")


def _with_more(
    said: Mapping[str, Any], facts: Facts, tokens: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the provider tells of them beside the token; of them, and of nobody else."""
    token = tokens.get("access_token")
    is_a_token = isinstance(token, str) and token.isascii() and token.isprintable()
    if "userinfo_endpoint" not in facts or not is_a_token:
        return said
    more = _json(facts["userinfo_endpoint"], headers={"Authorization": f"Bearer {token}"})
    if more.get("sub") != said["sub"]:
        raise RefusedError("token_refused", "userinfo")
    # What is signed comes first.
    return {**more, **said}


def _json(
    address: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The object that is there."""
    try:
        answer = ask(address, body=body, headers={**_JSON, **(headers or {})})
    except NotReached as error:
        raise RefusedError("not_reached", error.code) from error
    if answer.status != OK:
        raise RefusedError("not_reached", f"status {answer.status}")
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise RefusedError("not_understood") from error
    if not isinstance(found, dict):
        raise RefusedError("not_understood")
    return found


def _claims(provider: SignOnProvider, said: Mapping[str, Any]) -> Claims:
    shown = (*_SHOWN, facts_of(provider).tenant_claim)
    return Claims(
        subject=said["sub"],
        email=spelled(said.get("email")),
        is_vouched_for=vouches_for_address(provider, said),
        name=_name(said),
        said={name: one_line(str(said[name]))[:200] for name in shown if name in said},
    )


def spelled(email: object) -> str:
    """An address as it is kept; none if it is none."""
    try:
        return one_spelling(email) if isinstance(email, str) else ""
    except ValidationError:
        return ""


def _name(said: Mapping[str, Any]) -> str:
    whole = said.get("name")
    parts = (said.get("given_name"), said.get("family_name"))
    if not isinstance(whole, str):
        whole = " ".join(part for part in parts if isinstance(part, str))
    return one_line(whole)[:LONGEST_NAME]


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
