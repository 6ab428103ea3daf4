"""Adjectives for themes, the words behind them, and the district's replies."""

from typing import Any

from django.db.models import Exists, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Coalesce, Substr

from schools.querysets import DistrictWideQuerySet, TenantQuerySet, Who


class ThemeQuerySet(DistrictWideQuerySet):
    """Themes: about all schools of a district at once."""

    def accepted(self) -> "ThemeQuerySet":
        """The district's codebook."""
        return self.filter(status="accepted")

    def undecided(self) -> "ThemeQuerySet":
        """Suggestions of the machine that nobody has touched."""
        return self.filter(status="suggested", found_by_machine=True, decisions=None)


class ExcerptQuerySet(TenantQuerySet):
    """Stretches of schools' texts; each is one school's."""

    def standing(self) -> "ExcerptQuerySet":
        """Not removed, whatever became of the words."""
        return self.filter(removed_at=None)

    def counted(self) -> "ExcerptQuerySet":
        """Those that speak for their school: not removed, still said, in a submitted cycle."""
        return self.standing().filter(
            gone_at=None, cycle__status="submitted", cycle__district_id=F("district_id")
        )

    def saying_whether_counted(self) -> "ExcerptQuerySet":
        """With `is_counted`: whether it is one of the `counted` ones."""
        counted = self.model._base_manager.filter(district=OuterRef("district"), pk=OuterRef("pk"))
        speaks = counted.filter(
            removed_at=None,
            gone_at=None,
            cycle__status="submitted",
            cycle__district_id=F("district_id"),
        )
        return self.annotate(is_counted=Exists(speaks))

    def with_words(self) -> "ExcerptQuerySet":
        """With the words themselves as `said`, so that nobody reads whole submissions for them."""
        texts = [
            Func(
                *(F("submission__content"), Value(part), F("code"), F("field")),
                function="jsonb_extract_path_text",
                output_field=TextField(),
            )
            for part in ("reflections", "cells")
        ]
        return self.annotate(said=Substr(Coalesce(*texts), F("start") + 1, F("end") - F("start")))


class ThemeReplyQuerySet(TenantQuerySet):
    """Replies to themes: the district's people see all, a school those to what it said."""

    school_lookup = None

    def visible_to(self, who: Who) -> "ThemeReplyQuerySet":
        """All, for who sees the whole district; else those to whose theme a school of theirs spoke.

        A theme that is no longer in the codebook is answered no more.
        """
        rows = super().visible_to(who)
        if who.sees_whole_district:
            return rows
        themes: Any = self.model._meta.get_field("theme").related_model
        excerpts: Any = themes._meta.get_field("excerpts").related_model
        own = excerpts.objects.visible_to(who).counted()
        spoke = own.filter(theme=OuterRef("theme"), school_year=OuterRef("school_year"))
        return rows.filter(Exists(spoke), theme__status="accepted")


class ReplyReadQuerySet(TenantQuerySet):
    """What somebody has put away: nobody's business but theirs."""

    school_lookup = None

    def visible_to(self, who: Who) -> "ReplyReadQuerySet":
        """A person's own."""
        rows = super().visible_to(who)
        person = getattr(who, "user_id", None)
        return rows.filter(user=person) if person else rows.none()
