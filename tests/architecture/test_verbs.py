"""What changes a row refuses another district's, even if a page has handed it over.

Row-level security is off meanwhile; memberships, invitations and credentials have none.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessments import themes
from schools import api_clients, invitations, people, second_factors
from schools.models import District, Identity, Membership, Role, SignOnProvider
from schools.sign_on import links, managing
from schools.tenancy import district_scope
from tests.architecture.callers import nobody
from tests.architecture.keeping import put_back
from tests.architecture.locks import without_row_level_security
from tests.architecture.two_districts import Side, fingerprint
from tests.canaries import WATCH

Verb = Callable[[Side, Membership], Any]

A_KEY: Final = api_clients.Wish(api_clients.Kind.KEY, ["roster:read"], days=30)
VERBS: Final[dict[str, Verb]] = {
    "another role": lambda ours, by: people.change_role(
        _person(ours), by=by, role=Role.SPECIALIST, schools=[]
    ),
    "an end": lambda ours, by: people.end_membership(_person(ours), by=by, with_all_they_made=True),
    "second factors taken away": lambda ours, by: second_factors.reset(_person(ours), by=by),
    "a link ended": lambda ours, by: links.unlink(_person(ours), by=by),
    "an invitation sent again": lambda ours, by: invitations.resend(ours.desk.invitation, by=by),
    "an invitation revoked": lambda ours, by: invitations.revoke(ours.desk.invitation, by=by),
    "a program's new key": lambda ours, by: api_clients.add_credential(
        ours.revoked.api_client, by=by, wish=A_KEY
    ),
    "a key revoked": lambda ours, by: api_clients.revoke_credential(ours.revoked, by=by),
    "a provider changed": lambda ours, by: managing.change_provider(
        ours.provider, by=by, fields={"name": "Anew"}
    ),
    "a provider switched": lambda ours, by: managing.switch(ours.provider, by=by, on=True),
    "a provider removed": lambda ours, by: managing.remove(ours.provider, by=by),
}


def _person(side: Side) -> Membership:
    return side.desk.people[Role.TEAM_MEMBER]


@pytest.fixture(scope="module", autouse=True)
def _alone(ours: Side, theirs: Side) -> Iterator[None]:
    with without_row_level_security():
        yield


@pytest.fixture
def _put_back() -> Iterator[None]:
    yield
    put_back()


@pytest.fixture
def _both_on(ours: Side, theirs: Side, _put_back: None) -> None:
    """Both districts have a provider that lets people in."""
    for side in (ours, theirs):
        with district_scope(side.district.pk):
            SignOnProvider.objects.filter(pk=side.provider.pk).update(is_on=True)


@pytest.mark.usefixtures("_both_on")
def test_a_district_s_own_providers_alone_lead_into_it(ours: Side, theirs: Side) -> None:
    page = nobody().ask("GET", f"/sign-in/{theirs.district.slug}/")

    # Whose door it is, it says to everybody.
    WATCH.taken()
    assert (page.mentions(theirs.word), page.mentions(ours.word)) == (True, False)


@pytest.mark.usefixtures("_put_back")
def test_whose_membership_ends_stays_linked_elsewhere(ours: Side, theirs: Side) -> None:
    leaving = _person(theirs)
    with district_scope(ours.district.pk):
        elsewhere = Identity.objects.create(
            district=ours.district, provider=ours.provider, subject="anew", user=leaving.user
        )

    with district_scope(theirs.district.pk):
        admin = theirs.people[Role.DISTRICT_ADMIN]
        people.end_membership(leaving, by=admin, with_all_they_made=True)

    with district_scope(ours.district.pk):
        assert Identity.objects.filter(pk=elsewhere.pk).exists()


@pytest.mark.usefixtures("_put_back")
def test_a_theme_may_be_called_as_another_district_calls_one(ours: Side, theirs: Side) -> None:
    name, specialist = ours.desk.theme.name, theirs.people[Role.SPECIALIST]

    with district_scope(theirs.district.pk):
        year = theirs.campaign.school_year
        made = themes.make_theme(by=specialist, name=name, school_year=year)

    assert (made.name, made.district_id) == (name, theirs.district.pk)


@pytest.mark.usefixtures("_both_on")
def test_another_district_s_provider_is_no_other_way_in(theirs: Side) -> None:
    District.objects.filter(pk=theirs.district.pk).update(sign_on_only=True)
    admin = theirs.people[Role.DISTRICT_ADMIN]

    with district_scope(theirs.district.pk), pytest.raises(ValidationError) as refused:
        managing.switch(theirs.provider, by=admin, on=False)

    assert refused.value.code == "last_provider"


@pytest.mark.parametrize("name", VERBS)
def test_it_refuses_what_is_another_district_s(name: str, ours: Side, theirs: Side) -> None:
    admin, before = theirs.people[Role.DISTRICT_ADMIN], fingerprint(ours.district)

    with district_scope(theirs.district.pk), pytest.raises(PermissionDenied):
        VERBS[name](ours, admin)

    assert fingerprint(ours.district) == before
