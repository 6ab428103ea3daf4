"""A security key in software: makes a passkey for a page, and shows it, honestly or otherwise."""

import json
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any, Final

from allauth.account.utils import user_pk_to_url_str
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from accounts.models import User

HOST: Final = "testserver"
ORIGIN: Final = f"https://{HOST}"
ADD: Final = "/accounts/second-factors/passkeys/new/"
SIGN_IN: Final = "/accounts/login/passkey/"
SECOND_STEP: Final = "/accounts/login/second-factor/"
_PRESENT, _VERIFIED, _HOLDS_A_KEY = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    """One, of this person; `origin` is the page that its browser says it was shown to."""

    person: User
    origin: str = ORIGIN
    number: bytes = field(default_factory=lambda: token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def enrol(self, client: Client) -> Any:
        """Send what a browser sends from the page that sets one up."""
        client.get(ADD)
        made = {
            "clientDataJSON": self._told("webauthn.create", challenge_of(client)),
            "attestationObject": cbor.encode(
                {"fmt": "none", "attStmt": {}, "authData": self._data(made=True)}
            ),
        }
        return client.post(
            ADD, {"name": "Key", "passwordless": "on", "credential": self._sent(made)}
        )

    def sign_in(self, client: Client, **said: Any) -> Any:
        """By it alone."""
        client.get(SIGN_IN, headers={"Accept": "application/json"})
        return client.post(SIGN_IN, {"credential": self.shown(client, **said)})

    def shown(self, client: Client, *, verified: bool = True, challenge: str = "") -> str:
        """What a browser sends when its person shows it."""
        data = self._data(verified=verified)
        told = self._told("webauthn.get", challenge or challenge_of(client))
        signature = self.key.sign(data + sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        handle = user_pk_to_url_str(self.person).encode()
        return self._sent(
            {
                "clientDataJSON": told,
                "authenticatorData": data,
                "signature": signature,
                "userHandle": handle,
            }
        )

    def _told(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, *, verified: bool = True, made: bool = False) -> bytes:
        flags = _PRESENT | (_VERIFIED if verified else 0) | (_HOLDS_A_KEY if made else 0)
        data = sha256(HOST.encode()).digest() + struct.pack(">BI", flags, 0)
        if not made:
            return data
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        return data + bytes(16) + struct.pack(">H", len(self.number)) + self.number + public

    def _sent(self, parts: dict[str, bytes]) -> str:
        number = websafe_encode(self.number)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return json.dumps(
            {"id": number, "rawId": number, "type": "public-key", "response": response}
            | {"clientExtensionResults": {}}
        )


def challenge_of(client: Client) -> str:
    """What the page has just asked this browser to sign."""
    asked: str = client.session["mfa.webauthn.state"]["challenge"]
    return asked
