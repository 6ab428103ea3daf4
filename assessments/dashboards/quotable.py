"""The district's themes as others than its own people may see them: counts, and released words."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from assessments.dashboards.codebook import schools_of
from assessments.instrument import Quoting
from assessments.models import Cycle, Excerpt, Theme

MOST_QUOTES: Final = 3


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a school lets others read; without its name unless it said otherwise."""

    words: str
    school: str | None


@dataclass(frozen=True, slots=True)
class QuotableTheme:
    """An accepted theme as others than the district's people may see it.

    `name` is empty when it is some school's own words that nobody has released: neither a person
    of the district has put it so, nor does it stand in a quote that may be read.
    """

    name: str
    schools: int
    out_of: int
    quotes: tuple[Quote, ...]


def quotable_themes(
    district_id: UUID,
    school_year: int,
    *,
    schools: Collection[UUID | str] | None = None,
    fewest: int = 1,
) -> list[QuotableTheme]:
    """The accepted themes of a year for the board and for the schools: counts and released words.

    Call within the district's scope.

    Args:
        schools: those that are counted; without it, all that have submitted.
        fewest: over fewer of them no theme is shown, and counts go by steps of so many. Words and
            decisions change while the schools that are counted stay: an exact count would tell of
            the one school that handed in anew (`disclosure.py`).
    """
    year: dict[str, Any] = {"district": district_id, "school_year": school_year}
    if schools is not None:
        year["school__in"] = schools
    excerpts = Excerpt.objects.filter(**year, theme__status=Theme.Status.ACCEPTED)
    counts = schools_of(excerpts)
    out_of = Cycle.objects.filter(**year).submitted().count() if schools is None else len(schools)
    quotes = _quotes(excerpts)
    themes = Theme.objects.filter(district=district_id).accepted()
    shown = [
        QuotableTheme(
            name=_name_for_others(theme, quotes[theme.pk]),
            schools=counts[theme.pk, school_year] // fewest * fewest,
            out_of=out_of,
            quotes=tuple(quotes[theme.pk][:MOST_QUOTES]),
        )
        for theme in themes
        if counts.get((theme.pk, school_year), 0) >= fewest
    ]
    return sorted(shown, key=lambda theme: (-theme.schools, theme.name.casefold()))


def name_for_school(theme: Theme, own_words: Iterable[str]) -> str:
    """A theme's name for a school that spoke of it: never words that another school wrote."""
    if theme.name_is_given or any(theme.name.casefold() in said.casefold() for said in own_words):
        return theme.name
    return ""


def _name_for_others(theme: Theme, quotes: list[Quote]) -> str:
    return name_for_school(theme, (quote.words for quote in quotes))


def _quotes(excerpts: Any) -> "defaultdict[UUID, list[Quote]]":
    """Released words by theme: one of each school, those with a name first."""
    rows = (
        excerpts.counted()
        .exclude(cycle__quoting=Quoting.NEVER)
        .with_words()
        .order_by("theme_id", "by_machine", "school__name", "id")
        .values_list("theme_id", "school_id", "said", "cycle__quoting", "school__name")
    )
    quotes: defaultdict[UUID, list[Quote]] = defaultdict(list)
    seen: set[tuple[UUID, UUID]] = set()
    for theme_id, school_id, said, quoting, school in rows:
        if (theme_id, school_id) not in seen:
            seen.add((theme_id, school_id))
            quotes[theme_id].append(Quote(said, school if quoting == Quoting.NAMED else None))
    for found in quotes.values():
        found.sort(key=lambda quote: (quote.school is None, quote.school or quote.words))
    return quotes
