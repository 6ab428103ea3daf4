"""Two fictional districts with three school years, and people of every role."""

from datetime import timedelta
from typing import Any

from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import User
from assessments import exports
from assessments.demo.people import PASSWORD, Registry
from assessments.demo.story import tell
from assessments.models import Export
from assessments.tasks import run_errand
from schools import invitations
from schools.api_clients import LONGEST_DAYS, Kind, Wish, issue, new_api_client
from schools.models import (
    ApiClient,
    ApiCredential,
    District,
    EventType,
    Invitation,
    Membership,
    Role,
    School,
    Scope,
    SignOnProvider,
    Webhook,
)
from schools.sign_on import managing as sign_on
from schools.tenancy import district_scope
from schools.webhooks import managing

CLIENT_ID, CLIENT_SECRET = "riverbend-warehouse", "demo only, loopback only"

SIGN_INS = f"""
  Sign in with the password: {PASSWORD}

  operator@ninefold.example               operator: the administration
  admin@riverbend.example                 district admin of Riverbend Unified
  specialist@riverbend.example            specialist: campaigns, dashboard
  principal.cedar-grove@riverbend.example principal, this year's cycle at work
  team.cedar-grove@riverbend.example      team member of the same school
  principal.birchwood@riverbend.example   principal, cycle submitted
  viewer@riverbend.example                viewer of the whole district
  specialist@millbrook.example            specialist of the district next door
  consultant@example.org                  a person with two districts

  API: client {CLIENT_ID}, secret "{CLIENT_SECRET}" (docs/api.md)
"""


class Command(BaseCommand):
    """Makes what is missing of the demo and says who can sign in. Twice changes nothing."""

    help = "Load the demo: two fictional districts, three school years, every role."

    def handle(self, *args: Any, **options: Any) -> None:
        registry = Registry()
        registry.person(
            "operator@ninefold.example", "Olive Operator", is_staff=True, is_superuser=True
        )
        riverbend = _district("Riverbend Unified", "riverbend-unified", "MN")
        millbrook = _district("Millbrook Public Schools", "millbrook-public", "MN")
        tell("riverbend", riverbend, registry)
        tell("millbrook", millbrook, registry)
        _people_around(registry, riverbend, millbrook)
        _invitation(riverbend)
        _api_client(riverbend)
        _webhook(riverbend)
        _sign_on(riverbend)
        _export(riverbend)
        self.stdout.write(SIGN_INS)


def _district(name: str, slug: str, state: str) -> District:
    district: District
    district, _ = District.objects.get_or_create(
        slug=slug, defaults={"name": name, "state": state, "time_zone": "America/Chicago"}
    )
    return district


def _people_around(registry: Registry, riverbend: District, millbrook: District) -> None:
    consultant = registry.person("consultant@example.org", "Inés Carrasco")
    with district_scope(riverbend.pk):
        for email, name, role in (
            ("admin@riverbend.example", "Rosa Delgado", Role.DISTRICT_ADMIN),
            ("viewer@riverbend.example", "Bill Hargrove", Role.VIEWER),
        ):
            registry.seat(registry.person(email, name), riverbend, role)
        registry.seat(consultant, riverbend, Role.SPECIALIST)
        school = School.objects.get(district=riverbend, name__startswith="Cedar Grove")
        reader = registry.person("reader.cedar-grove@riverbend.example", "Wanda Fields")
        registry.seat(reader, riverbend, Role.VIEWER, school)
    with district_scope(millbrook.pk):
        registry.seat(consultant, millbrook, Role.VIEWER)


def _invitation(district: District) -> None:
    """Somebody is invited to the team of Cedar Grove; the demo's mails go to its own log."""
    with district_scope(district.pk):
        if Invitation.objects.filter(district=district).exists():
            return
        admin = Membership.objects.get(district=district, user__email="admin@riverbend.example")
        school = School.objects.get(district=district, name__startswith="Cedar Grove")
        wish = invitations.Wish(
            "newcomer@riverbend.example", Role.TEAM_MEMBER, [school], name="Noor Haddad"
        )
        invitations.invite(by=admin, wish=wish)


def _api_client(district: District) -> None:
    if ApiClient.objects.filter(district=district).exists():
        return
    client = Client(
        id=CLIENT_ID,
        name="Riverbend warehouse",
        scopes="\n".join(Scope.values),
        default_scopes="\n".join(Scope.values),
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
    )
    client.set_secret(CLIENT_SECRET)
    client.save()
    warehouse = new_api_client(district, "Warehouse")
    admin = User.objects.get(email="admin@riverbend.example")
    ApiCredential.objects.create(
        api_client=warehouse,
        client=client,
        kind=Kind.SECRET,
        hint=CLIENT_SECRET[-4:],
        made_by=admin,
        expires_at=timezone.now() + timedelta(days=LONGEST_DAYS),
    )
    # Time for another one to follow, as its page says.
    issue(warehouse, Wish(Kind.KEY, [Scope.ROSTER_READ], days=10), made_by=admin)


def _webhook(district: District) -> None:
    """The warehouse is told of cycles. It is paused: the demo calls nobody."""
    with district_scope(district.pk):
        if Webhook.objects.exists():
            return
        admin = Membership.objects.get(district=district, user__email="admin@riverbend.example")
        hook, _secret = managing.make_webhook(
            by=admin,
            url="https://warehouse.riverbend.example/ninefold",
            event_types=[EventType.CYCLE_SUBMITTED, EventType.CYCLE_REOPENED],
            description="Warehouse",
        )
        managing.send_test(hook, by=admin)
        managing.pause_webhook(hook, by=admin)


def _sign_on(district: District) -> None:
    """Google is entered and not switched on: the demo knows nobody there."""
    with district_scope(district.pk):
        if SignOnProvider.objects.exists():
            return
        admin = Membership.objects.get(district=district, user__email="admin@riverbend.example")
        provider = sign_on.add_provider(SignOnProvider.Kind.GOOGLE, by=admin)
        fields = {
            **{"name": "Google", "tenant": "riverbend.example"},
            **{"client_id": "demo.apps.example", "secret": "demo only"},
        }
        sign_on.change_provider(provider, by=admin, fields=fields)


def _export(district: District) -> None:
    """The specialist has taken this year's cells along; the file waits on their page."""
    with district_scope(district.pk):
        if Export.objects.exists():
            return
        specialist = Membership.objects.get(
            district=district, user__email="specialist@riverbend.example"
        )
        asked = exports.ask_for_export(
            by=specialist,
            kind=Export.Kind.CELLS,
            file_format=Export.Format.CSV,
            language="en",
            school_year=district.this_school_year,
        )
    run_errand(str(district.pk), str(asked.pk))
