"""The first lock by itself: which rows of each model `visible_to` gives to whom.

Row-level security is off meanwhile, so that nothing stands behind it.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.db.models import QuerySet

from schools.audit_words import told
from schools.models import AuditEntry, DistrictRow, Role
from tests.architecture.keeping import put_back
from tests.architecture.locks import without_row_level_security
from tests.architecture.two_districts import Side

# How a row of each model names its school.
OF_A_SCHOOL: Final = {
    "Cell": "school",
    "Comment": "cycle__school",
    "Commitment": "school",
    "Cycle": "school",
    "Excerpt": "school",
    "Extension": "cycle__school",
    "Meeting": "cycle__school",
    "Reflection": "school",
    "Reopening": "cycle__school",
    "Revision": "cycle__school",
    "School": "pk",
    "Seat": "school",
    "Submission": "cycle__school",
}
FOR_EVERYONE_OF_THE_DISTRICT: Final = {"Campaign", "ReleasedFigures"}
FOR_WHO_SEES_THE_WHOLE_DISTRICT: Final = {
    *("DashboardSnapshot", "Theme", "ThemeDecision", "ThemeRun"),
    *(
        "AuditEntry",
        "AuditSeal",
        "Identity",
        "SignOnProvider",
        "Webhook",
        "WebhookAttempt",
        "WebhookDelivery",
    ),
}
OF_TWO_SCHOOLS: Final = {"Introduction": ("looking", "showing")}
OF_A_PERSON: Final = {"Export", "KeptAnswer", "Reading", "ReplyRead", "WorkingNote"}
# Of a school, or of what everyone of the district may know of.
OF_A_SCHOOL_OR_SHARED: Final = {"Change"}
# By what the school has said.
TO_WHO_SPOKE: Final = {"ThemeReply"}
MODELS: Final = {m.__name__: m for m in apps.get_models() if issubclass(m, DistrictRow)}

every_model = pytest.mark.parametrize("name", sorted(MODELS.keys() - OF_A_PERSON))


@pytest.fixture(scope="module", autouse=True)
def _alone(ours: Side, theirs: Side) -> Iterator[None]:
    with without_row_level_security():
        yield


def test_it_is_said_of_every_model_whose_its_rows_are() -> None:
    said = OF_A_SCHOOL.keys() | FOR_EVERYONE_OF_THE_DISTRICT | FOR_WHO_SEES_THE_WHOLE_DISTRICT

    said |= OF_TWO_SCHOOLS.keys() | OF_A_PERSON | TO_WHO_SPOKE | OF_A_SCHOOL_OR_SHARED

    assert said == MODELS.keys()


def test_what_was_read_is_its_reader_s_alone(ours: Side) -> None:
    people = [*ours.people.values(), *ours.desk.people.values()]
    program = ours.revoked.api_client
    readings = ids(MODELS["Reading"].objects.filter(district=ours.district))

    readers = [who.role for who in people if seen("Reading", who) == readings != set()]

    assert readers == [Role.SPECIALIST]
    assert sum(bool(seen("Reading", who)) for who in (*people, program)) == 1


def test_a_note_is_its_author_s_and_once_revealed_the_team_s(ours: Side) -> None:
    team = ours.desk.people
    others = [*ours.people.values(), *ours.next_door.people.values(), team[Role.VIEWER]]
    program = ours.revoked.api_client

    notes = MODELS["WorkingNote"].objects.filter(district=ours.district)
    assert seen("WorkingNote", team[Role.PRINCIPAL]) == ids(notes)
    assert seen("WorkingNote", team[Role.TEAM_MEMBER]) == ids(
        notes.filter(revealed_at__isnull=False)
    )
    assert [seen("WorkingNote", who) for who in (*others, program)] == [set()] * (len(others) + 1)


def test_an_export_is_its_person_s(ours: Side) -> None:
    specialist = ours.people[Role.SPECIALIST]
    others = [
        *(who for who in ours.people.values() if who != specialist),
        *ours.desk.people.values(),
        ours.revoked.api_client,
    ]

    assert seen("Export", specialist) == {ours.export.pk}
    assert [seen("Export", who) for who in others] == [set()] * len(others)


def test_what_somebody_has_put_away_is_theirs_alone(ours: Side) -> None:
    principal = ours.desk.people[Role.PRINCIPAL]
    others = [*ours.people.values(), *ours.next_door.people.values()]
    program = ours.revoked.api_client

    own = MODELS["ReplyRead"].objects.filter(user=principal.user_id)
    assert seen("ReplyRead", principal) == ids(own) != set()
    assert [seen("ReplyRead", who) & ids(own) for who in (*others, program)] == [set()] * (
        len(others) + 1
    )


def test_what_somebody_has_put_away_elsewhere_stays_there(ours: Side, theirs: Side) -> None:
    principal = ours.desk.people[Role.PRINCIPAL]
    before = seen("ReplyRead", principal)
    elsewhere = MODELS["ReplyRead"].objects.filter(district=theirs.district)

    moved = elsewhere.update(user=principal.user_id)
    after = seen("ReplyRead", principal)

    put_back()
    assert (moved > 0, after) == (True, before)


def test_what_was_answered_to_a_program_is_its_own(ours: Side) -> None:
    program = ours.revoked.api_client
    others = [*ours.people.values(), *ours.desk.people.values()]

    own = MODELS["KeptAnswer"].objects.filter(district=ours.district)
    assert seen("KeptAnswer", program) == ids(own) != set()
    assert [seen("KeptAnswer", who) for who in others] == [set()] * len(others)


@every_model
@pytest.mark.parametrize("role", [Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.VIEWER])
def test_the_district_s_people_see_all_of_their_district(name: str, role: Role, ours: Side) -> None:
    rows = MODELS[name].objects.filter(district=ours.district)

    assert seen(name, ours.people[role]) == ids(rows) != set()


@every_model
def test_a_program_sees_all_of_its_district(name: str, ours: Side) -> None:
    program = ours.revoked.api_client

    assert seen(name, program) == ids(MODELS[name].objects.filter(district=ours.district))


@every_model
@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER])
def test_a_school_s_people_see_their_school(name: str, role: Role, ours: Side) -> None:
    rows = MODELS[name].objects.filter(district=ours.district)
    if name in OF_A_SCHOOL:
        rows = rows.filter(**{OF_A_SCHOOL[name]: ours.desk.school.pk})
    elif name in OF_TWO_SCHOOLS:
        one, other = OF_TWO_SCHOOLS[name]
        desk = ours.desk.school.pk
        rows = rows.filter(**{one: desk}) | rows.filter(**{other: desk})
    elif name in FOR_WHO_SEES_THE_WHOLE_DISTRICT:
        rows = rows.none()
    elif name in OF_A_SCHOOL_OR_SHARED:
        shared = rows.filter(resource="campaigns")
        rows = rows.filter(school=ours.desk.school.pk) | shared
        assert shared.exists()
    elif name in TO_WHO_SPOKE:
        rows = rows.filter(theme__excerpts__school=ours.desk.school.pk)

    assert seen(name, ours.desk.people[role]) == ids(rows)


@pytest.mark.parametrize("name", ["Cell", "Reflection"])
def test_what_schools_let_others_quote_stays_in_their_district(
    name: str, agreed: QuerySet[Any], ours: Side, theirs: Side
) -> None:
    for side in (ours, theirs):
        words = MODELS[name].objects.filter(cycle__in=agreed.filter(district=side.district))
        reader = side.next_door.people[Role.PRINCIPAL]
        quotable = MODELS[name].objects.quotable_to(reader)  # type: ignore[attr-defined]

        assert ids(quotable) == ids(words) != set()


@pytest.fixture
def agreed(ours: Side, theirs: Side) -> Iterator[QuerySet[Any]]:
    """Submitted cycles of both districts, whose schools let others quote them."""
    cycles: QuerySet[Any] = MODELS["Cycle"].objects.filter(status="submitted")
    cycles.update(quoting="named")
    yield cycles
    put_back()


def seen(name: str, who: Any) -> set[Any]:
    """What `visible_to` gives them."""
    return ids(MODELS[name].objects.visible_to(who))  # type: ignore[attr-defined]


def ids(rows: Any) -> set[Any]:
    """Which rows they are."""
    return set(rows.values_list("pk", flat=True))


def test_the_log_names_nothing_of_another_district_whatever_stands_in_it(
    ours: Side, theirs: Side
) -> None:
    details = {"schools": [str(ours.desk.school.pk)], "sign_on": str(ours.provider.pk)}

    said = [
        str(told([AuditEntry(details=details)], side.people[Role.DISTRICT_ADMIN])[0].facts)
        for side in (ours, theirs)
    ]

    assert [(ours.desk.school.name in it, ours.provider.name in it) for it in said] == [
        (True, True),
        (False, False),
    ]
