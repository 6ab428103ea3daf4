"""What the specialist has done by now: read the first schools, and brought two together."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from assessments import introductions, readings
from assessments.demo.clock import clock_at
from assessments.instrument import CELLS, CellCode, Offer
from assessments.models import Cell, Submission
from schools.models import Membership, School

A_DAY = timedelta(days=1)
READ_SO_FAR = 4


def follow(specialist: Membership, school_year: int) -> None:
    """A day after each of the first schools handed in; and the first two that could meet."""
    first_ones = Submission.objects.filter(cycle__school_year=school_year, number=1)
    for submission in first_ones.select_related("cycle").order_by("submitted_at")[:READ_SO_FAR]:
        with clock_at(min(submission.submitted_at + A_DAY, timezone.now())):
            readings.mark_read(submission.cycle, by=specialist, number=1)
    for place, looking, showing in _pairs(school_year):
        introductions.introduce(
            looking, showing, by=specialist, school_year=school_year, place=place
        )
        return


def _pairs(school_year: int) -> Iterator[tuple[CellCode, School, School]]:
    for place in CELLS:
        cells = Cell.objects.filter(
            school_year=school_year, context=place.context, content_area=place.content_area
        )
        said = cells.submitted().select_related("school").order_by("school__name", "pk")
        looking = [cell.school for cell in said if cell.offer == Offer.SEEKING]
        showing = [cell.school for cell in said if cell.offer == Offer.OFFERING]
        yield from ((place, one, other) for one in looking for other in showing)
