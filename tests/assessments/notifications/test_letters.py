"""What stands in a mail: words, links, headers; and what never does."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from assessments.models import Cycle, Notice
from assessments.notifications.reminders import Stage, stage_key
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.assessments.notifications.telling import at, plan, promise, say, send
from tests.assessments.writing import read_cell, save
from tests.factories import (
    answer_everything,
    cycle_of,
    make_campaign,
    make_district,
    make_school,
    make_user,
    seat,
)
from tests.mail_server import MailServer, words_of

pytestmark = pytest.mark.django_db(transaction=True)

LINK = re.compile(r"http://testserver(/\S*)")


class Words(HTMLParser):
    """What a reader of the HTML sees, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.seen += data.split()


@pytest.fixture
def everything(
    clock: Any,
    server: MailServer,
    district: District,
    alice: Membership,
    dana: Membership,
    cycle: Cycle,
) -> Any:
    """A mail with a reminder, three comments and a commitment, three days before the due date."""
    promise(cycle, date(2027, 4, 5))
    for code in ("", "team.beliefs", "balance"):
        say(cycle, alice.user, by=dana, text=f"About {code or 'all'} & more", code=code)
    clock.move_to(at(29))
    plan(district)
    send()
    (mail,) = server.mails
    return mail


def test_the_mail_says_what_to_do_and_when(everything: Any) -> None:
    said = words_of(everything)

    assert everything["Subject"] == "3 days left: Lincoln’s cycle, and 4 more"
    assert said.startswith("Hello Alice,\n\nLincoln’s cycle 2026–27\n3 days left. It is due on ")
    assert (
        "3 days left. It is due on April 1, 2027 and can be submitted until April 30, 2027." in said
    )
    assert "Answered so far: 0 of 9 cells, 0 of 6 questions of Part 2." in said
    assert "Dana on Lincoln: Team learning, Beliefs\n“About team.beliefs & more”" in said
    assert "Lincoln decided to do this by April 5, 2027" in said
    assert "“We will meet weekly.”" in said
    assert "\n\n\n" not in said


def test_text_and_html_say_the_same(everything: Any) -> None:
    html = Words(words_of(everything, "html"))
    text = words_of(everything)

    said = {word.strip("“”:.") for word in re.sub(r"http\S+", "", text).split()} - {"--", ""}
    seen = {word.strip("“”:.") for word in html.seen}
    assert said - seen == set()
    assert sorted(set(html.links)) == sorted(set(re.findall(r"http\S+", text)))
    assert {"img", "script", "style", "link"} & html.tags == set()


def test_every_link_opens_for_the_person(everything: Any, alice: Membership) -> None:
    client = Client()
    client.force_login(alice.user)
    links = LINK.findall(words_of(everything))

    statuses = {link: client.get(link.partition("#")[0], follow=True).status_code for link in links}
    anchors = [
        f'id="{anchor}"' in client.get(page).text
        for page, _, anchor in (link.partition("#") for link in links)
        if anchor
    ]

    assert (len(links), set(statuses.values())) == (7, {200})
    assert anchors == [True, True, True]


def test_only_one_thing_to_say_is_the_subject(
    clock: Any, server: MailServer, district: District, alice: Membership, cycle: Cycle
) -> None:
    subjects = []
    for moment in (at(1), at(18), at(1, month=4), at(2, month=4)):
        clock.move_to(moment)
        if moment == at(1, month=4):
            answer_everything(cycle, alice)
        plan(district)
        send()
        subjects.append(server.mails[-1]["Subject"])

    assert subjects == [
        "31 days left: Lincoln’s cycle, 14 parts missing",
        "14 days left: Lincoln’s cycle, 14 parts missing",
        "Due today: Lincoln’s cycle, ready to submit",
        "1 day late: Lincoln’s cycle, ready to submit",
    ]


def test_the_last_missing_parts_are_named(
    clock: Any, server: MailServer, district: District, alice: Membership, cycle: Cycle
) -> None:
    answer_everything(cycle, alice)
    save(read_cell(cycle), alice, opportunities="", improvements="", opportunity_level=None)
    clock.move_to(at(29))
    plan(district)
    send()

    (mail,) = server.mails
    assert mail["Subject"] == "3 days left: Lincoln’s cycle, 1 part missing"
    assert "Still missing: Team learning, Beliefs." in words_of(mail)


