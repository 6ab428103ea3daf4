"""Districts, their schools, and who or what belongs to them."""

from schools.models.api_client import ApiClient, ApiCredential, Author, Scope
from schools.models.audit_entry import AuditEntry, AuditSeal, Event
from schools.models.break_glass import (
    LASTS,
    LONGEST_REASON,
    SHORTEST_REASON,
    BreakGlass,
    BreakGlassMail,
)
from schools.models.change import Change
from schools.models.district import FEWEST_SCHOOLS, District
from schools.models.invitation import VALID_FOR, Invitation, hash_of
from schools.models.kept_answer import LONGEST_KEY, KeptAnswer
from schools.models.membership import DISTRICT_ROLES, SCHOOL_ROLES, Membership, Role, Seat
from schools.models.school import LONGEST_GROUP, School, SchoolLevel
from schools.models.sign_on import LONGEST_SUBJECT, Identity, SignOnProvider
from schools.models.tenant import DistrictRow
from schools.models.webhook import (
    DELIVERIES_KEPT_FOR,
    LONGEST_DESCRIPTION,
    TEST_EVENT,
    EventType,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookErrand,
)

__all__ = [
    "DELIVERIES_KEPT_FOR",
    "DISTRICT_ROLES",
    "FEWEST_SCHOOLS",
    "LASTS",
    "LONGEST_DESCRIPTION",
    "LONGEST_GROUP",
    "LONGEST_KEY",
    "LONGEST_REASON",
    "LONGEST_SUBJECT",
    "SCHOOL_ROLES",
    "SHORTEST_REASON",
    "TEST_EVENT",
    "VALID_FOR",
    "ApiClient",
    "ApiCredential",
    "AuditEntry",
    "AuditSeal",
    "Author",
    "BreakGlass",
    "BreakGlassMail",
    "Change",
    "District",
    "DistrictRow",
    "Event",
    "EventType",
    "Identity",
    "Invitation",
    "KeptAnswer",
    "Membership",
    "Role",
    "School",
    "SchoolLevel",
    "Scope",
    "Seat",
    "SignOnProvider",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookErrand",
    "hash_of",
]
