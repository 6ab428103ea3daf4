"""Districts, their schools, and who or what belongs to them."""

from schools.models.api_client import ApiClient, ApiCredential, Scope
from schools.models.change import Change
from schools.models.district import FEWEST_SCHOOLS, District
from schools.models.membership import DISTRICT_ROLES, SCHOOL_ROLES, Membership, Role, Seat
from schools.models.school import LONGEST_GROUP, School, SchoolLevel
from schools.models.tenant import DistrictRow

__all__ = [
    "DISTRICT_ROLES",
    "FEWEST_SCHOOLS",
    "LONGEST_GROUP",
    "SCHOOL_ROLES",
    "ApiClient",
    "ApiCredential",
    "Change",
    "District",
    "DistrictRow",
    "Membership",
    "Role",
    "School",
    "SchoolLevel",
    "Scope",
    "Seat",
]
