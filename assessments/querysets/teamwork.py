"""Adjectives for a school's work together: meetings, notes, commitments."""

from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from assessments.querysets.answers import CycleRowQuerySet
from schools.querysets import TenantQuerySet, Who

# The roles of those who write in a school's cycles (schools.permissions).
WRITERS = ("principal", "team_member")
# Who forgets to end a meeting does not keep the next one from starting.
LONGEST_MEETING = timedelta(days=1)

BY_DATE = ("due_on", "made_at", "id")


class MeetingQuerySet(CycleRowQuerySet):
    """Meetings of a school's team."""

    def under_way(self) -> "MeetingQuerySet":
        """Begun within a day and not ended; one that was forgotten is over by itself."""
        return self.filter(ended_at=None, started_at__gt=timezone.now() - LONGEST_MEETING)


class CommitmentQuerySet(TenantQuerySet):
    """Commitments; each is one school's."""

    def still_open(self) -> "CommitmentQuerySet":
        """Neither done nor dropped."""
        return self.filter(status="open")

    def settled(self) -> "CommitmentQuerySet":
        """Done or dropped."""
        return self.exclude(status="open")

    def latest_year_first(self) -> "CommitmentQuerySet":
        """By the year in which they were made, then by what was settled last."""
        return self.order_by("-school_year", "-settled_on", "-id")

    def with_cycle(self) -> "CommitmentQuerySet":
        """With the cycle that it was made in, looked up for the rows that are shown."""
        cells: Any = self.model._meta.get_field("cell").related_model
        its = cells._base_manager.filter(district=OuterRef("district"), pk=OuterRef("cell"))
        return self.annotate(cycle=Subquery(its.values("cycle")))

    def by_date(self) -> "CommitmentQuerySet":
        """What is due first comes first."""
        return self.order_by(*BY_DATE)


class WorkingNoteQuerySet(TenantQuerySet):
    """Notes: one's own, and what colleagues of one's school have revealed. Nobody else's."""

    school_lookup = "cycle__school"

    def by_name(self) -> "WorkingNoteQuerySet":
        """With their authors, in the order of their names."""
        return self.select_related("author").order_by("author__name", "id")

    def visible_to(self, who: Who) -> "WorkingNoteQuerySet":
        """A person's own notes, and the revealed ones of the team they write with.

        The district's people, programs and mere readers see none but their own.
        """
        rows = super().visible_to(who)
        author = getattr(who, "user_id", None)
        if author is None:
            return rows.none()
        own = Q(author=author)
        if who.sees_whole_district or who.role not in WRITERS:  # type: ignore[attr-defined]
            return rows.filter(own)
        return rows.filter(own | Q(revealed_at__isnull=False))
