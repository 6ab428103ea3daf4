"""What somebody changed about who is who in a district."""

from enum import StrEnum
from typing import Any


class Event(StrEnum):
    """What happened."""

    INVITED = "invited"
    INVITED_MANY = "invited_many"
    INVITATION_RESENT = "invitation_resent"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_ACCEPTED = "invitation_accepted"
    ROLE_CHANGED = "role_changed"
    MEMBERSHIP_ENDED = "membership_ended"


def record(
    event: Event, *, by: Any, about: Any, details: dict[str, Any], district: Any = None
) -> None:
    """Stands here until the log itself is there."""
