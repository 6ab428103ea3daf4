"""Entries are found by a part of a name: by the names that there are, or by looking at each."""

import pytest
from django.db import connection

from schools import audit, audit_search
from schools.audit_search import names_with
from schools.forms.audit_log import AuditFilterForm
from schools.models import AuditEntry, Event, Membership, Role
from schools.tenancy import district_scope
from tests.factories import make_district, make_user, seat

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = ("Ana Ruiz", "Bo", "Ándrea RUIZ", "%", "_", "")


@pytest.fixture
def admin() -> Membership:
    """Of a district where each of PEOPLE did something twice; elsewhere somebody else did."""
    for name in (*PEOPLE, "Ruiz of elsewhere"):
        district = make_district(slug="riverbend") if name == PEOPLE[0] else None
        by = seat(district or Membership.objects.first().district, Role.DISTRICT_ADMIN)
        by.user.name = name
        if name.endswith("elsewhere"):
            by.district_id = make_district().pk
        with district_scope(by.district_id):
            for _time in range(2):
                audit.record(Event.SCHOOL_CHANGED, by=by)
    return seat(Membership.objects.first().district, Role.DISTRICT_ADMIN, user=make_user("Dana"))


def found(admin: Membership, **asked: str) -> list[str]:
    with district_scope(admin.district_id):
        rows = AuditEntry.objects.visible_to(admin)
        chosen = AuditFilterForm(asked).chosen(rows, admin.district)
        return sorted(chosen.values_list("actor_name", flat=True).distinct())


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("ruiz", ["Ana Ruiz", "Ándrea RUIZ"]),
        ("RUIZ", ["Ana Ruiz", "Ándrea RUIZ"]),
        ("ándrea", ["Ándrea RUIZ"]),
        ("%", ["%"]),
        ("_", ["_"]),
        ("nobody", []),
    ],
)
@pytest.mark.parametrize("most", [0, 200])
def test_either_way_finds_the_same(
    admin: Membership, monkeypatch: pytest.MonkeyPatch, who: str, names: list[str], most: int
) -> None:
    monkeypatch.setattr(audit_search, "MOST_NAMES", most)

    assert found(admin, who=who) == names


def test_many_names_are_not_counted_to_the_end(
    admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "MOST_THAT_FIT", 1)

    with district_scope(admin.district_id):
        assert names_with("ruiz", "actor_name", admin.district_id) is None


def test_an_index_for_parts_of_words_would_not_be_used() -> None:
    """Why it is done so: if this changes, do it by pg_trgm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, proleakproof FROM pg_proc"
            " WHERE proname IN ('text_gt', 'texteq', 'textlike') ORDER BY 1"
        )
        assert cursor.fetchall() == [("text_gt", True), ("texteq", True), ("textlike", False)]


def test_only_names_of_the_log_are_looked_for(admin: Membership) -> None:
    with pytest.raises(ValueError, match="details"):
        names_with("x", "details", admin.district_id)
