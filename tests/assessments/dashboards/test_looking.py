"""Looking for themes: from submissions to suggestions, twice, late and when it was killed."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from assessments import excerpts, themes
from assessments.dashboards import looking
from assessments.dashboards.looking import ask_to_look, look_for_themes, waiting_looks
from assessments.models import Campaign, Cycle, Excerpt, Theme, ThemeMark, ThemeRun
from schools.models import District, Membership, Role
from schools.tenancy import district_scope
from tests.assessments.theming import counted, says_anew, school_says
from tests.factories import make_campaign, make_district, seat

pytestmark = pytest.mark.django_db(transaction=True)

TIME = (
    "Teachers have no common planning time during the school day.",
    "We need protected time to plan together every week.",
    "No hay tiempo para planificar juntos durante la jornada escolar.",
    "Our planning time is taken away for covering classes.",
)
FAMILIES = (
    "Families who speak Spanish are missing from our meetings.",
    "We hardly ever invite parents into our professional learning.",
    "Las familias no participan en nuestras reuniones de aprendizaje.",
    "Parents are not heard when we set goals.",
)
SCHOOLS = ("Lincoln", "Garfield", "Riverside", "Summit")


@pytest.fixture
def campaign(district: District) -> Campaign:
    return make_campaign(district)


@pytest.fixture
def sam(district: District) -> Membership:
    return seat(district, Role.SPECIALIST)


@pytest.fixture
def cycles(campaign: Campaign) -> list[Cycle]:
    """Four schools, one of them writing in Spanish; what they do not say is "n/a"."""
    return [
        school_says(campaign, name, conditions=time, missed=families)
        for name, time, families in zip(SCHOOLS, TIME, FAMILIES, strict=True)
    ]


def look(campaign: Campaign, source: str = "reflections") -> None:
    look_for_themes(campaign.district_id, campaign.school_year, source)


def ask(campaign: Campaign, by: Membership, source: str = "reflections") -> None:
    with district_scope(campaign.district_id):
        ask_to_look(by=by, school_year=campaign.school_year, source=source)


def look_once_more(campaign: Campaign, by: Membership) -> None:
    ask(campaign, by)
    look(campaign)


def stored(district: District) -> dict[str, tuple[str, list[str]]]:
    """Themes by name: their state and their words."""
    with district_scope(district.pk):
        return {
            theme.name: (
                theme.status,
                sorted(e.said for e in theme.excerpts.standing().with_words()),
            )
            for theme in Theme.objects.all()
        }


def theme_with(district: District, words: str) -> Theme:
    with district_scope(district.pk):
        rows = Excerpt.objects.standing().with_words().filter(said=words)
        found: Theme = rows.select_related("theme").get().theme
        return found


def run_of(campaign: Campaign) -> ThemeRun:
    with district_scope(campaign.district_id):
        return ThemeRun.objects.get(school_year=campaign.school_year, source="reflections")


def test_what_schools_have_in_common_is_suggested_in_both_languages(
    campaign: Campaign, cycles: list[Cycle], district: District
) -> None:
    look(campaign)

    assert {tuple(words) for _status, words in stored(district).values()} == {
        tuple(sorted(TIME)),
        tuple(sorted(FAMILIES)),
    }
    assert {status for status, _words in stored(district).values()} == {"suggested"}
    run = run_of(campaign)
    assert (run.state, run.counts["answers"], run.counts["said_nothing"]) == ("done", 24, 16)
    assert not ThemeMark.objects.exists()


def test_looking_twice_leaves_suggestions_as_they_are(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    with district_scope(district.pk):
        before = list(Theme.objects.order_by("pk").values_list("pk", "version"))

    look_once_more(campaign, sam)

    with district_scope(district.pk):
        assert list(Theme.objects.order_by("pk").values_list("pk", "version")) == before


def test_suggestions_are_replaced_and_decided_themes_stay(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    kept = theme_with(district, TIME[0])
    with district_scope(district.pk):
        themes.accept_theme(kept, by=sam, version=1, name="Planning time")
    for cycle in cycles:
        says_anew(cycle, missed="n/a")

    look_once_more(campaign, sam)

    assert stored(district) == {"Planning time": ("accepted", sorted(TIME))}


def test_what_was_dropped_is_not_suggested_again(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    with district_scope(district.pk):
        for theme in Theme.objects.all():
            themes.drop_theme(theme, by=sam, version=1)

    look_once_more(campaign, sam)

    assert {status for status, _words in stored(district).values()} == {"dropped"}


def test_words_that_a_person_took_out_do_not_come_back_by_themselves(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    look(campaign)
    theme = theme_with(district, TIME[3])
    with district_scope(district.pk):
        themes.accept_theme(theme, by=sam, version=1)
        excerpts.remove_excerpt(theme.excerpts.with_words().get(said=TIME[3]), by=sam)
    says_anew(cycles[3], conditions=f"Once more. {TIME[3]}")

    look_once_more(campaign, sam)

    assert TIME[3] not in [words for _name, words in counted(district)]


def test_an_accepted_theme_is_found_again_the_year_after(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    last_year = make_campaign(district, campaign.school_year - 1)
    for number in range(3):
        school_says(last_year, f"Old {number}", conditions=TIME[number], missed=FAMILIES[number])
    look(last_year)
    theme = theme_with(district, TIME[0])
    with district_scope(district.pk):
        themes.accept_theme(theme, by=sam, version=1, name="Planning time")

    look_once_more(campaign, sam)

    with district_scope(district.pk):
        years = theme.excerpts.counted().values_list("school_year", flat=True)
        assert sorted(years) == [campaign.school_year - 1] * 3 + [campaign.school_year] * 4
        log = [decision.what for decision in theme.decisions.order_by("at", "id")]
        assert log == ["renamed", "accepted", "carried_on"]


def test_a_cell_is_looked_at_on_request(
    campaign: Campaign, cycles: list[Cycle], district: District, sam: Membership
) -> None:
    ask(campaign, sam, "team.beliefs")

    look(campaign, "team.beliefs")

    with district_scope(district.pk):
        sources = set(Theme.objects.values_list("source", flat=True))
        run = ThemeRun.objects.get(source="team.beliefs")
    assert (sources, run.state, run.counts["schools"]) == ({"team.beliefs"}, "done", 4)


def test_one_school_alone_has_nothing_in_common(campaign: Campaign, district: District) -> None:
    school_says(campaign, "Lincoln", conditions=TIME[0])

    look(campaign)

    assert (stored(district), run_of(campaign).state) == ({}, "done")


def test_no_submission_at_all_is_no_error(campaign: Campaign, sam: Membership) -> None:
    look_once_more(campaign, sam)

    assert (run_of(campaign).state, run_of(campaign).counts["answers"]) == ("done", 0)


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
