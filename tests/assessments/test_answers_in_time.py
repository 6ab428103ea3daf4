"""When words can be saved: while the campaign is open and the cycle is not handed in."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError

from assessments import workflow
from assessments.models import Campaign, Cycle
from schools.models import Membership
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser, in_form
from tests.assessments.writing import (
    CELL,
    history,
    marks,
    read_cell,
    read_cycle,
    read_reflection,
    save,
)
from tests.factories import submitted

pytestmark = pytest.mark.django_db(transaction=True)


def refusal(cycle: Cycle, by: Membership, words: str = "Too late?") -> str:
    """The code with which a save is refused; nothing when it is not."""
    try:
        save(read_cell(cycle), by, opportunities=words)
    except ValidationError as refused:
        return str(refused.code)
    return ""


def on_the_wall(campaign: Campaign, day: int, at: time) -> datetime:
    """A moment on the district's own clock, `day` days after the campaign's last one."""
    zone = ZoneInfo(campaign.district.time_zone)
    return datetime.combine(campaign.closes_on + timedelta(days=day), at, zone)


def test_words_are_saved_until_the_last_minute_on_the_district_s_clock(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    with time_machine.travel(on_the_wall(campaign, 0, time(23, 59, 59)), tick=False):
        in_time = refusal(cycle, alice, "Just in time.")
    with time_machine.travel(on_the_wall(campaign, 1, time(0, 0)), tick=False):
        late = refusal(cycle, alice, "A second late.")

    assert (in_time, late) == ("", "campaign_closed")


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"])
def test_every_district_closes_by_its_own_clock(cycle: Cycle, alice: Membership, zone: str) -> None:
    district = alice.district
    district.time_zone = zone
    district.save()
    campaign = read_cycle(cycle).campaign

    with time_machine.travel(on_the_wall(campaign, 0, time(23, 59, 59)), tick=False):
        in_time = refusal(cycle, alice, "Just in time.")
    with time_machine.travel(on_the_wall(campaign, 1, time(0, 0)), tick=False):
        late = refusal(cycle, alice, "A second late.")

    assert (in_time, late) == ("", "campaign_closed")


def test_a_closed_campaign_takes_no_words_but_keeps_them(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    save(read_cell(cycle), alice, opportunities="In time.")
    before = marks(cycle)

    with time_machine.travel(on_the_wall(campaign, 1, time(12)), tick=False):
        code = refusal(cycle, alice)

    assert code == "campaign_closed"
    assert (read_cell(cycle).opportunities, marks(cycle)) == ("In time.", before)
    assert history(cycle) == [(1, "In time.", False), (1, "Too late?", True)]


def test_a_campaign_that_has_not_opened_takes_no_words_but_keeps_them(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    last_night = datetime.combine(
        campaign.opens_on - timedelta(days=1), time(23, 59), ZoneInfo(campaign.district.time_zone)
    )

    with time_machine.travel(last_night, tick=False):
        code = refusal(cycle, alice, "Too early?")

    assert code == "campaign_upcoming"
    assert (read_cell(cycle).version, history(cycle)) == (0, [(0, "Too early?", True)])


def test_a_submitted_cycle_takes_no_words_but_keeps_them(cycle: Cycle, alice: Membership) -> None:
    submitted(cycle, alice)
    before = (read_cell(cycle).content, read_cell(cycle).version, marks(cycle))

    code = refusal(cycle, alice)

    assert code == "cycle_submitted"
    assert (read_cell(cycle).content, read_cell(cycle).version, marks(cycle)) == before
    assert history(cycle)[-1] == (1, "Too late?", True)
    assert read_cycle(cycle).is_submitted


def test_a_submitted_reflection_takes_no_words_but_keeps_them(
    cycle: Cycle, alice: Membership
) -> None:
    submitted(cycle, alice)

    with pytest.raises(ValidationError) as refused:
        save(read_reflection(cycle, "missed"), alice, text="One more thing.")

    assert refused.value.code == "cycle_submitted"
    assert history(cycle)[-1] == (1, "One more thing.", True)


def test_a_reopened_cycle_takes_words_again_and_keeps_the_refused_ones(
    cycle: Cycle, alice: Membership
) -> None:
    handed_in = submitted(cycle, alice)
    refusal(cycle, alice, "Too late?")
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(handed_in, by=alice, reason="A page was left out.")

    code = refusal(cycle, alice, "The page that was left out.")

    assert (code, read_cell(cycle).opportunities) == ("", "The page that was left out.")
    assert history(cycle, CELL) == [
        (1, "Now: team.beliefs", False),
        (1, "Too late?", True),
        (2, "The page that was left out.", False),
    ]


def late_refusal(cycle: Cycle, by: Membership, *, typed: datetime, arrived: datetime) -> str:
    """The code with which words are refused that were typed at one moment and sent at another."""
    try:
        with time_machine.travel(arrived, tick=False):
            save(read_cell(cycle), by, typed_at=typed, opportunities=f"Typed at {typed}.")
    except ValidationError as refused:
        return str(refused.code)
    return ""


@pytest.mark.parametrize(
    ("day", "at", "days_on_the_way", "code"),
    [
        (0, time(23, 59, 59, 999_000), 0.1, ""),
        (0, time(23, 59, 59), 59.9, ""),
        (0, time(23, 59, 59), 60.1, "campaign_closed"),
        (1, time(0, 0), 0.1, "campaign_closed"),
        (3, time(12), -1, "campaign_closed"),  # in the future
    ],
)
def test_words_typed_before_the_end_are_taken_after_it(
    cycle: Cycle,
    campaign: Campaign,
    alice: Membership,
    day: int,
    at: time,
    days_on_the_way: float,
    code: str,
) -> None:
    typed = on_the_wall(campaign, day, at)
    arrived = typed + timedelta(days=days_on_the_way)

    assert late_refusal(cycle, alice, typed=typed, arrived=arrived) == code
    assert read_cell(cycle).opportunities == ("" if code else f"Typed at {typed}.")
    assert history(cycle) == [(0 if code else 1, f"Typed at {typed}.", bool(code))]


def test_words_typed_before_the_campaign_opened_are_not_taken_after_its_end(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    first = on_the_wall(campaign, 0, time(0)) - (campaign.closes_on - campaign.opens_on)
    campaign_ends_soon(campaign)
    arrived = first + timedelta(days=3)

    early = late_refusal(cycle, alice, typed=first - timedelta(seconds=1), arrived=arrived)
    in_time = late_refusal(cycle, alice, typed=first, arrived=arrived)

    assert (early, in_time) == ("campaign_closed", "")


def campaign_ends_soon(campaign: Campaign) -> None:
    """On its very first day."""
    with district_scope(campaign.district_id):
        Campaign.objects.filter(pk=campaign.pk).update(
            due_on=campaign.opens_on, closes_on=campaign.opens_on
        )


def test_a_submitted_cycle_takes_no_words_typed_before_its_end(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    submitted(cycle, alice)
    typed = on_the_wall(campaign, 0, time(12))

    assert late_refusal(cycle, alice, typed=typed, arrived=typed + timedelta(days=2)) == (
        "cycle_submitted"
    )


@pytest.mark.parametrize(
    "said",
    ["", "yesterday", "NaN", "1e12", "0", "-1", "-" + "9" * 30, "9" * 30, "9" * 400, "9" * 5000],
)
def test_nonsense_for_the_moment_of_typing_is_no_moment(
    cycle: Cycle, campaign: Campaign, alice: Membership, said: str
) -> None:
    with time_machine.travel(on_the_wall(campaign, 1, time(12)), tick=False):
        answer = save_saying(said, alice, cycle)

    assert (answer, read_cell(cycle).opportunities) == (422, "")
    assert history(cycle) == [(0, "Too late?", True)]


def test_the_moment_of_typing_is_told_in_milliseconds(
    cycle: Cycle, campaign: Campaign, alice: Membership
) -> None:
    closes = int(on_the_wall(campaign, 1, time(0)).timestamp() * 1000)
    with time_machine.travel(on_the_wall(campaign, 2, time(12)), tick=False):
        answers = [save_saying(str(said), alice, cycle) for said in (closes, closes - 1)]

    assert answers == [422, 200]


def save_saying(said: str, by: Membership, cycle: Cycle) -> int:
    """Send words with what a browser says of when they were typed; the status of the answer."""
    browser = Browser(by)
    place = {"cycle_id": cycle.pk, "context": "team", "content_area": "beliefs"}
    answer = browser.client.post(
        browser.address("cell", **place),
        in_form(CELL, opportunities="Too late?"),
        headers={"HX-Request": "true", "X-Typed-At": said},
    )
    status: int = answer.status_code
    return status
