"""The words behind a theme: added, taken out, and followed when a school hands in anew."""

from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.contents import read_for_themes
from assessments.deciding import What, check_is_at_hand, check_may_decide, locked, note, written
from assessments.models import Cycle, Excerpt, Submission, Theme
from assessments.models.theme import text_at
from schools.models import Membership

LONGEST_DETAIL = 80

Span = tuple[int, int]
Place = tuple[str, str]


@transaction.atomic
def add_excerpt(
    theme: Theme, submission: Submission, *, by: Membership, place: Place, span: Span
) -> Excerpt:
    """Let a stretch of a school's text speak for a theme. Twice has one effect.

    What was taken out before comes back when a person says so. The stretch is kept without the
    white space around it.

    Raises:
        PermissionDenied: `by` does not decide about themes, or the text is none of theirs.
        ValidationError: the text is not handed in now, or the stretch does not lie in it.
    """
    check_may_decide(by)
    if submission.district_id != by.district_id:
        raise PermissionDenied
    theme = locked(theme, by=by)
    check_is_at_hand(theme)
    _check_is_handed_in(submission)
    start, end = _checked(submission, place, span)
    there = {"theme": theme, "submission": submission, "start": start, "end": end}
    there |= {"code": place[0], "field": place[1], "district_id": theme.district_id}
    added, is_new = Excerpt.objects.get_or_create(
        **there,
        defaults={
            "school_id": submission.cycle.school_id,
            "cycle_id": submission.cycle_id,
            "school_year": submission.cycle.school_year,
            "added_by": by.user,
            "added_at": timezone.now(),
        },
    )
    if not is_new and added.removed_at is None:
        return added
    if not is_new:
        added.removed_at = added.removed_by = None
        added.added_by, added.added_at, added.by_machine = by.user, timezone.now(), False
        added.save()
    note(theme, What.EXCERPT_ADDED, by=by, detail=_detail(added))
    written(theme)
    return added


@transaction.atomic
def remove_excerpt(excerpt: Excerpt, *, by: Membership) -> Excerpt:
    """These words do not speak of the theme. The machine never brings them back.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValidationError: the theme is not at hand.
    """
    check_may_decide(by)
    theme = locked(excerpt.theme, by=by)
    check_is_at_hand(theme)
    rows = Excerpt.objects.select_related("submission").select_for_update(of=["self"])
    current: Excerpt = rows.get(district=theme.district_id, pk=excerpt.pk)
    if current.removed_at is not None or current.theme_id != theme.pk:
        return current
    current.removed_at, current.removed_by = timezone.now(), by.user
    current.save(update_fields=["removed_at", "removed_by"])
    note(theme, What.EXCERPT_REMOVED, by=by, detail=_detail(current))
    written(theme)
    return current


def follow_words(cycle: Cycle, submission: Submission) -> None:
    """Move the cycle's excerpts to its new submission; what is not in it any more is gone.

    Only exact words count. Words that are there again after a while come back; what a person
    removed stays removed wherever it moves.
    """
    if submission.number == 1:
        return
    rows = Excerpt.objects.select_related("submission").select_for_update(of=["self"])
    moved = list(rows.filter(district=cycle.district_id, cycle=cycle).order_by("start", "id"))
    taken: set[tuple[object, Place, int, int]] = set()
    now = timezone.now()
    for excerpt in moved:
        _move(excerpt, submission, taken, now)
    Excerpt.objects.bulk_update(moved, ["submission", "start", "end", "gone_at"], batch_size=500)


def _move(
    excerpt: Excerpt,
    submission: Submission,
    taken: set[tuple[object, Place, int, int]],
    now: datetime,
) -> None:
    words = excerpt.words
    text = text_at(submission.content, excerpt.code, excerpt.field)
    starts = sorted(_starts(text, words), key=lambda start: abs(start - excerpt.start))
    for start in starts:
        there = (excerpt.theme_id, excerpt.place, start, start + len(words))
        if there not in taken:
            taken.add(there)
            excerpt.submission, excerpt.start, excerpt.end = submission, there[2], there[3]
            excerpt.gone_at = None
            return
    # It keeps its place in the submission that had the words: there they can still be read.
    excerpt.gone_at = excerpt.gone_at or now


def _starts(text: str, words: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _check_is_handed_in(submission: Submission) -> None:
    latest = Submission.objects.filter(
        district=submission.district_id, cycle=submission.cycle_id
    ).order_by("-number")
    is_latest = latest.values_list("pk", flat=True).first() == submission.pk
    if not (submission.cycle.is_submitted and is_latest):
        raise ValidationError(
            _("This school has taken its cycle back to work. Wait until it is handed in again."),
            code="not_submitted",
        )


def _checked(submission: Submission, place: Place, span: Span) -> Span:
    text = text_at(submission.content, *place)
    start, end = span
    if place[1] not in read_for_themes(place[0]) or not 0 <= start < end <= len(text):
        raise _not_in_the_text()
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end -= len(stretch) - len(stretch.rstrip())
    if start >= end:
        raise _not_in_the_text()
    return start, end


def _not_in_the_text() -> ValidationError:
    return ValidationError(
        {
            "words": ValidationError(
                _("These words do not stand in the text exactly like this. Copy them from it."),
                code="not_in_the_text",
            )
        }
    )


def _detail(excerpt: Excerpt) -> str:
    words = excerpt.words
    short = words if len(words) <= LONGEST_DETAIL else f"{words[:LONGEST_DETAIL].rstrip()}…"
    return f"{excerpt.school.name}: {short}"
