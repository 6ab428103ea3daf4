"""What workers do with marks, done here and now; and what the dashboard then says."""

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.snapshot import refresh_snapshot, waiting_years
from assessments.models import Campaign, DashboardSnapshot, DirtyMark
from schools.tenancy import district_scope
from tests.assessments.writing import CELL
from tests.racing import Call, in_scope


def rebuilding(campaign: Campaign) -> Call:
    """What a worker does with one message."""
    return in_scope(
        campaign.district_id,
        lambda: refresh_snapshot(campaign.district_id, campaign.school_year),
    )


def rebuild(campaign: Campaign) -> None:
    rebuilding(campaign)()


def rebuild_all() -> None:
    """What sweep and workers do until no mark is left."""
    while waiting := waiting_years():
        for district_id, school_year in waiting:
            with district_scope(district_id):
                refresh_snapshot(district_id, school_year)


def snapshot(campaign: Campaign) -> DashboardSnapshot | None:
    with district_scope(campaign.district_id):
        return DashboardSnapshot.objects.filter(school_year=campaign.school_year).first()


def stored(campaign: Campaign) -> DashboardSnapshot:
    """The snapshot that must be there by now."""
    found = snapshot(campaign)
    assert found is not None
    return found


def figures(campaign: Campaign) -> Figures:
    return dict(stored(campaign).figures)


def levels(campaign: Campaign) -> dict[str, int]:
    """How many schools stand where in the one cell that the test looks at."""
    counts = figures(campaign)["grid"][CELL]["levels"]
    return {level: count for level, count in counts.items() if count}


def leave_a_mark(campaign: Campaign) -> None:
    DirtyMark.objects.create(district_id=campaign.district_id, school_year=campaign.school_year)


def marked() -> list[tuple[str, int]]:
    return sorted(waiting_years())


def as_key(campaign: Campaign) -> tuple[str, int]:
    return str(campaign.district_id), campaign.school_year
