"""The syntax tree gives what can be taken away, and the running program knows it again."""

from types import SimpleNamespace

import pytest
from uuid_utils.compat import uuid7

from schools.models import School
from tests.mutants.reading import is_read, without_it
from tests.mutants.sites import A_DISTRICT, all_sites, sites_in
from tests.mutants.switching import SWITCH, switched

A_DOOR = """
class Rows:
    def visible_to(self, who):
        return self.filter(school__in=who.school_ids)
"""


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("Cell.objects.visible_to(who).get(pk=1)", ["door that is used"]),
        ("Cell.objects.quotable_to(who)", ["door that is used"]),
        ("Cell.objects.visible_to(who).filter(cycle=cycle_id)", ["door that is used"]),
        ("Cell.objects.visible_to(who).filter(cycle_id=asked)", ["door that is used"]),
        ("Cell.objects.visible_to(who).update(cycle=cycle)", ["door that is used"]),
        ("Excerpt.objects.visible_to(who).filter(theme=theme)", ["door that is used"]),
        ("Cell.objects.visible_to(who).filter(cycle=self.cycle)", []),
        ("Cell.objects.visible_to(who).counted().get(cycle__in=cycles)", []),
        ("Submission.objects.visible_to(who).filter(cycle__school__in=schools)", []),
        ("WebhookDelivery.objects.visible_to(who).filter(webhook=webhook)", []),
        ("Seat.objects.visible_to(who).filter(membership=place)", ["door that is used"]),
        (A_DOOR, ["filter inside a door"]),
        ("Cell.objects.filter(district=by.district_id)", ["district that is asked for"]),
        ("Cell.objects.get(district_id=one, school_year=2)", ["district that is asked for"]),
        ("Membership.objects.filter(district__slug=slug)", ["district that is asked for"]),
        ("Cell.objects.filter(district=one, pk=2)", []),
        ("Cell.objects.filter(district=one, cycle__in=rows)", []),
        ("Seat.objects.filter(district=one, membership=place)", []),
        ("AuditEntry.objects.filter(district=one, object_id=about)", []),
        ("Cell.objects.filter(cycle__district_id=F('district_id'))", []),
        ("Cell.objects.filter(school_year=2)", []),
        ("hook.deliveries.filter(district=hook.district_id, state='failed')", []),
    ],
)
def test_what_keeps_something_out_is_found(source: str, kinds: list[str]) -> None:
    assert [site.kind for site in sites_in(source, "some.py")] == kinds


def test_there_is_something_of_every_kind() -> None:
    kinds = {site.kind for site in all_sites()}

    assert kinds == {"door that is used", "filter inside a door", "district that is asked for"}


def test_the_program_comes_by_what_the_tree_has_found() -> None:
    (whole,) = [site for site in all_sites() if "school_lookup" in site.text]
    who = SimpleNamespace(district_id=uuid7(), sees_whole_district=False, school_ids=[uuid7()])

    with switched():
        kept = str(School.objects.visible_to(who).query)
        with SWITCH.without(whole):
            open_to_all = str(School.objects.visible_to(who).query)

    assert whole.place in SWITCH.passed
    assert kept != open_to_all


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("Cell.objects.visible_to(who).get(pk=1)", "Cell.objects.get(pk=1)"),
        ("Cell.objects.filter(district=one, school_year=2)", "Cell.objects.filter(school_year=2)"),
    ],
)
def test_what_is_read_is_the_text_without_it(source: str, left: str) -> None:
    (site,) = sites_in(source, "some.py")

    assert without_it(source, site) == left


def test_who_reads_notices_what_says_no_more_whose_rows_it_asks_for() -> None:
    read = {site.kind: is_read(site) for site in all_sites() if "schools/querysets.py" in str(site)}
    read |= {site.kind: is_read(site) for site in all_sites() if "config/health.py" in str(site)}

    assert read == {"filter inside a door": False, A_DISTRICT: True}
