"""Looking for what a year's schools have in common, and keeping what was found.

Reads in one transaction, computes in none, writes in another: computing takes a minute for the
largest district. Marks go with the result that has seen their writes, so a look that was killed is
begun again. A result replaces the machine's own suggestions that nobody decided on, adds to decided
themes what they speak of, and takes nothing away from them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from assessments import permissions
from assessments.contents import read_for_themes
from assessments.dashboards.suggesting import Found, keep_findings
from assessments.instrument import CELL_CODES
from assessments.models import Excerpt, Status, Submission, Theme, ThemeMark, ThemeRun
from assessments.models.theme import REFLECTIONS
from schools.models import Membership
from schools.tenancy import district_scope

if TYPE_CHECKING:
    from assessments.dashboards.themes import Known, Passage

# Schools hand in by the dozen: nothing is looked for before a year has been quiet for so long …
QUIET: Final = timedelta(minutes=3)
# … or has waited for so long without a quiet moment, and never more often than this.
LONGEST_WAIT: Final = timedelta(hours=6)
APART: Final = timedelta(hours=1)
# A look that has not come back by then is taken for dead (the task's time limit is shorter).
GIVEN_UP: Final = timedelta(minutes=15)
# So many of a decided theme's words stand for it when the next year's are matched with them.
WORDS_THAT_STAND_FOR_IT: Final = 40

Look = tuple[str, int, str]


def waiting_looks() -> list[Look]:
    """Every district, school year and source that has marks, and has been quiet or was asked."""
    now = timezone.now()
    marks = ThemeMark.objects.order_by().values("district_id", "school_year", "source")
    due = marks.annotate(
        last=Max("at"), first=Min("at"), asked=Count("id", filter=Q(was_asked_for=True))
    ).filter(Q(asked__gt=0) | Q(last__lt=now - QUIET) | Q(first__lt=now - LONGEST_WAIT))
    return [(str(mark["district_id"]), mark["school_year"], mark["source"]) for mark in due]


@transaction.atomic
def ask_to_look(*, by: Membership, school_year: int, source: str = REFLECTIONS) -> ThemeRun:
    """Let the texts be looked at now; a look that is under way already is given back.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValueError: there is no such source.
    """
    if not permissions.can_manage_themes(by):
        raise PermissionDenied
    if source not in (REFLECTIONS, *CELL_CODES):
        raise ValueError(source)
    run = _run(by.district_id, school_year, source)
    if run.state == ThemeRun.State.WAITING or _is_running(run):
        return run
    run.state, run.asked_by, run.asked_at = ThemeRun.State.WAITING, by.user, timezone.now()
    run.save()
    ThemeMark.objects.create(
        district_id=by.district_id, school_year=school_year, source=source, was_asked_for=True
    )
    return run


def look_for_themes(district_id: UUID, school_year: int, source: str) -> None:
    """One look, unless someone else is at it, nothing has changed, or it was done just now."""
    with district_scope(district_id):
        task = _begin(district_id, school_year, source)
    if task is None:
        return
    found = _found(task)
    with district_scope(district_id):
        keep_findings(found, district_id=district_id, school_year=school_year, source=source)
        ThemeMark.objects.filter(pk__in=task.marks).delete()


@dataclass(frozen=True, slots=True)
class _Task:
    """All that a look needs, read at one moment."""

    marks: list[int]
    passages: "list[Passage]"
    kept: "list[Known]"
    refused: "list[Known]"


def _begin(district_id: UUID, school_year: int, source: str) -> _Task | None:
    run = _run(district_id, school_year, source)
    marks = ThemeMark.objects.filter(district=district_id, school_year=school_year, source=source)
    rows = list(marks.values_list("pk", "was_asked_for"))
    was_asked = any(asked for _pk, asked in rows)
    if not rows or _is_running(run) or not (was_asked or _is_time(district_id)):
        return None
    run.state, run.began_at = ThemeRun.State.RUNNING, timezone.now()
    run.save(update_fields=["state", "began_at"])
    passages = list(_passages(district_id, school_year, source))
    return _Task([pk for pk, _asked in rows], passages, *_codebook(district_id, source))


def _found(task: _Task) -> Found:
    themes = _finder()
    findings = themes.find_themes(task.passages, accepted=task.kept, dropped=task.refused)
    silent = [(p.submission, *p.place.split("/")) for p in findings.nothing_said]
    written = [passage for passage in task.passages if passage.text.strip()]
    return Found(
        carried=findings.carried,
        suggested=findings.suggested,
        silent=silent,
        counts={
            "answers": len(written),
            "said_nothing": len(silent),
            "schools": len({passage.school for passage in task.passages}),
            "unplaced": len(findings.unplaced),
            "answers_by_code": dict(Counter(p.place.split("/")[0] for p in written)),
        },
    )


def _finder() -> Any:
    """Loaded when first needed: numbers and an encoder of 150 MB that no web server asks for."""
    return import_module("assessments.dashboards.themes")


def _run(district_id: UUID, school_year: int, source: str) -> ThemeRun:
    run: ThemeRun
    run, _ = ThemeRun.objects.select_for_update().get_or_create(
        district_id=district_id,
        school_year=school_year,
        source=source,
        defaults={"state": ThemeRun.State.DONE, "asked_at": timezone.now()},
    )
    return run


def _is_running(run: ThemeRun) -> bool:
    began = run.began_at
    return bool(run.state == ThemeRun.State.RUNNING and began and began > timezone.now() - GIVEN_UP)


def _is_time(district_id: UUID) -> bool:
    lately = ThemeRun.objects.filter(
        district=district_id, source=REFLECTIONS, done_at__gt=timezone.now() - APART
    )
    return not lately.exists()


def latest_submissions(district_id: UUID, school_year: int) -> QuerySet[Submission]:
    """The last submission of each cycle of the year that is in the district's hands."""
    rows: QuerySet[Submission] = Submission.objects.filter(
        district=district_id, cycle__school_year=school_year, cycle__status=Status.SUBMITTED
    )
    return rows.order_by("cycle_id", "-number").distinct("cycle_id")


