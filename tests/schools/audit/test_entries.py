"""What is done in a district stands in its audit log: who, what, about what, from where."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessments import campaigns, workflow
from assessments.models import Cycle, InstrumentVersion
from schools import api_clients, audit, groups
from schools.api_clients import Wish
from schools.models import AuditEntry, District, Event, Membership, Role, Scope
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.factories import make_campaign, make_district, make_school, make_user, seat
from tests.reading import with_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


def log(district: District) -> list[AuditEntry]:
    with district_scope(district.pk):
        return list(AuditEntry.objects.filter(district=district).order_by("pk"))


def events(district: District) -> list[str]:
    return [entry.event for entry in log(district)]


def test_an_entry_keeps_names_as_they_were(admin: Membership) -> None:
    with district_scope(admin.district_id):
        audit.record(Event.SCHOOL_CHANGED, by=admin, about=admin.district, details={"a": 1})
    User.objects.filter(pk=admin.user_id).update(name="Another name")

    (entry,) = log(admin.district)

    assert (entry.actor, entry.actor_name) == (admin.user_id, admin.user.name)
    assert (entry.object_kind, entry.object_name) == ("district", "Riverbend")
    assert (entry.actor_kind, entry.details) == ("person", {"a": 1})


def test_a_name_is_the_same_whatever_language_somebody_speaks_who_does_it(
    admin: Membership,
) -> None:
    other = seat(admin.district, Role.TEAM_MEMBER, user=make_user("Ana", email="ana@example.org"))

    with district_scope(admin.district_id), translation.override("es"):
        audit.record(Event.LEFT, by=admin, about=other)

    (entry,) = log(admin.district)
    assert entry.object_name == "Ana, ana@example.org"


def test_a_program_an_operator_and_ninefold_itself_are_told_apart(district: District) -> None:
    program = api_clients.new_api_client(district, "Warehouse")
    operator = make_user("Olive", is_staff=True)
    with district_scope(district.pk):
        audit.record(Event.SCHOOL_CHANGED, by=program)
        audit.record(Event.SCHOOL_CHANGED, by=operator, district=district)
        audit.record(Event.SCHOOL_CHANGED, by=None, district=district)

    assert [entry.actor_kind for entry in log(district)] == ["program", "operator", "ninefold"]


def test_who_has_no_place_in_a_district_says_in_which(district: District) -> None:
    with pytest.raises(TypeError), district_scope(district.pk):
        audit.record(Event.SCHOOL_CHANGED, by=make_user("Olive"))


def test_an_entry_says_from_where(admin: Membership) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.force_login(admin.user)
    sent = {"url": "https://hooks.example.org/", "event_types": ["cycle.submitted"]}

    client.post(reverse("webhooks", args=[admin.district.slug]), sent)

    *_signed_in, entry = log(admin.district)
    assert (entry.event, entry.address) == ("webhook.made", "192.0.2.7")


def test_a_year_of_a_district_stands_in_its_log(admin: Membership) -> None:
    school = make_school(admin.district)
    today = admin.district.today()
    with district_scope(admin.district_id):
        campaign = campaigns.open_campaign(
            by=admin,
            instrument_version=InstrumentVersion.objects.latest(),
            school_year=admin.district.this_school_year,
            opens_on=today,
            due_on=today + timedelta(days=5),
            closes_on=today + timedelta(days=9),
        )
        dates = {"due_on": campaign.due_on, "closes_on": today + timedelta(days=20)}
        campaigns.change_campaign(campaign, by=admin, **dates, message="")
        make_school(admin.district, "Later")
        campaigns.include_new_schools(campaign, by=admin)
        cycle = Cycle.objects.with_campaign().get(district=admin.district, school=school)
        workflow.extend_cycle(cycle, by=admin, until=today + timedelta(days=7))
        groups.group_schools([school.pk], by=admin, group="North")

    assert events(admin.district) == [
        "campaign.opened",
        "campaign.changed",
        "campaign.changed",
        "cycle.extended",
        "school.changed",
    ]


def test_what_is_done_twice_stands_there_once(admin: Membership) -> None:
    make_school(admin.district)
    make_campaign(admin.district)
    with district_scope(admin.district_id):
        cycle = Cycle.objects.with_campaign().get(district=admin.district)
        for _time in range(2):
            until = cycle.campaign.due_on + timedelta(days=1)
            workflow.extend_cycle(cycle, by=admin, until=until)

    assert events(admin.district).count("cycle.extended") == 1


def test_programs_and_what_they_are_told_stand_in_the_log(admin: Membership) -> None:
    with district_scope(admin.district_id):
        made = api_clients.make_api_client(
            by=admin, name="Warehouse", wish=Wish("key", [Scope.CYCLES_READ], 30)
        )
        api_clients.revoke_credential(made.credential, by=admin)
        hook, _secret = managing.make_webhook(
            by=admin, url="https://hooks.example.org/", event_types=["cycle.submitted"]
        )
        managing.pause_webhook(hook, by=admin)
        managing.resume_webhook(hook, by=admin)
        managing.rotate_secret(hook, by=admin)
        told = managing.send_test(hook, by=admin)
        managing.replay_one(told, by=admin)
        managing.replay_failed(hook, by=admin, since=told.created_at)  # nothing has failed
        managing.remove_webhook(hook, by=admin)

    assert events(admin.district) == [
        *("api_client.made", "credential.made", "credential.revoked"),
        *("webhook.made", "webhook.changed", "webhook.changed"),
        *("webhook.secret_made", "webhook.tested", "webhook.replayed", "webhook.removed"),
    ]
    assert made.secret not in str([entry.details for entry in log(admin.district)])


def test_what_a_program_takes_along_stands_in_the_log(admin: Membership) -> None:
    make_school(admin.district)
    make_campaign(admin.district)

    answer = with_key(admin.district).client.get(
        f"/api/v1/districts/{admin.district.slug}/exports/cells.csv"
    )

    assert (answer.status_code, len(b"".join(answer.streaming_content)) > 0) == (200, True)
    *_before, entry = log(admin.district)
    assert (entry.event, entry.actor_kind) == ("export.fetched", "program")


def test_what_an_operator_changes_in_the_admin_stands_in_the_district_s_log(
    admin: Membership,
) -> None:
    operator = make_user("Olive", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(operator)
    address = reverse("admin:schools_membership_change", args=[admin.pk])

    client.post(address, {"role": Role.SPECIALIST, "sees_whole_district": "on"})
    client.post(reverse("admin:schools_membership_delete", args=[admin.pk]), {"post": "yes"})

    entries = log(admin.district)
    assert [entry.details["done"] for entry in entries] == ["changed", "deleted"]
    assert {entry.actor_name for entry in entries} == {operator.name}


def test_what_was_refused_stands_nowhere(admin: Membership) -> None:
    specialist = seat(admin.district, Role.SPECIALIST)

    with pytest.raises(PermissionDenied), district_scope(admin.district_id):
        managing.make_webhook(by=specialist, url="https://hooks.example.org/", event_types=[])

    assert log(admin.district) == []
