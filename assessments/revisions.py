"""What is kept of an answer for its history: each version, and words that were refused."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from assessments import comparison
from assessments.models import Cycle, Response, Revision
from schools.models import Author

ONE_SITTING = timedelta(minutes=10)
# Of an earlier text, no more than a short word may be lost by folding a save into the one before.
LONGEST_LOST = 8


def keep_revision(
    response: Response,
    *,
    by: Author,
    version: int,
    content: dict[str, Any],
    at: datetime,
    may_fold: bool = True,
) -> None:
    """Keep what was saved onto `version`.

    One editor's saves within one sitting fold into one revision; another's words never do. Nor
    do saves that together lose more than a short word of the texts before them: who replaces a
    paragraph, or takes it away letter by letter, finds the earlier one in the history.
    """
    latest = {"version": version + 1, "content": content, "edited_at": at}
    lost = _characters_lost(response, version, content)
    if may_fold and lost <= LONGEST_LOST:
        same = _by_the_same(response, by, version).filter(started_at__gte=at - ONE_SITTING)
        folds = same.filter(was_refused=False, characters_lost__lte=LONGEST_LOST - lost)
        if folds.update(**latest, characters_lost=F("characters_lost") + lost):
            return
    _keep(response, by, refused=False, **latest)


def keep_refused(
    response: Response, *, by: Author, version: int, content: dict[str, Any], at: datetime
) -> None:
    """Keep what was not saved onto `version`. The same words are kept once: they are sent again."""
    latest = {"version": version, "content": content, "edited_at": at}
    same = _by_the_same(response, by, version).filter(content=content)
    if not same.filter(was_refused=True).update(**latest):
        _keep(response, by, refused=True, **latest)


def _by_the_same(response: Response, by: Author, version: int) -> Any:
    return Revision.objects.filter(
        cycle=response.cycle,  # type: ignore[attr-defined]
        code=response.code,
        version=version,
        edited_by=by.user,
    )


def _keep(response: Response, by: Author, *, refused: bool, **latest: Any) -> None:
    cycle: Cycle = response.cycle  # type: ignore[attr-defined]
    Revision.objects.create(
        district_id=response.district_id,
        cycle=cycle,
        code=response.code,
        edited_by=by.user,
        was_refused=refused,
        started_at=latest["edited_at"],
        **latest,
    )


def _characters_lost(response: Response, version: int, content: dict[str, Any]) -> int:
    """How much of the texts that stood at `version` somebody may want back."""
    # What was loaded is not what stood at that version: nobody knows what would be lost.
    if response.version != version:
        return LONGEST_LOST + 1
    return sum(
        len(comparison.lost_stretch(getattr(response, name), content[name]))
        for name in response.TEXTS
    )
