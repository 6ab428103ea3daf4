"""The rows behind a reading queue: a fixed number of queries, however many schools wait."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Max, QuerySet

from assessments.contents import Content
from assessments.dashboards.waiting import HandedIn, Read, Waiting, measured, minutes, waiting
from assessments.models import Comment, Cycle, Reading, Submission
from assessments.news import NOTHING, Amount, News, amount_between, begun_anew, news_between
from schools.models import District, Membership

# Whoever waits behind these is put in order by time alone until their turn comes nearer: to weigh
# a school takes its words of two years.
WEIGHED_AT_ONCE = 200


@dataclass(frozen=True)
class ForReading:
    """One school's cycle for one reader: what is new in it, and since when."""

    latest: Submission | None
    known: Submission | None
    last_year: Content | None
    read_at: datetime | None
    news: list[News]

    @property
    def is_first_time(self) -> bool:
        """Whether they have read nothing of it yet."""
        return self.known is None


class Queue:
    """What waits for one reader in one school year, of all schools or those of one level."""

    def __init__(self, who: Membership, district: District, year: int, *, level: str = "") -> None:
        self.who = who
        self.district = district
        self.year = year
        self.level = level

    @cached_property
    def entries(self) -> list[Waiting]:
        """The schools that wait, in the order in which to read them."""
        found = waiting(self.handed_in, self.read, self._commented(), days_since=self._days_since)
        if self.level:
            found = [each for each in found if each.latest.level == self.level]
        return measured(found, self._amounts(found[:WEIGHED_AT_ONCE]))

    @cached_property
    def handed_in(self) -> list[HandedIn]:
        """Every submission of the year."""
        rows = self._submissions
        return [
            HandedIn(pk, cycle_id, number, at, status == "submitted", *school)
            for pk, cycle_id, number, at, status, *school in rows.values_list(
                *("pk", "cycle_id", "number", "submitted_at", "cycle__status"),
                *("cycle__school_id", "cycle__school__name", "cycle__school__level"),
            )
        ]

    @cached_property
    def read(self) -> list[Read]:
        """What this person has read, the latest first."""
        rows = Reading.objects.visible_to(self.who).filter(cycle__school_year=self.year)
        names = ("cycle_id", "number", "read_at", "cycle__school__name")
        return [Read(*row) for row in rows.order_by("-read_at", "-id").values_list(*names)]

    @property
    def minutes(self) -> int:
        """About how long all of it takes."""
        return minutes(self.entries)

    @property
    def schools(self) -> int:
        """How many schools have handed in at least once."""
        return len({submission.cycle_id for submission in self.handed_in})

    def place_of(self, cycle_id: UUID) -> int | None:
        """Its place among those that wait, from one; None when it does not."""
        places = (n for n, each in enumerate(self.entries, 1) if each.cycle_id == cycle_id)
        return next(places, None)

    def after(self, cycle_id: UUID) -> Waiting | None:
        """Whoever comes after it; after one that does not wait, the first."""
        place = self.place_of(cycle_id) or 0
        return self.entries[place] if place < len(self.entries) else None

    @property
    def _submissions(self) -> QuerySet[Submission]:
        rows: QuerySet[Submission] = Submission.objects.visible_to(self.who)
        return rows.filter(cycle__school_year=self.year)

    def _days_since(self, moment: datetime) -> int:
        return (self.district.today() - self.district.local(moment).date()).days

    def _commented(self) -> dict[UUID, datetime]:
        rows = Comment.objects.filter(cycle__in=self._submissions.values("cycle"))
        others = rows.exclude(author=self.who.user_id).order_by().values_list("cycle_id")
        return dict(others.annotate(last=Max("written_at")))

    def _amounts(self, entries: list[Waiting]) -> dict[UUID, Amount]:
        """By submission, how much is new in it."""
        wanted = {each.latest.pk for each in entries}
        wanted |= {each.known.pk for each in entries if each.known}
        rows = self._submissions.filter(pk__in=wanted)
        contents: dict[UUID, Content] = dict(rows.values_list("pk", "content"))
        new_ones = [each.latest.school_id for each in entries if not each.known]
        last_year = last_year_of(self.who, self.year, new_ones)
        return {
            each.latest.pk: amount_between(
                contents[each.known.pk]
                if each.known
                else last_year.get(each.latest.school_id, NOTHING),
                contents[each.latest.pk],
            )
            for each in entries
        }


def last_year_of(who: Membership, year: int, schools: list[UUID]) -> dict[UUID, Content]:
    """By school, what it handed in last year, if it left it in the district's hands."""
    rows = Submission.objects.visible_to(who).filter(
        cycle__school_year=year - 1, cycle__status="submitted", cycle__school__in=schools
    )
    # Of several the one with the highest number stays.
    found = rows.order_by("number").values_list("cycle__school_id", "content")
    return {school_id: begun_anew(content) for school_id, content in found}


def for_reading(who: Membership, cycle: Cycle) -> ForReading:
    """What is new in a cycle for this person: since they read it last, else since last year."""
    rows = Submission.objects.visible_to(who).filter(cycle=cycle)
    submissions = {each.number: each for each in rows.order_by("number")}
    read = Reading.objects.visible_to(who).filter(cycle=cycle).order_by("number").last()
    latest = submissions[max(submissions)] if submissions else None
    known = submissions.get(read.number) if read else None
    last_year = None
    if known is None:
        last_year = last_year_of(who, cycle.school_year, [cycle.school_id]).get(cycle.school_id)
    before = known.content if known else last_year or NOTHING
    wording = cycle.campaign.instrument_version.wording()
    news = news_between(before, latest.content, wording=wording) if latest else []
    return ForReading(latest, known, last_year, read.read_at if read else None, news)
