"""What somebody changed about who is who in a district."""

from enum import StrEnum
from typing import Any


class Event(StrEnum):
    """What happened."""

    INVITED = "person.invited"
    INVITATION_SENT_AGAIN = "person.invitation_sent_again"
    INVITATION_REVOKED = "person.invitation_revoked"
    JOINED = "person.joined"
    ROLE_CHANGED = "person.role_changed"
    LEFT = "person.left"


def record(
    event: Event, *, by: Any, about: Any = None, details: Any = None, district: Any = None
) -> None:
    """Stands here until the log itself is there."""
