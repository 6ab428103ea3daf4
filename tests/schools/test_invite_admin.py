"""`manage.py invite_admin`: how a district gets its first admin."""

import pytest
from django.core.management import CommandError, call_command

from schools import acceptance, invitation_mails
from schools.models import Invitation, Role
from tests.factories import make_district, seat

pytestmark = pytest.mark.django_db


def test_an_operator_invites_the_first_admin_once() -> None:
    district = make_district("Riverbend", slug="riverbend")

    for _ in range(2):
        call_command("invite_admin", "--district", "riverbend", "--email", "Ana@example.org")

    invitation = Invitation.objects.get()
    invitation_mails.send(invitation.pk)
    joined = acceptance.accept_as_new(
        invitation.token, name="Ana", password="four quiet words here", language="en"
    )
    assert (joined.district, joined.role) == (district, Role.DISTRICT_ADMIN)


@pytest.mark.parametrize(
    ("district", "email"),
    [("nowhere", "ana@example.org"), ("empty", "ana"), ("manned", "ana@example.org")],
)
def test_what_cannot_be_is_said(district: str, email: str) -> None:
    make_district("Empty", slug="empty")
    seat(make_district("Manned", slug="manned"), Role.DISTRICT_ADMIN)

    with pytest.raises(CommandError):
        call_command("invite_admin", "--district", district, "--email", email)

    assert not Invitation.objects.exists()
