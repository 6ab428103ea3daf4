"""Adjectives for what a district does with the words: introduces, reads, counts, takes along."""

from typing import Any

from django.db.models import Q

from schools.querysets import DistrictWideQuerySet, TenantQuerySet, Who


class IntroductionQuerySet(TenantQuerySet):
    """Introductions: of the two schools that were told of each other."""

    def visible_to(self, who: Who) -> "IntroductionQuerySet":
        """Those in which one of the two schools is theirs."""
        rows: IntroductionQuerySet = self.filter(district_id=who.district_id)
        if who.sees_whole_district:
            return rows
        theirs = who.school_ids
        return rows.filter(Q(looking__in=theirs) | Q(showing__in=theirs))

    def of_school(self, school_id: Any, school_year: int) -> "IntroductionQuerySet":
        """Those of a school in a year, whichever of the two it is."""
        of_it = Q(looking=school_id) | Q(showing=school_id)
        return self.filter(of_it, school_year=school_year).select_related(
            "looking", "showing", "made_by"
        )

    def latest_first(self) -> "IntroductionQuerySet":
        """What was made last comes first."""
        return self.order_by("-made_at", "-id")


class ReadingQuerySet(TenantQuerySet):
    """What people have read: each sees their own."""

    def visible_to(self, who: Who) -> "ReadingQuerySet":
        """A person's own; a program reads nothing."""
        if getattr(who, "user_id", None) is None:
            return self.none()
        own: ReadingQuerySet = self.filter(district_id=who.district_id, reader=who.pk)  # type: ignore[attr-defined]
        return own


class SnapshotQuerySet(DistrictWideQuerySet):
    """Dashboard snapshots: about all schools of a district at once."""


class ReleasedQuerySet(TenantQuerySet):
    """Figures that everyone of the district may see."""

    school_lookup = None


class ExportQuerySet(DistrictWideQuerySet):
    """Exports: each belongs to who asked for it, and holds words of all schools."""

    def visible_to(self, who: Who) -> "ExportQuerySet":
        """One's own, as long as one sees the whole district."""
        return super().visible_to(who).filter(asked_by=getattr(who, "user_id", None))

    def latest_first(self) -> "ExportQuerySet":
        """What was asked for last comes first."""
        return self.order_by("-asked_at", "-id")
