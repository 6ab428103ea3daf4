"""The pages from which a district asks people in."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from schools import invitation_mails
from schools.models import District, Invitation, Membership, Role, School
from tests.assessments.views.browsing import Browser, rows_of, words_of
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db

HEAD = "email,name,role,schools\n"


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN, user=make_user("Dana"))


@pytest.fixture
def lincoln(district: District) -> School:
    return make_school(district, "Lincoln", nces_schid="012345600001")


def form(**fields: Any) -> dict[str, Any]:
    return {"email": "Ana@example.org", "name": "Ana", "role": "specialist", "language": "es"} | (
        fields
    )


def send_table(browser: Browser, content: bytes | str, **fields: Any) -> Any:
    """As the form on the page does: a file where it is bytes, else pasted."""
    sent: dict[str, Any] = {"language": "en", **fields}
    if isinstance(content, bytes):
        sent["file"] = SimpleUploadedFile("people.csv", content)
    else:
        sent["table"] = content
    return browser.client.post(browser.address("invitations_table"), sent)


def test_one_is_invited_and_waits_in_the_list(admin: Membership) -> None:
    browser = Browser(admin)

    answer = browser.post("invitation_new", form())

    assert answer.status_code == 302
    (_head, row) = rows_of(browser.get("invitations"))
    assert row.startswith("ana@example.org Ana Specialist The whole district Dana")
    assert "The mail is on its way" in row
    invitation_mails.send(Invitation.objects.get().pk)
    assert "Open until" in rows_of(browser.get("invitations"))[1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "ana"}, "This is not an e-mail address."),
        ({"email": "аna@example.org"}, "Write the address in plain letters"),
        ({"role": "principal"}, "Choose at least one school."),
        ({"role": "emperor"}, "Select a valid choice."),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    admin: Membership, lincoln: School, wrong: dict[str, str], said: str
) -> None:
    answer = Browser(admin).post("invitation_new", form(**wrong))

    assert answer.status_code == 422
    assert said in words_of(answer)
    assert 'value="Ana"' in answer.text
    assert not Invitation.objects.exists()


def test_a_principal_is_offered_their_own_schools_and_team_alone(
    district: District, lincoln: School
) -> None:
    cedar = make_school(district, "Cedar Grove")
    browser = Browser(seat(district, Role.PRINCIPAL, lincoln))

    shown = browser.get("invitation_new")
    taken = browser.post("invitation_new", form(role="team_member", schools=[lincoln.pk]))
    refused = browser.post(
        "invitation_new", form(email="b@example.org", role="team_member", schools=[cedar.pk])
    )
    above = browser.post("invitation_new", form(role="principal", schools=[lincoln.pk]))

    assert 'value="principal"' not in shown.text
    assert "Cedar" not in shown.text
    assert (taken.status_code, refused.status_code, above.status_code) == (302, 422, 422)


def test_sending_again_and_revoking_are_one_click_each(admin: Membership) -> None:
    browser = Browser(admin)
    browser.post("invitation_new", form())
    invitation = Invitation.objects.get()
    invitation_mails.send(invitation.pk)

    browser.post("invitation_sendings", {}, invitation_id=invitation.pk)
    invitation.refresh_from_db()
    again = invitation.mail_due_at
    browser.post("invitation_revocation", {}, invitation_id=invitation.pk)

    assert again is not None
    assert "No open invitation" in words_of(browser.get("invitations"))
    late = browser.post("invitation_sendings", {}, invitation_id=invitation.pk)
    assert "This invitation has ended meanwhile." in words_of(browser.client.get(late.url))


@pytest.mark.parametrize("invitations", [1, 30])
def test_the_list_costs_the_same_however_long(
    admin: Membership, lincoln: School, invitations: int, django_assert_num_queries: Any
) -> None:
    browser = Browser(admin)
    lines = "".join(f"p{n}@example.org,,principal,Lincoln\n" for n in range(invitations))
    send_table(browser, HEAD + lines, confirmed="1")
    browser.get("invitations")

    # Session, person, membership; the scope and its transactions, six; what is shown, three.
    with django_assert_num_queries(12):
        browser.get("invitations")


# Many at once.


def test_a_table_is_looked_at_first_and_then_sent(admin: Membership, lincoln: School) -> None:
    browser = Browser(admin)
    table = f"{HEAD}ana@example.org,Ana,principal,Lincoln\nben@example.org,Ben,specialist,\n"

    preview = send_table(browser, table)
    before = Invitation.objects.count()
    sent = send_table(browser, table, confirmed="1")

    assert "2 invitations would go out" in words_of(preview)
    assert "Specialist 1 Principal 1" in words_of(preview)
    assert (before, sent.status_code, Invitation.objects.count()) == (0, 302, 2)


def test_all_that_is_wrong_is_shown_and_what_was_pasted_stays(
    admin: Membership, lincoln: School
) -> None:
    table = HEAD + "".join(f"p{n}@example.org,,boss,Lincoln\n" for n in range(60))

    answer = send_table(Browser(admin), table, confirmed="1")

    assert answer.status_code == 422
    assert "60 things to mend" in words_of(answer)
    assert answer.text.count("There is no role “boss”.") == 60
    assert "p59@example.org,,boss,Lincoln" in answer.text
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_may_be_encoded_as_offices_do(
    admin: Membership, lincoln: School, encoding: str
) -> None:
    table = f"{HEAD}ana@example.org,Ana Muñoz,principal,Lincoln\n"

    answer = send_table(Browser(admin), table.encode(encoding))

    assert answer.status_code == 200
    assert "Ana Muñoz" in answer.text
    assert ("has been read as Latin-1" in words_of(answer)) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a file, or paste some lines."),
        (b"PK\x03\x04\x00\x00", "Save the table as “CSV UTF-8” first."),
        ("hello", "has other columns than expected"),
        (HEAD, "headings and nothing below them"),
        (b"x" * (1024 * 1024 + 1), "At most 1 MB can be read at once."),
    ],
)
def test_what_cannot_be_read_is_said_so(admin: Membership, content: bytes | str, said: str) -> None:
    answer = send_table(Browser(admin), content)

    assert answer.status_code == 422
    assert said in words_of(answer)


def test_the_template_can_be_sent_as_it_is(admin: Membership, lincoln: School) -> None:
    browser = Browser(admin)
    template = browser.get("people_template")

    answer = send_table(browser, template.content)

    assert template.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert template.content.startswith(b"\xef\xbb\xbfemail,name,role,schools")
    assert "1 invitation would go out" in words_of(answer)


@pytest.fixture
def elsewhere() -> Membership:
    """The admin of another district, in which Bo is and to which Ana is invited."""
    there = make_district("Elsewhere")
    seat(there, Role.SPECIALIST, user=make_user("Bo", email="bo@example.org"))
    admin = seat(there, Role.DISTRICT_ADMIN, user=make_user("Eve"))
    assert Browser(admin).post("invitation_new", form()).status_code == 302
    return admin


def test_only_the_district_s_own_invitations_are_counted(
    admin: Membership, elsewhere: Membership
) -> None:
    assert "0 open invitations" in words_of(Browser(admin).get("people"))
    assert "1 open invitation" in words_of(Browser(elsewhere).get("people"))


def test_a_table_says_nothing_of_whom_another_district_has_or_has_invited(
    admin: Membership, elsewhere: Membership
) -> None:
    table = f"{HEAD}ana@example.org,Ana,specialist,\nbo@example.org,Bo,specialist,\n"

    answer = send_table(Browser(admin), table)

    assert "2 invitations would go out" in words_of(answer)
    assert "already" not in words_of(answer)


@pytest.mark.parametrize("email", ["ana@example.org", "bo@example.org"])
def test_whom_another_district_has_or_has_invited_is_invited_like_anybody(
    admin: Membership, elsewhere: Membership, email: str
) -> None:
    answer = Browser(admin).post("invitation_new", form(email=email))

    assert answer.status_code == 302
    assert Invitation.objects.filter(email=email, district=admin.district_id).exists()
