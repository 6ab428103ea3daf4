"""Keeping what a look has found: suggestions are replaced, decided themes only grow."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from assessments.deciding import What, note, written
from assessments.models import Cycle, Excerpt, Status, Submission, Theme, ThemeRun
from assessments.models.theme import LONGEST_THEME_NAME, in_years

if TYPE_CHECKING:
    from assessments.dashboards import themes

Place = tuple[UUID, str, str]
Stretch = tuple[UUID, str, str, int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What a look has found; `silent` names the answers that say nothing."""

    carried: "Iterable[themes.Theme]"
    suggested: "Iterable[themes.Theme]"
    silent: list[tuple[str, ...]]
    counts: dict[str, Any]


def keep_findings(found: Found, *, district_id: UUID, school_year: int, source: str) -> None:
    """Write a look's result. What people decided while it was computed comes first."""
    keeping = _Keeping(district_id, school_year, source)
    carried = sum(keeping.carry_on(theme) for theme in found.carried)
    suggested = sum(keeping.suggest(theme) for theme in found.suggested)
    keeping.forget_the_rest()
    keeping.let_go_of_what_was_handed_in_anew()
    now = timezone.now()
    counts = found.counts | {"carried": carried, "suggested": suggested, "silent": found.silent}
    ThemeRun.objects.filter(district=district_id, school_year=school_year, source=source).update(
        state=ThemeRun.State.DONE, done_at=now, counts=counts
    )


