"""The admin gives operators no way to read what somebody else reads."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from uuid_utils.compat import uuid7

from accounts.addresses import make_person, person_at
from accounts.models import User
from schools.models import AuditEntry, District, Membership, Role
from schools.tenancy import district_scope
from tests.accounts.signing_in import by_password, is_signed_in
from tests.factories import PASSWORD, make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)
ADD_PERSON = reverse("admin:accounts_user_add")
ADD_PLACE = reverse("admin:schools_membership_add")


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user("Olive", is_staff=True, is_superuser=True))
    return client


def person_page(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def sent_of(user: User, **changes: Any) -> dict[str, Any]:
    """What the form of a person sends."""
    fields = {"email": user.email, "name": user.name, "language": "", "is_active": "on"}
    return fields | changes


def add_place(operator: Client, district: District, user: User) -> int:
    """What is answered, and whether they are in."""
    sent = {"user": user.pk, "district": district.pk, "role": Role.SPECIALIST}
    operator.post(ADD_PLACE, sent)
    return Membership.objects.filter(district=district, user=user).count()


def changed_fields(district: District) -> list[Any]:
    with district_scope(district.pk):
        rows = AuditEntry.objects.filter(district=district).order_by("pk")
        return [entry.details.get("fields") for entry in rows]


def test_nobody_s_password_is_set_there(operator: Client) -> None:
    someone = make_user("Ana")

    operator.post(
        f"{person_page(someone)}password/", {"password1": "x" * 20, "password2": "x" * 20}
    )
    operator.post(
        person_page(someone), sent_of(someone, password="another one", password1="x" * 20)
    )

    someone.refresh_from_db()
    assert someone.check_password(PASSWORD)
    assert "password" not in operator.get(person_page(someone)).content.decode().split("<main")[1]


def test_who_is_added_has_no_password_that_somebody_knows(operator: Client) -> None:
    sent = {"email": "Ana@Example.org", "name": "Ana", "language": "", "is_active": "on"}

    operator.post(ADD_PERSON, sent | {"password1": "x" * 20, "password2": "x" * 20})

    assert User.objects.get(email="ana@example.org").has_usable_password() is False


def test_an_address_that_is_changed_is_told_to_the_old_one(
    operator: Client, mailoutbox: list[Any]
) -> None:
    someone = make_user("Ana", language="es")
    old = someone.email

    operator.post(person_page(someone), sent_of(someone, email="new@example.org", language="es"))

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([old], "Su cuenta tiene ahora otra dirección")
    assert "new@example.org" in mail.body


def test_an_address_that_is_changed_is_told_to_the_admins_of_their_districts(
    operator: Client, mailoutbox: list[Any]
) -> None:
    """Else an operator could read as a principal, and no district would know."""
    district, someone = make_district(), make_user("Ana")
    seat(district, Role.PRINCIPAL, make_school(district), user=someone)
    admin = seat(district, Role.DISTRICT_ADMIN)
    seat(make_district(), Role.DISTRICT_ADMIN)

    operator.post(person_page(someone), sent_of(someone, email="new@example.org"))

    _to_the_old_one, mail = sorted(mailoutbox, key=lambda it: it.to == [admin.user.email])
    assert (mail.to, mail.subject) == ([admin.user.email], "Ana has another address now")
    assert "new@example.org" in mail.body


def test_an_address_that_is_changed_opens_nothing_any_more(
    operator: Client, client: Client, mailoutbox: list[Any]
) -> None:
    """It may be somebody else's by now: a mailbox is given to the next principal."""
    old, district = "principal@example.org", make_district()
    someone = make_person(old, name="Ana", password=PASSWORD, language="en")
    operator.post(person_page(someone), sent_of(someone, email="new@example.org"))
    mailoutbox.clear()

    client.post("/accounts/password/reset/", {"email": old})
    answer = by_password(client, old)

    assert all("/password/reset/key/" not in mail.body for mail in mailoutbox)
    assert (answer.status_code, is_signed_in(client)) == (200, False)
    assert person_at(old) is None
    assert by_password(client, "new@example.org").status_code == 302
    seat(district, Role.VIEWER, user=make_person(old, name="Bo", password=None, language="en"))


def test_an_operator_s_own_password_is_changed_where_everyone_s_is(operator: Client) -> None:
    """There tries are counted, the person is told, and other sessions end."""
    address = "/admin/password_change/"

    assert operator.get(address)["Location"] == "/accounts/password/change/"
    assert operator.post(address, {"old_password": PASSWORD}).status_code == 405


def test_what_is_changed_about_a_person_stands_in_each_of_their_districts(
    operator: Client,
) -> None:
    someone = make_user("Ana")
    districts = [make_district(), make_district()]
    for district in districts:
        seat(district, Role.SPECIALIST, user=someone)

    operator.post(person_page(someone), sent_of(someone, email="new@example.org"))

    assert [changed_fields(each) for each in districts] == [[["E-mail address"]]] * 2


def test_no_operator_is_given_a_place(operator: Client) -> None:
    assert add_place(operator, make_district(), make_user("Otto", is_staff=True)) == 0


def test_nobody_is_slipped_in_beside_an_admin_who_can_invite(operator: Client) -> None:
    district = make_district()
    seat(district, Role.DISTRICT_ADMIN)

    assert add_place(operator, district, make_user("Ana")) == 0


def test_a_district_without_an_admin_gets_somebody(operator: Client) -> None:
    assert add_place(operator, make_district(), make_user("Ana")) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("allauth_idp_oidc/token/add/", "allauth_idp_oidc/client/", "account/emailaddress/"),
        *("auth/group/", "mfa/authenticator/", "socialaccount/socialaccount/"),
    ],
)
def test_no_token_address_or_factor_is_slipped_in(operator: Client, address: str) -> None:
    assert operator.get(f"/admin/{address}").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        *("password__startswith", "sessions__session_key__startswith"),
        *("sessions__pk__startswith", "id__startswith", "password__regex"),
    ],
)
def test_nothing_is_guessed_of_people_by_asking_for_it(operator: Client, asked: str) -> None:
    assert operator.get(reverse("admin:accounts_user_changelist"), {asked: "s"}).status_code == 400


def test_lists_are_filtered_by_what_stands_beside_them(operator: Client) -> None:
    asked = [
        ("admin:accounts_user_changelist", {"is_staff__exact": "1"}),
        ("admin:schools_membership_changelist", {"role__exact": "principal"}),
        ("admin:schools_membership_changelist", {"district__id__exact": str(make_district().pk)}),
    ]

    statuses = [operator.get(reverse(name), filters).status_code for name, filters in asked]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("odd", ["ſam@example.org", "Kim@exämple.org"])
def test_an_address_that_could_be_taken_for_another_is_refused(operator: Client, odd: str) -> None:
    sent = {"email": odd, "name": "Ana", "language": "", "is_active": "on"}

    answer = operator.post(ADD_PERSON, sent)

    assert "Write the address in plain letters" in answer.content.decode()


def test_the_admin_leads_from_no_key_to_any_row(operator: Client) -> None:
    kinds = ContentType.objects.filter(model__in=("cell", "user", "district"))

    statuses = {operator.get(f"/admin/r/{kind.pk}/{uuid7()}/").status_code for kind in kinds}

    assert statuses == {404}
