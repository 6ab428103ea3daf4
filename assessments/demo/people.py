"""Who can sign in to the demo. All have the same password: it never leaves a loopback address."""

from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.models import User
from schools.models import DISTRICT_ROLES, District, Membership, Role, School, Seat

PASSWORD = "nine cells, one table"  # noqa: S105 - printed by the demo


class Registry:
    """Adds people; hashes the shared password once, because a hash is slow on purpose."""

    def __init__(self) -> None:
        self._hash = make_password(PASSWORD)

    def person(self, email: str, name: str, **fields: Any) -> User:
        """Someone who can sign in."""
        user: User
        user, _ = User.objects.get_or_create(
            email=email, defaults={"name": name, "password": self._hash, **fields}
        )
        return user

    def seat(self, user: User, district: District, role: Role, *schools: School) -> Membership:
        """Their place in a district; call inside its scope."""
        membership: Membership
        membership, _ = Membership.objects.get_or_create(
            user=user,
            district=district,
            defaults={
                "role": role,
                "sees_whole_district": role in DISTRICT_ROLES
                or (role == Role.VIEWER and not schools),
            },
        )
        for school in schools:
            Seat.objects.get_or_create(district=district, membership=membership, school=school)
        return membership
