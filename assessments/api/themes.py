"""Themes and the words behind them, as programs read them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from assessments.api import theme_shapes as shapes
from assessments.dashboards.codebook import schools_of, submitted_in
from assessments.instrument import CELL_CODES
from assessments.models import Excerpt, Theme
from assessments.models.theme import REFLECTIONS
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id
from schools.api.pages import Fields, Row
from schools.api.parameters import by_choice, by_id, by_school_year
from schools.api.resources import DistrictView, ListView
from schools.api.times import Written
from schools.permissions import Action

THEME = {
    "id": "id",
    "name": "name",
    "name_is_given": "name_is_given",
    "status": "status",
    "merged_into": "merged_into",
    "source": "source",
    "school_year": "school_year",
    "found_by_machine": "found_by_machine",
    "version": "version",
    "made_at": Written("made_at"),
    "updated_at": Written("updated_at"),
}
EXCERPT = {
    "id": "id",
    "theme": "theme",
    "submission": "submission",
    "cycle": "cycle",
    "school": "school",
    "school_year": "school_year",
    "code": "code",
    "field": "field",
    "start": "start",
    "end": "end",
    "by_machine": "by_machine",
    "is_counted": "is_counted",
    "added_at": Written("added_at"),
    "removed_at": Written("removed_at"),
    "gone_at": Written("gone_at"),
}


class Themes(DistrictView):
    """What both addresses say."""

    action = Action.SEE_DASHBOARD
    fields: ClassVar[Fields] = THEME

    def rows(self) -> QuerySet[Theme]:
        """All that the caller may know of."""
        return Theme.objects.visible_to(self.who)

    def with_years(self, rows: list[Row]) -> list[Row]:
        """With how many schools spoke of each: two queries, however many themes there are."""
        ids = [row["id"] for row in rows]
        counts = schools_of(Excerpt.objects.visible_to(self.who).filter(theme__in=ids))
        submitted = submitted_in(self.who, {year for _theme, year in counts})
        for row in rows:
            row["years"] = [
                {"school_year": year, "schools": counts[theme, year], "submitted": submitted[year]}
                for theme, year in sorted(counts, key=lambda place: -place[1])
                if theme == row["id"]
            ]
        return rows


@documented(
    "listThemes",
    "List themes",
    "What schools have in common, those changed longest ago first: accepted themes, suggestions, "
    "and those that were dropped or merged, as `status` says. Each with how many schools spoke of "
    "it in which year, and out of how many.",
    tag="themes",
    answers=shapes.Theme,
)
class ThemeList(Themes, ListView):
    """Themes, a page at a time."""

    parameters: ClassVar = (
        by_choice("status", "With this status only.", Theme.Status.values),
        by_choice("source", "Read from these texts only.", [REFLECTIONS, *CELL_CODES]),
    )

    def seen_beside(self, rows: list[Row]) -> Any:
        """Its figures: they follow what schools hand in, without a change of the theme."""
        return [row["years"] for row in self.with_years(rows)]


@documented(
    "readTheme",
    "Read a theme",
    "One theme by its id.",
    tag="themes",
    answers=shapes.Theme,
    path=[path_id("theme_id", "The theme.")],
)
class ThemeDetail(Themes, DetailView):
    """One theme."""

    named_by = "theme_id"

    def shown(self, rows: list[Row]) -> list[Row]:
        """With its figures."""
        return self.with_years(rows)


@documented(
    "listExcerpts",
    "List a theme's excerpts",
    "The stretches of schools' texts that speak of a theme, those added first before the others. "
    "Where each lies, and not its words: these stand in its submission, "
    "`content.reflections[code][field]` or `content.cells[code][field]`, from `start` to `end`. "
    "`updated_after` speaks of `added_at`: read the whole list to learn what was removed.",
    tag="themes",
    answers=shapes.Excerpt,
    path=[path_id("theme_id", "The theme.")],
)
class ExcerptList(ListView):
    """The excerpts of a theme, a page at a time."""

    action = Action.SEE_DASHBOARD
    asks_first = False
    fields = EXCERPT
    changed_at = "added_at"
    parameters: ClassVar = (
        by_school_year(),
        by_id("cycle", "Of this cycle only."),
        by_id("school", "Of this school only."),
    )

    def rows(self) -> QuerySet[Excerpt]:
        """Those of the theme, if the caller may know of it."""
        themes = Theme.objects.visible_to(self.who)
        theme = get_object_or_404(themes.only("pk"), pk=self.kwargs["theme_id"])
        self.check_may()
        return Excerpt.objects.visible_to(self.who).filter(theme=theme).saying_whether_counted()