def test_a_mail_can_be_stopped_by_one_click_and_says_that_nobody_wrote_it(everything: Any) -> None:
    address = everything["List-Unsubscribe"]

    assert re.fullmatch(r"<http://testserver/accounts/mail/[^/]+/>", address)
    assert everything["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert everything["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@testserver>", everything["Message-ID"])
    assert address.strip("<>") in words_of(everything)


def test_who_speaks_spanish_is_written_to_in_spanish(
    clock: Any, server: MailServer, district: District, school: School, cycle: Cycle
) -> None:
    inés = seat(district, Role.PRINCIPAL, school, user=make_user("Ines", language="es"))
    clock.move_to(at(29))
    plan(district)
    send()

    mail = server.by_person[inés.user.email][0]
    said = words_of(mail)
    assert mail["Subject"] == "Quedan 3 días: el ciclo de Lincoln, faltan 14 partes"
    assert "1 de abril de 2027" in said
    assert '<html lang="es">' in words_of(mail, "html")
    assert re.findall(r"\b(?:the|is|of|you|missing)\b", said) == []


def test_words_that_look_like_headers_or_html_are_words(
    clock: Any, server: MailServer, district: District, dana: Membership
) -> None:
    name = "Lincoln\r\nBcc: everyone@example.org <b>&amp;"
    school = make_school(district, name)
    alice = seat(district, Role.PRINCIPAL, school, user=make_user("Alice"))
    cycle = cycle_of(school, make_campaign(district))
    say(cycle, alice.user, by=dana, text="<script>alert(1)</script> {% now 'Y' %} \u202e\n.\nEnd")
    clock.move_to(at(1, hour=10))
    send()

    (mail,) = server.mails
    html = words_of(mail, "html")
    assert mail["Bcc"] is None
    assert "Bcc: everyone@example.org <b>&amp;" in mail["Subject"]
    assert ("<script>" in html, "&lt;script&gt;alert(1)" in html) == (False, True)
    assert "<script>alert(1)</script> {% now 'Y' %} \u202e" in words_of(mail)


def test_a_name_with_line_breaks_stays_within_its_line(
    clock: Any, server: MailServer, district: District
) -> None:
    school = make_school(district, "Lincoln\r\n\r\nYour password\x1b\u2028\x0bhas expired")
    name = "Alice\n--\x85\x08Bye"
    alice = seat(district, Role.PRINCIPAL, school, user=make_user(name, email="alice@example.org"))
    dana = seat(district, Role.SPECIALIST, user=make_user("Dana\n\nX"))
    say(cycle_of(school, make_campaign(district)), alice.user, by=dana)
    clock.move_to(at(1, hour=10))
    send()

    assert words_of(server.mails[0]).splitlines()[:4] == [
        "Hello Alice -- Bye,",
        "",
        "Dana X on Lincoln Your password has expired: the whole cycle",
        "“Look here.”",
    ]


def test_no_word_of_another_school_or_district_is_ever_in_a_mail(
    clock: Any, server: MailServer, district: District, alice: Membership, dana: Membership
) -> None:
    next_door = make_school(district, "Canary next door")
    elsewhere = make_district("Canary district")
    far = make_school(elsewhere, "Canary far away")
    make_campaign(district, opens_on=date(2027, 3, 1))
    make_campaign(elsewhere, opens_on=date(2027, 3, 1))
    with district_scope(district.pk):
        cycles = {cycle.school_id: cycle for cycle in Cycle.objects.with_campaign()}
    with district_scope(elsewhere.pk):
        cycles[far.pk] = Cycle.objects.with_campaign().get()
    boss = seat(elsewhere, Role.SPECIALIST, user=make_user("Canary boss"))
    for school in (next_door, far):
        # Notices that should never have been left: what they are about is not Alice's to see.
        say(cycles[school.pk], alice.user, by=boss, text="Canary words")
        promise(cycles[school.pk], date(2027, 3, 20), "Canary promise")
        seat(school.district, Role.PRINCIPAL, school, user=make_user("Canary principal"))
    _misdirect(alice.user, cycles[next_door.pk], cycles[far.pk])

    clock.move_to(at(14, hour=10))
    plan(district, elsewhere)
    send()

    mine = server.by_person[alice.user.email]
    said = [f"{mail}{words_of(mail)}{words_of(mail, 'html')}".lower() for mail in mine]
    assert ["canary" in each for each in said] == [False]
    assert len(server.mails) == 3


def _misdirect(user: User, *cycles: Cycle) -> None:
    """Notices to the wrong person, as a mistake of ours would leave them."""
    for cycle in cycles:
        Notice.objects.create(
            user=user,
            district_id=cycle.district_id,
            kind=Notice.Kind.REMINDER,
            about_id=cycle.pk,
            key=stage_key(cycle, Stage.TWO_WEEKS),
        )
