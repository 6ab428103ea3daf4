"""Eight people and programs who change a district at once: for seconds, or for minutes.

Transactions are short and long, of one deed and of many; some are rolled back; rows are deleted,
alone and with all that hangs on them. Each has a clock of their own, which may be two seconds off.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connections
from django.utils import timezone

from assessments import answers, campaigns, comments, commitments, workflow
from assessments.answers import EditConflict
from assessments.models import Campaign, Cell, Comment, Commitment, Cycle, Reflection
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted

WRITERS: Final = 8
LASTING: Final = 6
MISTAKE: Final = "A school that never was"
PASSING: Final = "Passing school"
_CLOCKS_OFF: Final = 2.0  # seconds


class _Regretted(Exception):
    """Whoever wrote has changed their mind: nothing of it stays."""


@dataclass
class Crowd:
    """A district at work, and what was done in it."""

    district: District
    campaign: Campaign
    principals: list[Membership]
    specialist: Membership
    done: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of_a_new_district(cls) -> "Crowd":
        """Six schools, two of which have handed in."""
        district = make_district("Riverbend")
        schools = [
            make_school(district, f"School {number}", nces_schid=f"01000050087{number}")
            for number in range(LASTING)
        ]
        principals = [seat(district, Role.PRINCIPAL, school) for school in schools]
        specialist = seat(district, Role.SPECIALIST)
        make_school(district, MISTAKE)
        campaign = make_campaign(district)
        for school, principal in zip(schools[:2], principals[:2], strict=True):
            submitted(cycle_of(school, campaign), principal)
        return cls(district, campaign, principals, specialist)

    def undo_a_mistake(self) -> None:
        """So that something is deleted in any case."""
        with district_scope(self.district.pk):
            Cycle.objects.filter(school__name=MISTAKE).delete()
            School.objects.filter(name=MISTAKE).delete()

    def write_for(self, seconds: float, *, seed: int = 9) -> None:
        """All at once; returns when the last transaction has ended."""
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(WRITERS) as pool:
            for each in [pool.submit(self._write, seed + n, until) for n in range(WRITERS)]:
                each.result()

    def _write(self, seed: int, until: float) -> None:
        dice = random.Random(seed)  # noqa: S311 - dice, no secret
        try:
            while time.monotonic() < until:
                self._transaction(dice, until)
        finally:
            connections.close_all()

    def _transaction(self, dice: random.Random, until: float) -> None:
        is_long = dice.random() < 0.2
        did: list[str] = []
        try:
            with district_scope(self.district.pk):
                for _ in range(dice.randint(2, 6) if is_long else 1):
                    deed = dice.choice(_DEEDS)
                    deed(self, dice)
                    did.append(deed.__name__.strip("_"))
                    if is_long and time.monotonic() < until:
                        time.sleep(dice.random() * 0.4)
                if dice.random() < 0.15:
                    raise _Regretted
        except _Regretted:
            did = ["regretted"]
        except (DatabaseError, ObjectDoesNotExist, ValidationError, EditConflict) as refused:
            did = [f"refused: {type(refused).__name__}"]
        self.done.update(did)


def _save(crowd: Crowd, dice: random.Random) -> None:
    principal = dice.choice(crowd.principals)
    with_all = ("cycle__campaign__district", "cycle__campaign__instrument_version")
    cells = Cell.objects.select_related(*with_all).filter(school__in=principal.school_ids)
    if cell := cells.exclude(cycle__status="submitted").order_by("?").first():
        answer = {"opportunities": f"Now: {dice.random()}"}
        answers.save_cell(cell, by=principal, version=cell.version, answer=answer)


def _hand_in_or_reopen(crowd: Crowd, dice: random.Random) -> None:
    principal = crowd.principals[dice.randrange(2)]
    cycle = Cycle.objects.with_campaign().get(school__in=principal.school_ids)
    if cycle.is_submitted:
        workflow.reopen_cycle(cycle, by=principal, reason="Once more")
    else:
        workflow.submit_cycle(cycle, by=principal, quoting="unnamed")


def _rename(crowd: Crowd, dice: random.Random) -> None:
    at = timezone.now() + timedelta(seconds=dice.uniform(-_CLOCKS_OFF, _CLOCKS_OFF))
    some = School.objects.filter(pk__in=_some(School.objects.all(), dice))
    some.update(group=f"Group {dice.randrange(99)}", updated_at=at)


def _add_schools(crowd: Crowd, dice: random.Random) -> None:
    new = [School(district=crowd.district, name=PASSING) for _ in range(dice.randint(1, 3))]
    School.objects.bulk_create(new)
    campaigns.include_new_schools(crowd.campaign, by=crowd.specialist)


def _remove_a_school(crowd: Crowd, dice: random.Random) -> None:
    """With all that hangs on it, as an operator would who made it by mistake."""
    passing = School.objects.filter(name=PASSING).order_by("?")
    if school := passing.select_for_update(of=["self"]).first():
        Commitment.objects.filter(school=school).delete()
        Cycle.objects.filter(school=school).delete()
        school.delete()


def _say(crowd: Crowd, dice: random.Random) -> None:
    cycle = Cycle.objects.select_related("school").order_by("?").first()
    assert cycle
    comments.write_comment(cycle, by=crowd.specialist, text=f"Well: {dice.random()}")


def _take_back(crowd: Crowd, dice: random.Random) -> None:
    Comment.objects.filter(pk__in=_some(Comment.objects.all(), dice)).delete()


def _promise(crowd: Crowd, dice: random.Random) -> None:
    principal = dice.choice(crowd.principals)
    cell = Cell.objects.filter(school__in=principal.school_ids).order_by("?").first()
    assert cell
    due_on = crowd.district.today() + timedelta(days=9)
    what = f"Meet {dice.random()}"
    commitments.make_commitment(cell, by=principal, what=what, who="All", due_on=due_on)


def _forget_a_question(crowd: Crowd, dice: random.Random) -> None:
    passing = Reflection.objects.filter(school__name=PASSING)
    Reflection.objects.filter(pk__in=_some(passing, dice)).delete()


def _some(rows: object, dice: random.Random) -> list[object]:
    picked = rows.order_by("?").values_list("pk", flat=True)  # type: ignore[attr-defined]
    return list(picked[: dice.randint(1, 3)])


_DEEDS: Final[list[Callable[[Crowd, random.Random], None]]] = [
    *(_save, _save, _save, _hand_in_or_reopen, _rename, _add_schools, _remove_a_school),
    *(_say, _take_back, _promise, _forget_a_question),
]