def _passages(district_id: UUID, school_year: int, source: str) -> "Iterable[Passage]":
    passage = _finder().Passage
    part = "cells" if source in CELL_CODES else "reflections"
    rows = latest_submissions(district_id, school_year)
    for submission, school, answers in rows.values_list(
        "id", "cycle__school_id", f"content__{part}"
    ):
        for code in [source] if source in CELL_CODES else answers:
            for field in read_for_themes(code):
                text = answers.get(code, {}).get(field) or ""
                yield passage(str(submission), f"{code}/{field}", str(school), text)


def _codebook(district_id: UUID, source: str) -> "tuple[list[Known], list[Known]]":
    """What people have decided on: to be carried on, and not to be suggested again."""
    themes = Theme.objects.filter(district=district_id, source=source)
    decided = themes.exclude(pk__in=themes.undecided().values("pk"))
    said = _words(district_id, decided)
    known = _finder().Known
    kept: list[Known] = []
    refused: list[Known] = []
    for theme in decided.exclude(status=Theme.Status.MERGED):
        row = known(str(theme.pk), theme.name, tuple(said.get(theme.pk, ())))
        (refused if theme.status == Theme.Status.DROPPED else kept).append(row)
    return kept, refused


def _words(district_id: UUID, themes: QuerySet[Theme]) -> dict[UUID, list[str]]:
    """The latest words of each theme, those that people chose before the machine's."""
    latest = Window(
        RowNumber(),
        partition_by=F("theme"),
        order_by=[F("by_machine").asc(), F("school_year").desc(), F("id").asc()],
    )
    rows = Excerpt.objects.standing().filter(district=district_id, theme__in=themes)
    rows = rows.annotate(place_in_line=latest).filter(place_in_line__lte=WORDS_THAT_STAND_FOR_IT)
    words: dict[UUID, list[str]] = {}
    for theme_id, said in rows.with_words().values_list("theme_id", "said"):
        words.setdefault(theme_id, []).append(said)
    return words
