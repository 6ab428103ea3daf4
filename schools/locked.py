"""Texts that are kept encrypted, with keys made of the installation's own secrets."""

import base64
from typing import Final

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_BYTES: Final = 32


def locked(text: str, *, purpose: str) -> str:
    """`text` as it is kept; each purpose has a key of its own."""
    return _box(purpose).encrypt(text.encode()).decode()


def unlocked(kept: str, *, purpose: str) -> str:
    """What `locked` was given.

    Raises:
        InvalidToken: it was kept for another purpose, or the installation's key is another by now.
    """
    return _box(purpose).decrypt(kept.encode()).decode()


def _box(purpose: str) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(key, purpose)) for key in keys])


def _key(secret_key: str, purpose: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=_BYTES, salt=None, info=purpose.encode())
    return base64.urlsafe_b64encode(made.derive(secret_key.encode()))
