"""What pages and reports show of a district's themes: counts of schools, each with what it is of.

One place for all of it, so that one place can hide. Only cycles that are in the district's hands
count, and only words that stand in them now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from assessments.contents import name_of, text_name
from assessments.instrument import CELL_CODES, Wording
from assessments.models import Cycle, Excerpt, Theme, ThemeReply, ThemeRun
from assessments.models.theme import REFLECTIONS
from schools.querysets import Who

BY_SCHOOLS, BY_NAME = "schools", "name"
ON_THE_DASHBOARD: Final = 8

Counts = dict[tuple[UUID, int], int]


@dataclass(frozen=True, slots=True)
class ThemeFigures:
    """One theme in one year, beside the year before."""

    theme: Theme
    schools: int
    out_of: int
    before: int | None
    before_out_of: int | None
    is_answered: bool

    @property
    def share(self) -> float:
        """This year's share in per cent, for drawing."""
        return round(100 * self.schools / self.out_of, 1) if self.out_of else 0.0

    @property
    def share_before(self) -> float:
        """Last year's share in per cent, for drawing."""
        return round(100 * (self.before or 0) / self.before_out_of, 1) if self.before_out_of else 0


@dataclass(frozen=True, slots=True)
class YearFigures:
    """How many schools spoke of a theme in one year."""

    school_year: int
    schools: int
    out_of: int


@dataclass(frozen=True, slots=True)
class Codebook:
    """A district's themes as they stand in one year."""

    school_year: int
    submitted: int
    accepted: list[ThemeFigures]
    suggested: list[ThemeFigures]
    dropped: list[Theme]
    looks: QuerySet[ThemeRun]
    """Asked for when somebody wants to know."""
    samples: dict[UUID, list[Any]]

    @property
    def can_merge(self) -> bool:
        """Whether there are two to merge."""
        return len(self.accepted) + len(self.suggested) > 1

    @property
    def answered(self) -> int:
        """Of the accepted themes that schools speak of this year, those that were answered."""
        return sum(line.is_answered for line in self.spoken_of)

    @property
    def spoken_of(self) -> list[ThemeFigures]:
        """The accepted themes of which some school speaks this year."""
        return [line for line in self.accepted if line.schools]

    @property
    def first(self) -> list[ThemeFigures]:
        """Those that the dashboard shows."""
        return self.spoken_of[:ON_THE_DASHBOARD]

    @property
    def is_looking(self) -> bool:
        """Whether a look is under way or waits to begin."""
        return any(look.is_under_way for look in self.looks)

    @property
    def looked_at(self) -> datetime | None:
        """When the reflections were last looked at."""
        look = self.look
        return look.done_at if look else None

    @property
    def look(self) -> ThemeRun | None:
        """The last look at the reflections."""
        return next((look for look in self.looks if look.source == REFLECTIONS), None)


def codebook_of(
    who: Who, school_year: int, *, code: str = "", order: str = BY_SCHOOLS, samples: int = 0
) -> Codebook:
    """The district's themes in a year, or those spoken of in one answer.

    Five queries; one more for so many `samples` of each suggestion's words.
    """
    themes = Theme.objects.visible_to(who).filter(
        Q(status__in=[Theme.Status.ACCEPTED, Theme.Status.DROPPED])
        | Q(status=Theme.Status.SUGGESTED, school_year=school_year)
    )
    excerpts = Excerpt.objects.visible_to(who)
    counts = schools_of(excerpts, _years(school_year), code)
    submitted = submitted_in(who, _years(school_year))
    answered = set(
        ThemeReply.objects.visible_to(who)
        .filter(school_year=school_year)
        .values_list("theme_id", flat=True)
    )
    lines = [
        _line(theme, counts, submitted, (school_year, theme.pk in answered))
        for theme in themes
        if theme.status != Theme.Status.DROPPED
    ]
    lines = [line for line in lines if line.schools or line.before or not code]
    suggested = [line.theme for line in lines if line.theme.is_suggested]
    lines.sort(key=lambda line: (0 if order == BY_NAME else -line.schools, _by_name(line.theme)))
    return Codebook(
        school_year=school_year,
        submitted=submitted.get(school_year, 0),
        accepted=[line for line in lines if line.theme.is_accepted],
        suggested=[line for line in lines if line.theme.is_suggested],
        dropped=sorted((t for t in themes if t.status == Theme.Status.DROPPED), key=_by_name),
        looks=ThemeRun.objects.visible_to(who).filter(school_year=school_year),
        samples=_samples(excerpts, suggested, samples) if samples else {},
    )


def years_of(who: Who, theme: Theme) -> list[YearFigures]:
    """How many schools spoke of a theme, year by year."""
    counts = schools_of(Excerpt.objects.visible_to(who).filter(theme=theme))
    years = sorted({year for _theme, year in counts}, reverse=True)
    submitted = submitted_in(who, years)
    return [YearFigures(year, counts[theme.pk, year], submitted.get(year, 0)) for year in years]


def submitted_in(who: Who, years: Iterable[int]) -> dict[int, int]:
    """How many schools' cycles are in the district's hands, by year."""
    rows = Cycle.objects.visible_to(who).submitted().filter(school_year__in=list(years))
    return dict(rows.values_list("school_year").annotate(n=Count("id")).order_by())


def place_name(code: str, field: str, wording: Wording) -> str:
    """What an excerpt is an answer to."""
    kind = str(text_name(field))
    return f"{name_of(code, wording)} · {kind}" if code in CELL_CODES else name_of(code, wording)


def schools_of(excerpts: Any, years: Iterable[int] = (), code: str = "") -> Counts:
    """Schools by theme and year."""
    rows = excerpts.counted()
    if years:
        rows = rows.filter(school_year__in=list(years))
    if code:
        rows = rows.filter(code=code)
    found = rows.order_by().values_list("theme_id", "school_year")
    return {
        (theme_id, year): schools
        for theme_id, year, schools in found.annotate(n=Count("school_id", distinct=True))
    }


def _samples(excerpts: Any, themes: list[Theme], most: int) -> dict[UUID, list[Any]]:
    """The words of each theme that were found first: the machine finds the most typical first."""
    line = Window(RowNumber(), partition_by=F("theme"), order_by=F("id").asc())
    rows = excerpts.counted().filter(theme__in=themes)
    rows = rows.annotate(place_in_line=line).filter(place_in_line__lte=most)
    samples: dict[UUID, list[Any]] = {}
    for excerpt in rows.with_words().select_related("school").order_by("id"):
        samples.setdefault(excerpt.theme_id, []).append(excerpt)
    return samples


def _line(
    theme: Theme, counts: Counts, submitted: dict[int, int], now: tuple[int, bool]
) -> ThemeFigures:
    year, is_answered = now
    before = counts.get((theme.pk, year - 1), 0)
    # Before its first year nobody looked for it: that is no figure.
    then = submitted.get(year - 1) if before or theme.school_year < year else None
    return ThemeFigures(
        theme=theme,
        schools=counts.get((theme.pk, year), 0),
        out_of=submitted.get(year, 0),
        before=before if then else None,
        before_out_of=then,
        is_answered=is_answered,
    )


def _years(school_year: int) -> tuple[int, int]:
    return school_year, school_year - 1


def _by_name(theme: Theme) -> tuple[str, str]:
    return theme.name.casefold(), str(theme.pk)
