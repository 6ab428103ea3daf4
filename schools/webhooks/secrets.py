"""A webhook's secrets: made here, kept encrypted, and what they sign.

Signing needs the secret itself, so it cannot be hashed as a key is. It is encrypted with keys made
of the installation's own (`SECRET_KEY`, then its fallbacks), so that neither the database nor its
backups alone can sign anything (docs/adr/0015).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Final

from schools import locked as keeping

PREFIX: Final = "whsec_"
_BYTES: Final = 32
_PURPOSE: Final = "schools.webhooks.secrets"


def new_secret() -> str:
    """One that nobody has had: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def locked(secret: str) -> str:
    """As it is kept."""
    return keeping.locked(secret, purpose=_PURPOSE)


def unlocked(kept: str) -> str:
    """What `locked` was given. Raises as `schools.locked` does."""
    return keeping.unlocked(kept, purpose=_PURPOSE)


def signatures(message_id: str, timestamp: int, body: bytes, *, by: Iterable[str]) -> str:
    """The header `webhook-signature`: one signature for each secret, of id, time and body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in by)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