class _Keeping:
    """The themes of one year and source, locked, and the submissions that count now.

    Schools go on handing in while it writes: their cycles are locked at the end alone.
    """

    def __init__(self, district_id: UUID, school_year: int, source: str) -> None:
        self.district_id, self.school_year, self.source = district_id, school_year, source
        self.cycles = self._cycles(self._submitted())
        self.added: list[Excerpt] = []
        rows = Theme.objects.filter(district=district_id, source=source)
        locked = list(rows.select_for_update().order_by("pk"))
        undecided = set(rows.undecided().values_list("pk", flat=True))
        self.decided = {str(theme.pk): theme for theme in locked if theme.pk not in undecided}
        self.taken = {theme.name.casefold() for theme in self.decided.values()}
        self.undecided = {
            theme.name.casefold(): theme
            for theme in locked
            if theme.pk in undecided and theme.school_year == school_year
        }
        self.there = self._there(locked)

    def carry_on(self, found: "themes.Theme") -> bool:
        """A decided theme's words of this year; whether it is still at hand."""
        theme = self.decided.get(found.key)
        if theme is None or theme.status not in (Theme.Status.ACCEPTED, Theme.Status.SUGGESTED):
            return False
        there = self.there[theme.pk]
        new = [
            stretch
            for stretch, words in self._stretches(found).items()
            if not there.covers(stretch, words, self.cycles[stretch[0]][0])
        ]
        self._add(theme, new)
        if new and theme.school_year < self.school_year and not there.speaks:
            note(theme, What.CARRIED_ON, by=None, detail=in_years(self.school_year))
        return True

    def suggest(self, found: "themes.Theme") -> bool:
        """A suggestion, anew or as it was; false when people have one of that name."""
        name = found.name[:LONGEST_THEME_NAME]
        stretches = list(self._stretches(found))
        if name.casefold() in self.taken or not stretches:
            return False
        self.taken.add(name.casefold())
        theme = self.undecided.pop(name.casefold(), None)
        if theme is None:
            self._add(self._new(name), stretches)
        else:
            self._replace(theme, stretches)
        return True

    def forget_the_rest(self) -> None:
        """Suggestions of this year that were not found again, and that nobody had decided on."""
        Theme.objects.filter(
            district=self.district_id, pk__in=[theme.pk for theme in self.undecided.values()]
        ).delete()

    def let_go_of_what_was_handed_in_anew(self) -> None:
        """Words of a cycle that changed hands meanwhile: `follow_words` could not see them yet."""
        with connection.cursor() as cursor:
            # What the database checks of every row, it checks before anybody waits for us.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        now = self._cycles(self._submitted().select_for_update(no_key=True))
        late = [added.pk for added in self.added if added.submission_id not in now]
        Excerpt.objects.filter(district=self.district_id, pk__in=late).delete()

    def _submitted(self) -> QuerySet[Cycle]:
        rows: QuerySet[Cycle] = Cycle.objects.filter(
            district=self.district_id, school_year=self.school_year, status=Status.SUBMITTED
        )
        return rows.order_by("pk")

    def _cycles(self, submitted: QuerySet[Cycle]) -> dict[UUID, tuple[UUID, UUID]]:
        """By its last submission: a cycle and its school."""
        schools = dict(submitted.values_list("pk", "school_id"))
        latest = Submission.objects.filter(district=self.district_id, cycle__in=schools)
        latest = latest.order_by("cycle_id", "-number").distinct("cycle_id")
        return {
            pk: (cycle_id, schools[cycle_id])
            for pk, cycle_id in latest.values_list("pk", "cycle_id")
        }

    def _there(self, locked: list[Theme]) -> "defaultdict[UUID, _There]":
        there: defaultdict[UUID, _There] = defaultdict(_There)
        rows = Excerpt.objects.filter(
            district=self.district_id, theme__in=locked, school_year=self.school_year
        )
        for excerpt in rows.with_words():
            there[excerpt.theme_id].take(excerpt)
        return there

    def _stretches(self, found: "themes.Theme") -> dict[Stretch, str]:
        stretches = {}
        for excerpt in found.excerpts:
            submission = UUID(excerpt.passage.submission)
            code, field = excerpt.passage.place.split("/")
            # Else it was handed in anew since it was read, or taken back.
            if submission in self.cycles:
                stretches[submission, code, field, excerpt.start, excerpt.end] = excerpt.text
        return stretches

    def _new(self, name: str) -> Theme:
        now = timezone.now()
        made: Theme = Theme.objects.create(
            district_id=self.district_id,
            name=name,
            source=self.source,
            school_year=self.school_year,
            found_by_machine=True,
            made_at=now,
            updated_at=now,
        )
        return made

    def _replace(self, theme: Theme, stretches: list[Stretch]) -> None:
        there = self.there[theme.pk].places
        gone = [pk for stretch, pk in there.items() if stretch not in set(stretches)]
        new = [stretch for stretch in stretches if stretch not in there]
        Excerpt.objects.filter(district=self.district_id, pk__in=gone).delete()
        self._add(theme, new)
        if gone or new:
            written(theme)

    def _add(self, theme: Theme, stretches: list[Stretch]) -> None:
        now = timezone.now()
        self.added += Excerpt.objects.bulk_create(
            (
                Excerpt(
                    district_id=self.district_id,
                    theme=theme,
                    submission_id=submission,
                    cycle_id=self.cycles[submission][0],
                    school_id=self.cycles[submission][1],
                    school_year=self.school_year,
                    code=code,
                    field=field,
                    start=start,
                    end=end,
                    by_machine=True,
                    added_at=now,
                )
                for submission, code, field, start, end in dict.fromkeys(stretches)
            ),
            batch_size=1_000,
        )


class _There:
    """The words of one theme in this year, also those that a person took out."""

    def __init__(self) -> None:
        self.places: dict[Stretch, UUID] = {}
        self.speaks = False
        self._spans: defaultdict[Place, list[tuple[int, int]]] = defaultdict(list)
        self._removed: set[tuple[UUID, str, str, str]] = set()

    def take(self, excerpt: Any) -> None:
        """One excerpt, with its words."""
        place = (excerpt.submission_id, excerpt.code, excerpt.field)
        self.places[(*place, excerpt.start, excerpt.end)] = excerpt.pk
        if excerpt.removed_at is None:
            self.speaks = True
        else:
            self._removed.add((excerpt.cycle_id, excerpt.code, excerpt.field, excerpt.said))
        self._spans[place].append((excerpt.start, excerpt.end))

    def covers(self, stretch: Stretch, words: str, cycle_id: UUID) -> bool:
        """Whether some of it stands here already, or its words were taken out by a person."""
        submission, code, field, start, end = stretch
        if (cycle_id, code, field, words) in self._removed:
            return True
        spans = self._spans.get((submission, code, field), [])
        return any(start < other_end and other_start < end for other_start, other_end in spans)
