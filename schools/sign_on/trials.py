"""An admin tries a provider: what it said of them, shown once, linking nobody."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib.sessions.backends.base import SessionBase

from schools.models import SignOnProvider
from schools.sign_on.claims import Claims

_KEY: Final = "sign_on_trial"


@dataclass(frozen=True)
class Trial:
    """What came.

    Args:
        said: each claim, as it was.
        email: the address, if it named one.
        refused: why it would let nobody in; empty when it would.
    """

    said: dict[str, str]
    email: str = ""
    is_vouched_for: bool = False
    refused: str = ""
    detail: str = ""


def note(session: SessionBase, provider: SignOnProvider, claims: Claims) -> None:
    """It would let the admin in."""
    _keep(session, provider, Trial(claims.said, claims.email, claims.is_vouched_for))


def note_refusal(session: SessionBase, provider: SignOnProvider, code: str, detail: str) -> None:
    """It would not."""
    _keep(session, provider, Trial({}, refused=code, detail=detail))


def shown_once(session: SessionBase, provider: SignOnProvider) -> Trial | None:
    """What came of the last trial of this provider; nothing the second time."""
    kept: dict[str, Any] = session.get(_KEY) or {}
    if kept.get("provider") != str(provider.pk):
        return None
    del session[_KEY]
    return Trial(**kept["trial"])


def _keep(session: SessionBase, provider: SignOnProvider, trial: Trial) -> None:
    session[_KEY] = {"provider": str(provider.pk), "trial": vars(trial)}
