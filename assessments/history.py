"""The versions of one answer as people read them: by sitting, each with what it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assessments.contents import Change, Content, changes_between
from assessments.instrument import Wording
from assessments.models import Revision
from assessments.revisions import ONE_SITTING


@dataclass(frozen=True)
class Step:
    """One version, and what stood before it."""

    revision: Revision
    before: Content
    wording: Wording

    @property
    def changes(self) -> list[Change]:
        """In what it differs; words that were refused, from those that were kept instead."""
        return _changes(self, self)


@dataclass(frozen=True)
class Sitting:
    """What one person did to an answer without a long pause; the latest step comes first."""

    steps: list[Step]

    @property
    def editor(self) -> Any:
        """Who wrote; nobody when they have left for good."""
        return self.steps[0].revision.edited_by

    @property
    def started_at(self) -> datetime:
        """When the first word was saved."""
        return self.steps[-1].revision.started_at

    @property
    def edited_at(self) -> datetime:
        """When the last word was saved."""
        return self.steps[0].revision.edited_at

    @property
    def latest(self) -> Revision:
        """How the answer stood at its end."""
        return self.steps[0].revision

    @property
    def changes(self) -> list[Change]:
        """What the whole sitting changed."""
        return _changes(self.steps[-1], self.steps[0])

    @property
    def is_long(self) -> bool:
        """Whether it lasted so long that its end is worth saying."""
        return self.edited_at.replace(second=0) > self.started_at.replace(second=59)

    def goes_on_with(self, revision: Revision) -> bool:
        """Whether a later revision belongs to the same sitting."""
        latest = self.latest
        return (
            revision.edited_by_id == latest.edited_by_id
            and revision.was_refused == latest.was_refused
            and revision.started_at - latest.edited_at <= ONE_SITTING
        )


def sittings_of(
    revisions: Sequence[Revision], *, before: Content, wording: Wording
) -> list[Sitting]:
    """The sittings of an answer's revisions; both begin with the latest.

    `before` is what stood before the earliest of them.
    """
    sittings: list[Sitting] = []
    for revision in reversed(revisions):
        step = Step(revision, before, wording)
        if sittings and sittings[0].goes_on_with(revision):
            sittings[0].steps.insert(0, step)
        else:
            sittings.insert(0, Sitting([step]))
        if not revision.was_refused:
            before = revision.content
    return sittings


def _changes(first: Step, last: Step) -> list[Change]:
    code, after = last.revision.code, last.revision.content
    return changes_between(code, first.before, after, wording=first.wording)
