"""Lives through the demo's school years with the product's own verbs, on a clock of its own."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from assessments import answers, campaigns, workflow
from assessments.dashboards.minutes import measure_minutes
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.demo.beside import NEWS, Beside, settle_old_news
from assessments.demo.clock import (
    FOR_A_CELL,
    FOR_A_QUESTION,
    LONGEST_SITTING,
    WRITING,
    Sitting,
    clock_at,
)
from assessments.demo.following import follow
from assessments.demo.in_common import TOLD_OF, find_in_common
from assessments.demo.passages import YEARS, Entries, Story, stories
from assessments.demo.people import Registry
from assessments.demo.seals import seal_the_story
from assessments.models import Campaign, Cycle, InstrumentVersion, ThemeMark
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope

MESSAGES = {
    "two_years_ago": "Our first year with this. Take an hour with your team, and write what is so.",
    "last_year": "Please look at last year’s words before you write this year’s.",
    "this_year": "Take the hour. Your words decide where our coaching days go in spring. "
    "If something does not happen yet, “None yet” helps us more than a nice sentence.",
}


def tell(folder: str, district: District, registry: Registry) -> None:
    """Fill `district` with the schools of `folder` and their three years; once."""
    with district_scope(district.pk):
        if School.objects.filter(district=district).exists():
            return
        telling = Telling(district, registry, list(stories(folder)))
        telling.folder = folder
        for year in YEARS:
            telling.live_through(year)
        with clock_at(timezone.now() - NEWS - timedelta(days=1)):
            follow(telling.specialist, telling.this_school_year)
        settle_old_news(district)
        seal_the_story(district)


class Telling:
    """One district's three years."""

    folder = ""

    def __init__(self, district: District, registry: Registry, told: list[Story]) -> None:
        self.district = district
        self.this_school_year = district.this_school_year
        domain = f"{district.slug.split('-')[0]}.example"
        lead = registry.person(f"specialist@{domain}", "Marcus Lee")
        self.specialist = registry.seat(lead, district, Role.SPECIALIST)
        self.schools: list[tuple[Story, School, list[Membership]]] = []
        for story in told:
            school = _school(district, story)
            principal = registry.person(f"principal.{story.slug}@{domain}", story.principal)
            member = registry.person(f"team.{story.slug}@{domain}", _colleague(story))
            team = [
                registry.seat(principal, district, Role.PRINCIPAL, school),
                registry.seat(member, district, Role.TEAM_MEMBER, school),
            ]
            self.schools.append((story, school, team))

    def live_through(self, year: str) -> None:
        """Open the year's campaign, let every school write, compute the figures."""
        opens_on, due_on, closes_on = self._dates(year)
        with clock_at(self._working_hours(opens_on)):
            campaign = campaigns.open_campaign(
                by=self.specialist,
                instrument_version=InstrumentVersion.objects.latest(),
                school_year=self._school_year(year),
                opens_on=opens_on,
                due_on=due_on,
                closes_on=closes_on,
                message=MESSAGES[year],
            )
        for place, (story, school, team) in enumerate(self.schools):
            if story.status_in(year) != "not_started":
                self._write(campaign, school, story, team, place=place, year=year)
        refresh_snapshot(self.district.pk, campaign.school_year)
        measure_minutes(self.district.pk, campaign.school_year)
        if self.folder == TOLD_OF:
            at = min(self._working_hours(closes_on), timezone.now() - timedelta(days=2))
            schools = {story.slug: school.name for story, school, _team in self.schools}
            find_in_common(self.specialist, schools, year, campaign.school_year, at)
        ThemeMark.objects.filter(district=self.district).delete()

    def _write(
        self,
        campaign: Campaign,
        school: School,
        story: Story,
        team: list[Membership],
        *,
        place: int,
        year: str,
    ) -> None:
        cycle = Cycle.objects.with_campaign().get(campaign=campaign, school=school)
        sitting = Sitting(self._moment(campaign, place), who=f"{story.slug} {year}")
        self._answer(cycle, story.cells(year), story.reflections(year), team, sitting)
        people = {"specialist": self.specialist, "principal": team[0], "colleague": team[1]}
        beside = Beside(cycle, story, year, sitting.now, people)
        if story.status_in(year) == "submitted":
            with sitting.after(*WRITING):
                workflow.submit_cycle(cycle, by=team[0], quoting=story.quoting)
            beside.reopen()
        beside.tell()

    def _answer(
        self,
        cycle: Cycle,
        cells: Entries,
        reflections: Entries,
        team: list[Membership],
        sitting: Sitting,
    ) -> None:
        """The team talks, one of them writes: the first words are saved before the last."""
        for number, cell in enumerate(cycle.cells.in_order()):
            if entry := cells.get(cell.code):
                cell.cycle = cycle
                by = team[number % 2]
                if number == 0:
                    with sitting.after(*FOR_A_CELL):
                        answers.save_cell(cell, by=by, version=0, answer=_first_words(entry))
                with sitting.after(*FOR_A_CELL):
                    answers.save_cell(cell, by=by, version=cell.version, answer=entry)
        for reflection in cycle.reflections.all():
            if entry := reflections.get(reflection.question):
                reflection.cycle = cycle
                with sitting.after(*FOR_A_QUESTION):
                    answers.save_reflection(reflection, by=team[0], version=0, answer=entry)

    def _school_year(self, year: str) -> int:
        return self.this_school_year - (len(YEARS) - 1 - YEARS.index(year))

    def _dates(self, year: str) -> tuple[date, date, date]:
        school_year = self._school_year(year)
        if year != YEARS[-1]:
            return date(school_year, 2, 1), date(school_year, 3, 15), date(school_year, 4, 30)
        today = self.district.today()
        opens_on = max(today - timedelta(days=45), self.district.first_day_of(school_year))
        return opens_on, max(opens_on, today - timedelta(days=3)), today + timedelta(days=40)

    def _moment(self, campaign: Campaign, place: int) -> datetime:
        """Schools write one after the other; the last of them after the due date."""
        last = min(campaign.closes_on, self.district.today())
        days = max((last - campaign.opens_on).days, 1)
        day = campaign.opens_on + timedelta(days=place * days // len(self.schools))
        return self._working_hours(day, timedelta(minutes=17 * place))

    def _working_hours(self, day: date, later: timedelta = timedelta()) -> datetime:
        """A working day's morning or later, so that an hour from then is over by now."""
        zone = ZoneInfo(self.district.time_zone)
        planned = datetime.combine(day, time(8, 40), zone) + later
        begins = datetime.combine(day, time(), zone)
        return max(min(planned, timezone.now() - LONGEST_SITTING), begins)


def _first_words(entry: dict[str, Any]) -> dict[str, Any]:
    words: str = entry.get("opportunities", "")
    return {"opportunities": words[: len(words) // 2]}


def _school(district: District, story: Story) -> School:
    low, high = story.grades
    school: School = School.objects.create(
        district=district,
        name=story.name,
        level=story.level,
        low_grade=low,
        high_grade=high,
        students=story.students,
        city=district.name.split()[0],
        group=GROUPS[sum(map(ord, story.slug)) % len(GROUPS)],
    )
    return school


# What a district calls some of its schools; not every school is in a group.
GROUPS = ("East network", "River network", "First cohort", "")
COLLEAGUES = (
    "Ana Beltrán", "Tom Aldridge", "Mai Xiong", "Farah Osman", "Joyce Bell", "Luis Ortega",
    "Kelly Nowak", "Denise Park", "Amir Haddad", "Grace Lund", "Peter Vang", "Nora Quinn",
)  # fmt: skip


def _colleague(story: Story) -> str:
    return COLLEAGUES[sum(map(ord, story.slug)) % len(COLLEAGUES)]
