"""Who sits where: a person's role in a district, and at which of its schools."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from schools.models.district import District
from schools.models.school import School
from schools.models.tenant import DistrictRow
from schools.querysets import TenantQuerySet, Who


class Role(models.TextChoices):
    """The roles of `domain.md`. What each may do stands in `schools.permissions`."""

    DISTRICT_ADMIN = "district_admin", _("District admin")
    SPECIALIST = "specialist", _("Specialist")
    PRINCIPAL = "principal", _("Principal")
    TEAM_MEMBER = "team_member", _("Team member")
    VIEWER = "viewer", _("Viewer")


DISTRICT_ROLES = (Role.DISTRICT_ADMIN, Role.SPECIALIST)
SCHOOL_ROLES = (Role.PRINCIPAL, Role.TEAM_MEMBER)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships. Global rows: this filter is the only lock before them."""

    def visible_to(self, who: Who) -> Self:
        """All of the district; for a school's people, those who sit at their schools."""
        rows = self.filter(district=who.district_id)
        if who.sees_whole_district:
            return rows
        seats = Seat.objects.filter(district_id=who.district_id, school__in=who.school_ids)
        return rows.filter(pk__in=seats.values("membership"))

    def needing_second_factor(self) -> Self:
        """Places that nobody may take with a password alone."""
        return self.filter(Q(role=Role.DISTRICT_ADMIN) | Q(district__requires_second_factor=True))

    def with_need_of_second_factor(self) -> Self:
        """Each with whether its person needs one, for whichever of their places."""
        theirs = Membership.objects.needing_second_factor().filter(user=OuterRef("user"))
        return self.annotate(needs_second_factor=Exists(theirs))


class Membership(models.Model):
    """A person's one role in one district. Global: it decides who may enter, before anyone has."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="memberships",
        db_index=False,
        verbose_name=_("district"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    sees_whole_district = models.BooleanField(
        _("sees the whole district"),
        default=False,
        help_text=_("Always for district admins and specialists, never for schools' people."),
    )
    schools = models.ManyToManyField(School, through="Seat", related_name="+", blank=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)
    last_visit_at = models.DateTimeField(_("last visit"), null=True, editable=False)

    needs_second_factor: bool
    """Only of rows that were asked for with it (`with_need_of_second_factor`)."""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("district", "user")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "user"],
                name="one_membership_per_person_and_district",
                violation_error_message=_("This person has a role in this district already."),
            ),
            models.UniqueConstraint(fields=["district", "id"], name="membership_with_its_district"),
            models.CheckConstraint(
                name="membership_role_is_known", condition=Q(role__in=Role.values)
            ),
            models.CheckConstraint(
                name="membership_scope_fits_role",
                condition=Q(role=Role.VIEWER)
                | Q(role__in=DISTRICT_ROLES, sees_whole_district=True)
                | Q(role__in=SCHOOL_ROLES, sees_whole_district=False),
                violation_error_message=_(
                    "District admins and specialists see the whole district; "
                    "principals and team members see their schools."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.district}"

    @property
    def school_ids(self) -> models.QuerySet:
        """The schools where this person sits, as a subquery."""
        return Seat.objects.filter(district_id=self.district_id, membership=self).values("school")

    def covers(self, school_id: object) -> bool:
        """Whether the school is one of theirs."""
        return self.sees_whole_district or self.school_ids.filter(school=school_id).exists()


class Seat(DistrictRow):
    """A membership's place at one school."""

    membership = models.ForeignKey(
        Membership,
        on_delete=models.CASCADE,
        related_name="seats",
        db_constraint=False,
        db_index=False,
    )
    school = models.ForeignKey(
        School, on_delete=models.CASCADE, related_name="seats", db_constraint=False, db_index=False
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "membership", "school"], name="one_seat_per_person_and_school"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["district", "school"], name="seats_by_school")]

    def __str__(self) -> str:
        return f"{self.membership_id} · {self.school_id}"
