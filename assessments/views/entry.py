"""An answer as a page shows it, with all that stands around it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from assessments.forms import ResponseForm
from assessments.models import Comment, Commitment, Response, WorkingNote


class Entry(NamedTuple):
    """A cell or a question as the page shows it: what is there, its form, last year's words."""

    response: Response
    form: ResponseForm | None
    prompts: Any
    last_year: Response | None
    commitments: Sequence[Commitment] = ()
    comments: Sequence[Comment] = ()
    note: WorkingNote | None = None
    colleagues: Sequence[WorkingNote] = ()

    @property
    def since_last_year(self) -> str:
        """`new`, `changed` or `unchanged` words and choices; nothing without two answers."""
        before = self.last_year
        if before is None or not self.response.is_answered:  # type: ignore[attr-defined]
            return ""
        if not before.is_answered:  # type: ignore[attr-defined]
            return "new"
        now, then = self.response.content, before.content
        # A disposition is asked anew each year: it cannot be as it was.
        same = all(now[name] == then[name] for name in now if "disposition" not in name)
        return "unchanged" if same else "changed"

    @property
    def open_threads(self) -> list[Comment]:
        """What is said here and not settled."""
        return [thread for thread in self.comments if not thread.is_resolved]
