"""Adjectives for a school's words: cells, reflections and what hangs on their cycle."""

from typing import Any, Self

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Value, When

from assessments.instrument import CELLS
from schools.querysets import TenantQuerySet, Who

# A school that lets others quote it, by name or without.
QUOTABLE = ("unnamed", "named")
IN_THE_TOOLS_ORDER = Case(
    *(
        When(context=cell.context, content_area=cell.content_area, then=Value(position))
        for position, cell in enumerate(CELLS)
    ),
    output_field=IntegerField(),
)


class QuotableQuerySet(TenantQuerySet):
    """What a school wrote, which others of its district may read where it agreed to be quoted."""

    def quotable_to(self, who: Who) -> "QuotableQuerySet":
        """Beside `visible_to`, the one other door: words that their school lets others quote."""
        quotable = self.filter(district_id=who.district_id, cycle__district_id=F("district_id"))
        return quotable.filter(cycle__status="submitted", cycle__quoting__in=QUOTABLE)


class CellQuerySet(QuotableQuerySet):
    """Cells of the grid."""

    def in_order(self) -> "CellQuerySet":
        """Contexts before content areas, as the tool has them."""
        return self.annotate(position=IN_THE_TOOLS_ORDER).order_by("position")

    def submitted(self) -> "CellQuerySet":
        """Of submitted cycles only."""
        return self.filter(cycle__status="submitted", cycle__district_id=F("district_id"))


class ReflectionQuerySet(QuotableQuerySet):
    """Answers to the Part 2 questions."""

    def submitted(self) -> "ReflectionQuerySet":
        """Of submitted cycles only."""
        return self.filter(cycle__status="submitted", cycle__district_id=F("district_id"))


class CycleRowQuerySet(TenantQuerySet):
    """Rows that hang on a cycle: revisions and submissions."""

    school_lookup = "cycle__school"

    def with_cycle(self) -> Self:
        """With the school and the year of its cycle, looked up for the rows that are shown."""
        cycles: Any = self.model._meta.get_field("cycle").related_model
        its = cycles._base_manager.filter(district=OuterRef("district"), pk=OuterRef("cycle"))
        return self.annotate(
            school=Subquery(its.values("school")), school_year=Subquery(its.values("school_year"))
        )


class CommentQuerySet(CycleRowQuerySet):
    """What is said about cycles."""

    def with_names(self) -> "CommentQuerySet":
        """With the names of who wrote it and who settled it, looked up for what is shown."""
        people: Any = self.model._meta.get_field("author").related_model
        return self.annotate(
            author_name=Subquery(people._base_manager.filter(pk=OuterRef("author")).values("name")),
            resolved_by_name=Subquery(
                people._base_manager.filter(pk=OuterRef("resolved_by")).values("name")
            ),
        )


class RevisionQuerySet(CycleRowQuerySet):
    """Versions of a cycle's answers."""

    def latest_first(self) -> "RevisionQuerySet":
        """What was written last comes first."""
        return self.order_by("-edited_at", "-version", "-id")

    def stood_before(self, revision: Any) -> Any:
        """The version of the same answer that stood when `revision` was written, if any."""
        rows = self.filter(code=revision.code, was_refused=False, edited_at__lt=revision.edited_at)
        return rows.latest_first().first()
