"""A provider's secret as it is kept: encrypted, as a webhook's is (docs/adr/0015)."""

from typing import Final

from schools import locked as keeping

_PURPOSE: Final = "schools.sign_on.secrets"


def locked(secret: str) -> str:
    """As it is kept."""
    return keeping.locked(secret, purpose=_PURPOSE)


def unlocked(kept: str) -> str:
    """What `locked` was given. Raises as `schools.locked` does."""
    return keeping.unlocked(kept, purpose=_PURPOSE)
