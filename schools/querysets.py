"""The one door to a district's rows: `visible_to`."""

from typing import Any, ClassVar, Protocol, Self, TypeVar
from uuid import UUID

from django.db import models

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class Who(Protocol):
    """Whoever asks: a membership or an API client. Both belong to exactly one district."""

    district_id: UUID

    @property
    def sees_whole_district(self) -> bool:
        """Whether every school of the district is theirs to see."""

    @property
    def school_ids(self) -> Any:
        """The ids of the schools that are theirs, as something a filter takes."""


class TenantQuerySet(models.QuerySet[Row_co]):
    """Rows of one district. Pages and the API reach them through `visible_to` and nothing else."""

    school_lookup: ClassVar[str | None] = "school"
    """How a row names its school; None for rows that everyone of the district shares."""

    def visible_to(self, who: Who) -> Self:
        """The rows that `who` may know of; everything else does not exist for them."""
        rows = self.filter(district_id=who.district_id)
        if self.school_lookup is None or who.sees_whole_district:
            return rows
        return rows.filter(**{f"{self.school_lookup}__in": who.school_ids})


class DistrictWideQuerySet(TenantQuerySet[Row_co]):
    """Rows about all schools at once: only for those who see the whole district."""

    def visible_to(self, who: Who) -> Self:
        """The rows, for who sees the whole district; none for anyone else."""
        rows = self.filter(district_id=who.district_id)
        return rows if who.sees_whole_district else rows.none()


class ChangeQuerySet(TenantQuerySet[Row_co]):
    """Changes, each of one school's rows or of what the district shares."""

    # What everyone of a district may know of, although it is no school's.
    shared: ClassVar[tuple[str, ...]] = ("campaigns",)

    def visible_to(self, who: Who) -> Self:
        """Those of the rows that `who` could see; which kinds they may read, the view asks."""
        rows = self.filter(district_id=who.district_id)
        if who.sees_whole_district:
            return rows
        of_their_schools = models.Q(school__in=who.school_ids)
        return rows.filter(of_their_schools | models.Q(resource__in=self.shared))
