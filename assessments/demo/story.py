"""Lives through the demo's school years with the product's own verbs, on a clock of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.utils import timezone

from assessments import answers, campaigns, workflow
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.demo.passages import YEARS, Story, stories
from assessments.demo.people import Registry
from assessments.models import Campaign, Cycle, InstrumentVersion
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
        for year in YEARS:
            telling.live_through(year)


class Telling:
    """One district's three years."""

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
        with _clock_at(self._noon(opens_on)):
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
        with _clock_at(self._moment(campaign, place)):
            for number, cell in enumerate(cycle.cells.in_order()):
                if entry := story.cells(year).get(cell.code):
                    cell.cycle = cycle
                    answers.save_cell(cell, by=team[number % 2], version=0, answer=entry)
            for reflection in cycle.reflections.all():
                if entry := story.reflections(year).get(reflection.question):
                    reflection.cycle = cycle
                    answers.save_reflection(reflection, by=team[0], version=0, answer=entry)
            if story.status_in(year) == "submitted":
                workflow.submit_cycle(cycle, by=team[0], quoting=story.quoting)

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
        return self._noon(day) + timedelta(minutes=17 * place)

    def _noon(self, day: date) -> datetime:
        """The middle of a working day, or now when that is still to come."""
        noon = datetime.combine(day, time(8, 40), ZoneInfo(self.district.time_zone))
        return min(noon, timezone.now())


@contextmanager
def _clock_at(moment: datetime) -> Iterator[None]:
    with patch("django.utils.timezone.now", return_value=moment):
        yield


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
    )
    return school


COLLEAGUES = (
    "Ana Beltrán", "Tom Aldridge", "Mai Xiong", "Farah Osman", "Joyce Bell", "Luis Ortega",
    "Kelly Nowak", "Denise Park", "Amir Haddad", "Grace Lund", "Peter Vang", "Nora Quinn",
)  # fmt: skip


def _colleague(story: Story) -> str:
    return COLLEAGUES[sum(map(ord, story.slug)) % len(COLLEAGUES)]
