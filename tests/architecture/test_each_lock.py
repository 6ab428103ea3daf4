"""Each of the two locks between districts holds alone, also for what workers do.

And with neither of them the nets see it: they cannot be passed by tests that look at nothing.
"""

from typing import Final

import pytest

from assessments.models import Cycle, DashboardSnapshot, DirtyMark
from assessments.tasks import refresh_dashboard
from schools.models import Role, School
from schools.tenancy import district_scope
from tests.architecture.callers import Caller
from tests.architecture.isolation import Secret, with_our_ids
from tests.architecture.locks import (
    APPLICATION,
    DATABASE,
    LOCKS,
    without_row_level_security,
    without_visible_to,
)
from tests.architecture.routes import Route, district_routes
from tests.architecture.two_districts import Side
from tests.canaries import WATCH

# What nobody finds but the person whose it is, whichever of the locks is off.
OF_A_PERSON: Final = {"api-export", "api-export-file", "export_file", "reading_mark"}
# Who may enter is known before the database knows the district: here there is one lock alone.
WITH_ONE_LOCK: Final = {
    *("api_client", "api_credential_revocation"),
    *("invitation_revocation", "invitation_sendings", "membership", "leaving", "factors_reset"),
    "unlinking",
}
WITH_TWO: Final = [
    route
    for route in district_routes()
    if route.ids and route.name not in OF_A_PERSON | WITH_ONE_LOCK
]

with_either_lock = pytest.mark.parametrize("locks", LOCKS, indirect=True)


@with_either_lock
def test_a_recompute_of_theirs_counts_none_of_ours(locks: str, ours: Side, theirs: Side) -> None:
    year = theirs.campaign.school_year
    DirtyMark.objects.create(district=theirs.district, school_year=year)

    refresh_dashboard(str(theirs.district.pk), year)

    with district_scope(theirs.district.pk):
        snapshot = DashboardSnapshot.objects.get(district=theirs.district, school_year=year)
        cycles = Cycle.objects.filter(district=theirs.district, school_year=year).count()
    schools = {row[2] for row in snapshot.heatmap}
    assert (snapshot.figures["schools"], ours.word in str(schools)) == (cycles, False)


@with_either_lock
def test_a_lock_that_is_said_to_be_off_is_off(locks: str, ours: Side, theirs: Side) -> None:
    admin = theirs.people[Role.DISTRICT_ADMIN]
    with district_scope(theirs.district.pk):
        past_the_database = School.objects.filter(district=ours.district).exists()
    with district_scope(ours.district.pk):
        seen = School.objects.visible_to(admin)
        past_visible_to = seen.filter(district=ours.district).exists()

    assert (past_the_database, past_visible_to) == (locks == APPLICATION, locks == DATABASE)


@pytest.mark.in_turn(6)
@pytest.mark.parametrize("route", WITH_TWO, ids=str)
def test_with_neither_lock_the_nets_see_it(
    route: Route, ours: Side, theirs: Side, principals: dict[str, Caller]
) -> None:
    stranger = principals["their district_admin"]
    secret = Secret.of_the_district(ours)

    with without_row_level_security(), without_visible_to():
        findings = with_our_ids(stranger, route, theirs.names, secret)

    WATCH.taken()
    assert findings != []
