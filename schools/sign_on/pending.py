"""Somebody was sent to a provider: what this browser must bring back, once and soon.

Kept in the session, so that an answer which another browser asked for is worth nothing here.
"""

import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

GOOD_FOR: Final = timedelta(minutes=10)
# Of one browser: tabs that were left open.
_MOST: Final = 5
_KEY: Final = "sign_on_pending"


class Purpose(StrEnum):
    """What they were sent for."""

    SIGN_IN = "sign_in"
    TRIAL = "trial"


@dataclass(frozen=True)
class Pending:
    """What was agreed when somebody was sent there.

    Args:
        facts: what the protocol has to remember.
        onward: where they want to go afterwards, an address of ours.
        invitation: the one whose link they have opened.
        as_it_was: when the provider was last changed. As it is now, it must not answer for then.
    """

    district: str
    provider: str
    purpose: str
    facts: dict[str, str]
    onward: str = ""
    invitation: str = ""
    as_it_was: str = ""
    at: float = field(default_factory=time.time)

    @property
    def is_over(self) -> bool:
        """Whether it took them too long. The clock of another web server may be behind."""
        return time.time() - self.at > GOOD_FOR.total_seconds()


def new_word() -> str:
    """What nobody can guess: a state, a nonce, a verifier."""
    return secrets.token_urlsafe(32)


def leave(session: SessionBase, state: str, pending: Pending) -> None:
    """Remember it in this browser's session."""
    kept = {word: what for word, what in _all(session).items() if not Pending(**what).is_over}
    newest = sorted(kept, key=lambda word: kept[word]["at"])[-(_MOST - 1) :]
    session[_KEY] = {word: kept[word] for word in newest} | {state: asdict(pending)}


def take(session: SessionBase, state: str, provider_id: UUID) -> Pending | None:
    """What was left under that word for that provider; nothing the second time, or too late."""
    kept = _all(session)
    if state not in kept:
        return None
    pending = Pending(**kept.pop(state))
    session[_KEY] = kept
    is_theirs = pending.provider == str(provider_id)
    return pending if is_theirs and not pending.is_over else None


def _all(session: SessionBase) -> dict[str, Any]:
    return dict(session.get(_KEY) or {})
