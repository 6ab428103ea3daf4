"""What stands beside a school's answers: commitments, comments, more time, a second submission.

Days in the story count from the day the demo is made: `due = 9` is nine days on, `ago = 3` three
days back, but never before the school had written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from assessments import answers, comments, commitments, workflow
from assessments.demo.clock import clock_at
from assessments.demo.passages import Story
from assessments.models import Comment, Cycle, Notice
from schools.models import District, Membership

NEWS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Beside:
    """One school's year, written down at `since`, and the people who have to do with it."""

    cycle: Cycle
    story: Story
    year: str
    since: datetime
    people: Mapping[str, Membership]

    def tell(self) -> None:
        """All that the story has, each on its day."""
        for told in self._told("commitments"):
            self._commit(**told)
        for told in self._told("comments"):
            self._discuss(**told)
        if extension := self._told("extension"):
            self._extend(**extension)

    def reopen(self) -> None:
        """Take the submission back, change some words, and hand it in again."""
        if not (told := self._told("reopening")):
            return
        specialist, principal = self.people["specialist"], self.people["principal"]
        later = min(self.since + timedelta(days=told["after"]), timezone.now())
        with clock_at(later):
            workflow.reopen_cycle(self.cycle, by=specialist, reason=told["reason"])
            for cell in self.cycle.cells.in_order():
                if changed := told["cells"].get(cell.code):
                    cell.cycle = self.cycle
                    answers.save_cell(cell, by=principal, version=cell.version, answer=changed)
            workflow.submit_cycle(self.cycle, by=principal, quoting=self.story.quoting)

    def _told(self, kind: str) -> Any:
        return self.story.told(self.year, kind, ())

    def _commit(
        self, cell: str, what: str, who: str, due: int, done: int = 0, dropped: int = 0
    ) -> None:
        place = next(found for found in self.cycle.cells.in_order() if found.code == cell)
        principal = self.people["principal"]
        due_on = self._day(due)
        with clock_at(self.since):
            made = commitments.make_commitment(
                place, by=principal, what=what, who=who, due_on=due_on
            )
        for status, ago in (("done", done), ("dropped", dropped)):
            if ago:
                with clock_at(self._moment(ago)):
                    commitments.settle_commitment(made, by=principal, status=status)

    def _discuss(
        self,
        by: str,
        text: str,
        ago: int,
        on: str = "",
        replies: tuple[tuple[str, str], ...] = (),
        resolved_by: str = "",
    ) -> None:
        moment = self._moment(ago)
        thread: Comment | None = None
        for who, said in ((by, text), *replies):
            with clock_at(min(moment, timezone.now())):
                written = comments.write_comment(
                    self.cycle, by=self.people[who], text=said, code=on, thread=thread
                )
            thread = thread or written
            moment += timedelta(hours=3, minutes=len(said) % 50)
        if resolved_by and thread:
            with clock_at(min(moment, timezone.now())):
                comments.resolve_comment(thread, by=self.people[resolved_by])

    def _extend(self, until: int, reason: str, ago: int) -> None:
        specialist, until_day = self.people["specialist"], self._day(until)
        with clock_at(self._moment(ago)):
            workflow.extend_cycle(self.cycle, by=specialist, until=until_day, reason=reason)

    def _day(self, days: int) -> date:
        return self.people["specialist"].district.today() + timedelta(days=days)

    def _moment(self, ago: int) -> datetime:
        return max(self.since, timezone.now() - timedelta(days=ago, minutes=37 * (ago % 5)))


def settle_old_news(district: District) -> None:
    """What happened more than a week ago was told then: no mail of the demo's is about it."""
    waiting = Notice.objects.filter(district=district, sent_at__isnull=True)
    old = waiting.filter(created_at__lt=timezone.now() - NEWS)
    old.update(sent_at=F("created_at"), dropped=True)
