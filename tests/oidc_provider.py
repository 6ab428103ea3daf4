"""An OpenID provider of a test's own: real HTTP on loopback, real keys, lying as it is told."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from config.services.ports import LOOPBACK

CLIENT, SECRET = "ninefold-client", "a secret, with a colon: and %41"
OWN, OTHER = "own", "other"
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


@cache
def key_of(name: str) -> rsa.RSAPrivateKey:
    """The same for the whole run: keys take their time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key_of(name: str, **changes: Any) -> dict[str, Any]:
    """As a provider publishes it."""
    found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key_of(name).public_key()))
    return {**found, "kid": name, "use": "sig", "alg": "RS256", **changes}


@dataclass
class Agreed:
    """What somebody was sent with, for whom a code was given."""

    nonce: str
    challenge: str
    redirect_uri: str


@dataclass
class OpenIdProvider:
    """Its people, and its lies.

    Args:
        person: whoever signs in there next, as claims.
        in_token: what stands in the token besides, or otherwise; None takes it out.
        in_header: the same of the token's header.
        in_discovery: the same of its discovery.
        signed_with: the name of a key.
        more: what its userinfo says; None: it has none.
        answers: by the end of an address, what it says there instead: bytes, or seconds of silence.
    """

    base: str = ""
    path: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    in_token: dict[str, Any] = field(default_factory=dict)
    in_header: dict[str, Any] = field(default_factory=dict)
    in_discovery: dict[str, Any] = field(default_factory=dict)
    signed_with: str = OWN
    made_token: str = ""
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public_key_of(OWN)])
    more: dict[str, Any] | None = None
    answers: dict[str, bytes | float] = field(default_factory=dict)
    codes: dict[str, Agreed] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"{self.base}{self.path}"

    def token(self, nonce: str) -> str:
        """An ID token for whoever signs in."""
        if self.made_token:
            return self.made_token
        now = int(time.time())
        said = {
            **{"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce},
            **self.person,
            **self.in_token,
        }
        header = {"kid": self.signed_with, **self.in_header}
        return jwt.encode(
            {name: value for name, value in said.items() if value is not None},
            key_of(self.signed_with),
            algorithm=header.pop("alg", "RS256"),
            headers=header,
        )

    def authorize(self, address: str) -> str:
        """Somebody is sent there and signs in; where they are led."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert (query["client_id"], query["response_type"]) == (CLIENT, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = Agreed(query["nonce"], query["code_challenge"], query["redirect_uri"])
        sent = {"code": code, "state": query["state"]}
        return f"{query['redirect_uri']}?{urlencode(sent)}"


@contextmanager
def openid_provider(**facts: Any) -> Iterator[OpenIdProvider]:
    """Running until the end of the block."""
    state = OpenIdProvider(**facts)

    class Handler(_Handler):
        provider = state

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        state.base = f"http://{LOOPBACK}:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    provider: OpenIdProvider

    def do_GET(self) -> None:
        path = self._noted()
        if self._misbehaves(path):
            return
        if path.endswith(_WELL_KNOWN):
            return self._say(self._discovery())
        if path.endswith("/keys"):
            return self._say({"keys": self.provider.keys})
        if path.endswith("/userinfo"):
            assert self.headers["Authorization"] == "Bearer an-access-token"
            return self._say(self.provider.more or {})
        return self._say({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        path = self._noted()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self._misbehaves(path):
            return
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        agreed = self.provider.codes.pop(sent.get("code", ""), None)
        if agreed is None or not self._is_right(sent, agreed):
            return self._say({"error": "invalid_grant"}, 400)
        token = self.provider.token(agreed.nonce)
        return self._say({"id_token": token, "access_token": "an-access-token"})

    def log_message(self, *_said: Any) -> None:
        """Nothing."""

    def _noted(self) -> str:
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        return path

    def _is_right(self, sent: dict[str, str], agreed: Agreed) -> bool:
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        who = (sent.get("client_id"), sent.get("client_secret"))
        if shown := self.headers.get("Authorization"):
            pair = base64.b64decode(shown.removeprefix("Basic ")).decode()
            name, _, word = pair.partition(":")
            who = (unquote(name), unquote(word))
        return (
            challenge == agreed.challenge
            and sent.get("redirect_uri") == agreed.redirect_uri
            and who == (CLIENT, SECRET)
        )

    def _discovery(self) -> dict[str, Any]:
        issuer = self.provider.issuer
        said = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/userinfo" if self.provider.more is not None else None,
            **self.provider.in_discovery,
        }
        return {name: value for name, value in said.items() if value is not None}

    def _misbehaves(self, path: str) -> bool:
        for end, answer in self.provider.answers.items():
            if path.endswith(end):
                with suppress(OSError):
                    if isinstance(answer, float):
                        time.sleep(answer)
                    else:
                        self.wfile.write(answer)
                self.close_connection = True
                return True
        return False

    def _say(self, said: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
