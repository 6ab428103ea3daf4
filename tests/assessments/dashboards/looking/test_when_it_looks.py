"""Looking for themes: when, for whom, and with what happens meanwhile."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from assessments import themes
from assessments.dashboards import looking
from assessments.dashboards.looking import waiting_looks
from assessments.models import Campaign, Cycle, ThemeMark
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.dashboards.looking.looks import (
    TIME,
    ask,
    look,
    look_once_more,
    stored,
    theme_with,
)
from tests.assessments.theming import counted, says_anew, school_says
from tests.factories import make_district, seat

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_look_that_was_killed_is_begun_again(
    campaign: Campaign, cycles: list[Cycle], district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(looking, "_found", _killed)
        look(campaign)
    marks = ThemeMark.objects.count()
    look(campaign)  # too early: it may still be at work
    at_once = stored(district)

    with time_machine.travel(timezone.now() + looking.GIVEN_UP + timedelta(minutes=1)):
        look(campaign)

    assert (marks, at_once, len(stored(district))) == (4, {}, 2)


def test_a_submission_during_a_look_is_seen_by_the_next(
    campaign: Campaign, cycles: list[Cycle], district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute = looking._found

    def meanwhile(task: looking._Task) -> object:
        says_anew(cycles[0], conditions="Something else altogether.")
        return compute(task)

    monkeypatch.setattr(looking, "_found", meanwhile)
    look(campaign)

    assert TIME[0] not in [words for _name, words in counted(district)]
    assert ThemeMark.objects.count() == 2  # taken back, and handed in anew


def test_a_decision_during_a_look_comes_first(
    campaign: Campaign,
    cycles: list[Cycle],
    district: District,
    sam: Membership,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look(campaign)
    theme, compute = theme_with(district, TIME[0]), looking._found
    ask(campaign, sam)

    def meanwhile(task: looking._Task) -> object:
        with district_scope(district.pk):
            themes.drop_theme(theme, by=sam, version=1)
        return compute(task)

    monkeypatch.setattr(looking, "_found", meanwhile)
    look(campaign)

    assert (len(stored(district)), stored(district)[theme.name][0]) == (2, "dropped")


def test_a_year_is_looked_at_when_it_has_been_quiet(campaign: Campaign) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        school_says(campaign, "Lincoln", conditions=TIME[0])
        at_once = waiting_looks()
    with time_machine.travel(now + looking.QUIET + timedelta(seconds=1), tick=False):
        later = waiting_looks()

    assert (at_once, later) == (
        [],
        [(str(campaign.district_id), campaign.school_year, "reflections")],
    )


def test_a_year_without_a_quiet_moment_is_looked_at_all_the_same(campaign: Campaign) -> None:
    now = timezone.now()
    with time_machine.travel(now - looking.LONGEST_WAIT - timedelta(minutes=1), tick=False):
        school_says(campaign, "Lincoln", conditions=TIME[0])
    school_says(campaign, "Garfield", conditions=TIME[1])

    assert len(waiting_looks()) == 1


def test_by_itself_a_district_is_looked_at_once_an_hour_and_at_once_when_asked(
    campaign: Campaign, cycles: list[Cycle], sam: Membership
) -> None:
    look(campaign)
    says_anew(cycles[0], conditions="Nothing of the kind.")
    look(campaign)
    too_early = ThemeMark.objects.count()

    look_once_more(campaign, sam)

    assert (too_early, ThemeMark.objects.count()) == (2, 0)


def test_who_may_not_decide_asks_for_no_look(campaign: Campaign, district: District) -> None:
    for by in (seat(district, Role.VIEWER), seat(make_district(), Role.VIEWER)):
        with pytest.raises(PermissionDenied):
            ask(campaign, by)


def _killed(_task: object) -> None:
    raise KeyboardInterrupt
