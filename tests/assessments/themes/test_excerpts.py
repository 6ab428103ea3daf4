"""The words behind a theme: added, taken out, moved along, no longer said."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import excerpts
from assessments.models import Cycle, Theme
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.themes.deciding import ALSO, SAID, code_of, log
from tests.assessments.theming import (
    excerpt_of,
    last_submission,
    says_anew,
    school_says,
)
from tests.factories import make_campaign, make_district

pytestmark = pytest.mark.django_db


def test_a_stretch_is_added_without_the_space_around_it_and_once(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    submission = last_submission(cycles[0])
    span = (len(SAID), len(SAID) + 1 + len(ALSO))

    for _ in range(2):
        added = excerpts.add_excerpt(
            theme, submission, by=sam, place=("balance", "text"), span=span
        )

    assert (added.words, added.by_machine, theme.excerpts.count()) == (ALSO, False, 3)
    assert [what for what, _who in log(theme)] == ["excerpt_added"]


@pytest.mark.parametrize(
    ("place", "span"),
    [
        (("balance", "text"), (0, 10_000)),
        (("balance", "text"), (-1, 5)),
        (("balance", "text"), (5, 5)),
        (("balance", "text"), (len(SAID), len(SAID) + 1)),
        (("balance", "answer"), (0, 5)),
        (("nowhere", "text"), (0, 5)),
        (("team.beliefs", "reach"), (0, 1)),
    ],
)
def test_a_stretch_that_is_not_in_the_text_is_refused(
    place: tuple[str, str],
    span: tuple[int, int],
    theme: Theme,
    cycles: list[Cycle],
    sam: Membership,
) -> None:
    with pytest.raises(ValidationError) as refusal:
        excerpts.add_excerpt(theme, last_submission(cycles[0]), by=sam, place=place, span=span)

    assert code_of(refusal) == "not_in_the_text"


def test_words_of_another_district_are_none_of_ours(theme: Theme, sam: Membership) -> None:
    stranger = school_says(make_campaign(make_district()), "Lincoln", balance=SAID)
    with district_scope(stranger.district_id):
        foreign = last_submission(stranger)

    with pytest.raises(PermissionDenied):
        excerpts.add_excerpt(theme, foreign, by=sam, place=("balance", "text"), span=(0, 5))


def test_what_is_taken_out_counts_no_more_until_a_person_brings_it_back(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    excerpt = theme.excerpts.get(cycle=cycles[0])
    for _ in range(2):
        excerpts.remove_excerpt(excerpt, by=sam)
    removed = theme.excerpts.counted().count()

    excerpts.add_excerpt(
        theme,
        last_submission(cycles[0]),
        by=sam,
        place=excerpt.place,
        span=(excerpt.start, excerpt.end),
    )

    assert (removed, theme.excerpts.counted().count()) == (1, 2)
    assert [what for what, _who in log(theme)] == ["excerpt_removed", "excerpt_added"]


def test_words_move_to_the_new_submission_or_are_no_longer_said(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    stays, goes = theme.excerpts.get(cycle=cycles[0]), excerpt_of(theme, cycles[0], ALSO)

    says_anew(cycles[0], balance=f"¡Ojo! 🎈 {SAID}")

    now = {e.pk: e for e in theme.excerpts.select_related("submission")}
    assert (now[stays.pk].words, now[stays.pk].submission.number) == (SAID, 2)
    assert (now[goes.pk].words, now[goes.pk].submission.number) == (ALSO, 1)
    assert (now[stays.pk].gone_at, now[goes.pk].gone_at is None) == (None, False)
    assert theme.excerpts.counted().filter(cycle=cycles[0]).count() == 1


def test_words_that_are_said_again_count_again(theme: Theme, cycles: list[Cycle]) -> None:
    says_anew(cycles[0], balance="Nothing of the kind.")
    gone = theme.excerpts.counted().count()

    says_anew(cycles[0], balance=f"As we said: {SAID}")

    assert (gone, theme.excerpts.counted().count()) == (1, 2)


def test_words_said_twice_stay_two(theme: Theme, cycles: list[Cycle], sam: Membership) -> None:
    says_anew(cycles[0], balance=f"{SAID} And again: {SAID}")
    twice = last_submission(cycles[0])
    again = (len(SAID) + len(" And again: "), 2 * len(SAID) + len(" And again: "))
    excerpts.add_excerpt(theme, twice, by=sam, place=("balance", "text"), span=again)

    says_anew(cycles[0], balance=f"So. {SAID} And again: {SAID}")

    starts = theme.excerpts.filter(cycle=cycles[0]).order_by("start")
    assert [e.start for e in starts] == [4, 4 + again[0]]


def test_a_cycle_at_work_is_not_counted_and_takes_no_words(
    theme: Theme, cycles: list[Cycle], sam: Membership
) -> None:
    Cycle.objects.filter(pk=cycles[0].pk).update(status="in_progress")

    with pytest.raises(ValidationError) as refusal:
        excerpts.add_excerpt(
            theme, last_submission(cycles[0]), by=sam, place=("balance", "text"), span=(0, 5)
        )

    assert (code_of(refusal), theme.excerpts.counted().count()) == ("not_submitted", 1)
