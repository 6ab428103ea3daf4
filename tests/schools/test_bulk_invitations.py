"""Many people invited by one table: everything that is wrong is said, and nothing is half done."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from schools import bulk_invitations
from schools.bulk_invitations import Plan
from schools.models import AuditEntry, District, Invitation, Membership, Role, School
from schools.rosters.csv_table import UnreadableFile
from schools.tenancy import district_scope
from tests.factories import make_district, make_school, make_user, seat

pytestmark = pytest.mark.django_db

HEAD = "email,name,role,schools\n"


@pytest.fixture
def district() -> District:
    return make_district("Riverbend")


@pytest.fixture
def admin(district: District) -> Membership:
    return seat(district, Role.DISTRICT_ADMIN)


@pytest.fixture(autouse=True)
def lincoln(district: District) -> School:
    return make_school(district, "Lincoln", nces_schid="012345600001")


@pytest.fixture(autouse=True)
def cedar(district: District) -> School:
    return make_school(district, "Cedar Grove; Annex", nces_schid="012345600002")


def plan(by: Membership, *lines: str, head: str = HEAD) -> Plan:
    with district_scope(by.district_id):
        return bulk_invitations.plan(head + "\n".join(lines), by=by, language="es")


def invite_all(by: Membership, *lines: str) -> Plan:
    with district_scope(by.district_id):
        return bulk_invitations.invite_all(HEAD + "\n".join(lines), by=by, language="es")


def problems(found: Plan) -> list[tuple[int, str]]:
    return [(problem.line, problem.words) for problem in found.problems]


def places(found: Plan) -> list[tuple[str, str, list[str]]]:
    return [
        (line.wish.email, line.wish.role, [school.name for school in line.wish.schools])
        for line in found.invitations
    ]


def test_schools_are_named_by_id_or_by_name(admin: Membership) -> None:
    found = plan(
        admin,
        "a@example.org,Ana,principal,012345600001",
        "b@example.org,Ben,Team member, LINCOLN ",
        "c@example.org,Cy,Maestra,",
        'd@example.org,Di,team_member,"Cedar Grove; Annex"',
        "e@example.org,Ed,viewer,Lincoln;012345600002",
        'f@example.org,Fe,principal,="012345600001"',
        "g@example.org,Gus,principal,12345600001",
        "h@example.org,Hal,specialist,",
    )

    assert problems(found) == [
        (
            4,
            "There is no role “Maestra”. The roles are: district_admin, specialist, principal,"
            " team_member, viewer.",
        )
    ]
    assert places(found) == [
        ("a@example.org", "principal", ["Lincoln"]),
        ("b@example.org", "team_member", ["Lincoln"]),
        ("d@example.org", "team_member", ["Cedar Grove; Annex"]),
        ("e@example.org", "viewer", ["Lincoln", "Cedar Grove; Annex"]),
        ("f@example.org", "principal", ["Lincoln"]),
        ("g@example.org", "principal", ["Lincoln"]),
        ("h@example.org", "specialist", []),
    ]


def test_every_line_that_is_wrong_is_said_with_its_number(
    admin: Membership, district: District
) -> None:
    make_school(district, "Jefferson")
    make_school(district, "Jefferson")

    found = plan(
        admin,
        "not an address,Ana,principal,Lincoln",
        "b@example.org,Ben,,Lincoln",
        "c@example.org,Cy,principal,",
        "d@example.org,Di,specialist,Lincoln",
        "e@example.org,Ed,principal,Hogwarts",
        "f@example.org,Fe,principal,Jefferson",
        "g@example.org,Gus,principal,Lincoln,and,more",
        "ok@example.org,Hal,specialist,",
        "OK@example.org,Hal again,specialist,",
        "x,Ida,boss,Hogwarts",
    )

    assert [line for line, _words in problems(found)] == [2, 3, 4, 5, 6, 7, 8, 10, 11, 11, 11]
    assert dict(problems(found)[:9]) == {
        2: "This is not an e-mail address.",
        3: "The role is missing. The roles are: district_admin, specialist, principal,"
        " team_member, viewer.",
        4: "Choose at least one school.",
        5: "This role sees the whole district: leave its schools empty.",
        6: "There is no school Hogwarts in this district.",
        7: "There are 2 schools called Jefferson: use the NCES id.",
        8: "the number of its cells is 6, of headings 4",
        10: "ok@example.org stands in line 9 already.",
        11: "This is not an e-mail address.",
    }


def test_a_school_of_another_district_does_not_exist(admin: Membership) -> None:
    make_school(make_district("Millbrook"), "Garfield", nces_schid="999999900001")

    found = plan(
        admin, "a@example.org,,principal,Garfield", "b@example.org,,principal,999999900001"
    )

    assert [line for line, _words in problems(found)] == [2, 3]


def test_who_is_here_or_invited_already_is_passed_over(
    admin: Membership, district: District
) -> None:
    seat(district, Role.SPECIALIST, user=make_user("Ben", email="ben@example.org"))
    invite_all(admin, "ana@example.org,Ana,specialist,")

    found = invite_all(
        admin,
        "Ben@example.org,Ben,district_admin,",
        "ana@example.org,Ana,specialist,",
        "new@example.org,New,specialist,",
    )

    assert [line.wish.email for line in found.invitations] == ["new@example.org"]
    assert [line.remark for line in found.passed_over] == [
        "is here already as Specialist; nothing changes",
        "is invited already; nothing changes",
    ]
    assert Membership.objects.get(user__email="ben@example.org").role == Role.SPECIALIST


def test_all_are_invited_or_nobody(admin: Membership) -> None:
    lines = [f"p{n}@example.org,P{n},specialist," for n in range(20)]

    refused = invite_all(admin, *lines, "wrong")
    before = Invitation.objects.count()
    invite_all(admin, *lines)

    assert (len(refused.problems), before, Invitation.objects.count()) == (1, 0, 20)
    assert set(Invitation.objects.values_list("language", flat=True)) == {"es"}
    assert Invitation.objects.filter(mail_due_at__isnull=False).count() == 20


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("E-mail;Nombre;Rol;Escuela\n", "a@example.org;Ana;director;Lincoln"),
        ("email\tschools\trole\n", "a@example.org\tLincoln\tPrincipal"),
        ("\ufeffRole,School(s),Email,Name,Remarks\n", "principal,Lincoln,a@example.org,Ana,hi"),
        ("Our people\n\nemail,name,role,school\n", "a@example.org,Ana,PRINCIPAL,lincoln"),
    ],
)
def test_tables_as_offices_save_them_are_read(admin: Membership, head: str, line: str) -> None:
    line = line.replace("director", str(Role.PRINCIPAL.value))

    found = plan(admin, line, head=head)

    assert (problems(found), places(found)) == (
        [],
        [("a@example.org", "principal", ["Lincoln"])],
    )


@pytest.mark.parametrize(
    "text", ["", "hello", "email,role\na@example.org,viewer", HEAD, f'{HEAD}a@example.org,"Ana,x,']
)
def test_what_is_no_table_is_said_so(admin: Membership, text: str) -> None:
    with pytest.raises(UnreadableFile):
        plan(admin, head=text)


def test_a_formula_stays_text(admin: Membership) -> None:
    found = invite_all(admin, """a@example.org,"=HYPERLINK(""http://x"")",specialist,""")

    assert found.invitations[0].wish.name == '=HYPERLINK("http://x")'


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.PRINCIPAL, Role.TEAM_MEMBER])
def test_only_admins_invite_by_the_table(district: District, lincoln: School, role: Role) -> None:
    by = seat(district, role, *([] if role == Role.SPECIALIST else [lincoln]))

    for verb in (plan, invite_all):
        with pytest.raises(PermissionDenied):
            verb(by, "a@example.org,,viewer,Lincoln")


@pytest.mark.parametrize("lines", [1, 60])
def test_a_table_costs_the_same_queries_however_long(
    admin: Membership, lines: int, django_assert_num_queries: Any
) -> None:
    text = [f"p{n}@example.org,P{n},principal,Lincoln" for n in range(lines)]

    # Into the scope and out of it, four; schools, people, invitations.
    with django_assert_num_queries(7):
        found = plan(admin, *text)

    assert len(found.invitations) == lines


def test_five_thousand_lines_of_which_forty_are_wrong(admin: Membership) -> None:
    lines = [f"p{n}@example.org,Person {n},team_member,Lincoln" for n in range(5_000)]
    wrong = range(0, 5_000, 125)
    for n in wrong:
        lines[n] = f"p{n}@example.org,Person {n},team_member,Hogwarts"

    found = invite_all(admin, *lines)

    assert [line for line, _words in problems(found)] == [n + 2 for n in wrong]
    assert len(found.problems) == 40
    assert not Invitation.objects.exists()


def test_the_log_says_of_each_who_was_invited_as_what(
    admin: Membership, lincoln: School, django_assert_max_num_queries: Any
) -> None:
    lines = [f"p{n}@example.org,P{n},principal,Lincoln" for n in range(60)]

    with django_assert_max_num_queries(25):
        invite_all(admin, *lines, "boss@example.org,,district_admin,")

    with district_scope(admin.district_id):
        entries = list(AuditEntry.objects.filter(event="person.invited").order_by("pk"))
    assert len(entries) == 61
    assert entries[-1].object_name.startswith("boss@example.org")
    assert [entries[at].details for at in (0, -1)] == [
        {"email": "p0@example.org", "role": "principal", "schools": [str(lincoln.pk)]},
        {"email": "boss@example.org", "role": "district_admin", "schools": []},
    ]
