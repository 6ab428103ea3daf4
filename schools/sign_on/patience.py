"""A provider that lets us wait is left alone: one district's must not hold every web server.

Whoever asks for a sign-in makes us ask the provider, and wait for up to five seconds. Once it has
let somebody wait that long, one of those who come looks again from time to time; all others are
told at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.cache import cache

from schools.models import SignOnProvider
from schools.sign_on.claims import RefusedError

_REMEMBERED: Final = 60
_ASKED_EVERY: Final = 10
_TOO_LONG: Final = "timed_out"


@contextmanager
def asking(provider: SignOnProvider, what: str) -> Iterator[None]:
    """Around asking it.

    Args:
        what: it may answer one question at once, and let us wait for the other.

    Raises:
        RefusedError: it has let somebody wait a moment ago.
    """
    # One that was corrected is asked at once.
    key = f"sign-on/{what}/{provider.pk}/{provider.updated_at.timestamp()}"
    if cache.get(key) and not cache.add(f"{key}/asked", True, _ASKED_EVERY):
        raise RefusedError("not_reached", _TOO_LONG)
    try:
        yield
    except RefusedError as refused:
        if refused.detail == _TOO_LONG:
            cache.set(key, True, _REMEMBERED)
        raise
    cache.delete(key)
