"""The mail of an invitation: what it says, that its link works, and that it goes out once."""

import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from schools import invitation_mails, invitations
from schools.invitations import Wish
from schools.models import District, Invitation, Membership, Role
from schools.tasks import sweep_invitations
from schools.tenancy import district_scope
from tests.factories import make_district, make_user, seat

pytestmark = pytest.mark.django_db

_LINK = re.compile(r"http://testserver(/invitations/[\w-]+/)")


@pytest.fixture(autouse=True)
def _address(settings: Any) -> None:
    settings.PUBLIC_URL = "http://testserver"


@pytest.fixture
def admin() -> Membership:
    district: District = make_district("Riverbend & Sons\nBcc: all@example.org")
    return seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana <b>"))


def invite(by: Membership, language: str = "en", **wish: Any) -> Invitation:
    with district_scope(by.district_id):
        said = Wish("ana@example.org", Role.SPECIALIST, name="Ana", language=language, **wish)
        return invitations.invite(by=by, wish=said)


def refuse_with(monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> None:
    """What the mail server answers from now on."""

    def answer(_backend: Any, messages: list[Any]) -> int:
        if error:
            raise error
        return len(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", answer)


@pytest.mark.parametrize("part", ["text", "html"])
def test_the_link_in_either_part_works(admin: Membership, mailoutbox: list[Any], part: str) -> None:
    invitation_mails.send(invite(admin).pk)
    (mail,) = mailoutbox
    body = mail.body if part == "text" else mail.alternatives[0].content

    (link,) = _LINK.findall(body)

    answer = Client().get(link)
    assert answer.status_code == 200
    assert "Accept and sign in" in answer.text


def test_it_says_who_invites_to_what_as_what_and_holds_names_in_their_place(
    admin: Membership, mailoutbox: list[Any]
) -> None:
    invitation_mails.send(invite(admin).pk)
    (mail,) = mailoutbox

    assert mail.to == ["ana@example.org"]
    assert mail.subject == "You are invited to Riverbend & Sons Bcc: all@example.org on Ninefold"
    assert "Dana <b> invites you to join Riverbend & Sons" in mail.body
    assert "Your role: Specialist." in mail.body
    assert "Dana &lt;b&gt; invites you" in mail.alternatives[0].content


def test_it_speaks_the_language_that_was_chosen(admin: Membership, mailoutbox: list[Any]) -> None:
    invitation_mails.send(invite(admin, "es").pk)
    (mail,) = mailoutbox

    assert "Aceptar la invitación" in mail.body
    assert '<html lang="es">' in mail.alternatives[0].content


def test_the_sweep_sends_what_is_due_once(
    admin: Membership, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(admin)
    started: list[Any] = []
    monkeypatch.setattr(
        "schools.tasks.send_invitation.apply_async", lambda args, **_: started.append(args)
    )

    for _ in range(2):
        sweep_invitations()
        for (invitation_id,) in started:
            invitation_mails.send(invitation_id)

    assert (len(started), len(mailoutbox)) == (1, 1)


def test_what_was_revoked_before_it_went_out_is_not_sent(
    admin: Membership, mailoutbox: list[Any]
) -> None:
    invitation = invite(admin)
    with district_scope(admin.district_id):
        invitations.revoke(invitation, by=admin)

    invitation_mails.send(invitation.pk)

    assert mailoutbox == []


def test_a_server_that_is_down_gets_the_same_mail_later(
    admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invite(admin)
    refuse_with(monkeypatch, smtplib.SMTPServerDisconnected())
    invitation_mails.send(invitation.pk)
    waiting = invitation_mails.take_due()
    refuse_with(monkeypatch, None)

    later = timezone.now() + timedelta(hours=1)
    due = invitation_mails.take_due(later)
    with time_machine.travel(later):
        invitation_mails.send(invitation.pk)

    invitation.refresh_from_db()
    assert (waiting, due) == ([], [invitation.pk])
    assert (invitation.mail_due_at, invitation.mail_tries) == (None, 1)
    # The seven days begin when it goes out.
    assert invitation.expires_at > later + timedelta(days=6, hours=23)


def test_an_address_that_nobody_has_is_shown_and_not_tried_again(
    admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invite(admin)
    refused = {"ana@example.org": (550, b"5.1.1 no such user")}
    refuse_with(monkeypatch, smtplib.SMTPRecipientsRefused(refused))

    invitation_mails.send(invitation.pk)

    invitation.refresh_from_db()
    assert (invitation.mail_refused, invitation.mail_due_at) == (True, None)
