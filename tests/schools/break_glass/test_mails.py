"""A district's admins are told that an operator reads there: at once, in their language, once."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from schools import break_glass
from schools.break_glass_mails import MOST_TRIES, send, take_due
from schools.models import BreakGlassMail, District, Role
from schools.tasks import sweep_break_glass
from tests.factories import make_district, make_user, seat
from tests.schools.break_glass.looking import REASON, make_operator, the_session

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district() -> District:
    return make_district("Riverbend & Sons\nBcc: all@example.org")


@pytest.fixture
def told(district: District) -> BreakGlassMail:
    """The mail to its one admin."""
    seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana <b>"))
    break_glass.begin(district, by=make_operator(), reason=REASON)
    return BreakGlassMail.objects.get()


def refuse_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def answer(_backend: Any, _messages: list[Any]) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", answer)


def test_all_admins_are_told_and_nobody_else(district: District) -> None:
    admins = {seat(district, Role.DISTRICT_ADMIN).user_id for _number in range(2)}
    seat(district, Role.SPECIALIST)
    seat(district, Role.DISTRICT_ADMIN, user=make_user("Gone", is_active=False))
    seat(make_district("Elsewhere"), Role.DISTRICT_ADMIN)

    break_glass.begin(district, by=make_operator(), reason=REASON)

    assert set(BreakGlassMail.objects.values_list("user", flat=True)) == admins


def test_the_sweep_sends_it_at_once(
    told: BreakGlassMail, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "schools.tasks.send_break_glass_mail.apply_async",
        lambda args, **_how: send(args[0]),
    )

    sweep_break_glass()

    assert len(mailoutbox) == 1


def test_it_says_who_why_and_until_when(told: BreakGlassMail, mailoutbox: list[Any]) -> None:
    send(told.pk)

    (mail,) = mailoutbox
    html = mail.alternatives[0].content
    assert mail.subject == "An operator is reading in Riverbend & Sons Bcc: all@example.org"
    for body in (mail.body, html):
        assert (REASON in body, "Olive" in body, "/audit/" in body) == (True, True, True)
    assert ("Dana &lt;b&gt;" in html, "<b>" in html) == (True, False)


def test_it_is_in_the_reader_s_language(district: District, mailoutbox: list[Any]) -> None:
    seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana", language="es"))
    break_glass.begin(district, by=make_operator(), reason=REASON)

    send(BreakGlassMail.objects.get().pk)

    assert mailoutbox[0].subject.startswith("Un operador está leyendo")


def test_sending_twice_sends_once(told: BreakGlassMail, mailoutbox: list[Any]) -> None:
    send(told.pk)
    send(told.pk)

    assert (len(mailoutbox), take_due()) == (1, [])


def test_a_server_that_is_away_is_tried_again_later(
    told: BreakGlassMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_with(monkeypatch, OSError())

    send(told.pk)

    told.refresh_from_db()
    assert (told.tries, told.sent_at, take_due()) == (1, None, [])
    assert take_due(timezone.now() + timedelta(minutes=3)) == [told.pk]


def test_nobody_is_tried_for_ever(told: BreakGlassMail, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_with(monkeypatch, OSError())
    BreakGlassMail.objects.update(tries=MOST_TRIES - 1)

    send(told.pk)

    told.refresh_from_db()
    assert told.due_at is None


def test_an_address_that_takes_nothing_is_remembered(
    told: BreakGlassMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {told.user.email: (550, b"5.1.1 no such user")}
    refuse_with(monkeypatch, smtplib.SMTPRecipientsRefused(refused))

    send(told.pk)

    told.refresh_from_db()
    assert (told.due_at, told.user.mail_refused_at is None) == (None, False)


def test_the_reading_itself_waits_for_no_mail(told: BreakGlassMail, district: District) -> None:
    assert (told.sent_at, the_session(district).ended_at) == (None, None)
