"""What is said, and the district's decisions, without a page."""

from assessments import replies, themes
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import Campaign, Theme, ThemeReply
from schools.models import Membership
from schools.tenancy import district_scope

SAID = "We never have time to plan together."
ALSO = "The bell schedule keeps <us> apart."


def fresh(theme: Theme) -> Theme:
    with district_scope(theme.district_id):
        return Theme.objects.get(pk=theme.pk)


def accept(theme: Theme, by: Membership, name: str = "") -> Theme:
    with district_scope(theme.district_id):
        return themes.accept_theme(theme, by=by, version=fresh(theme).version, name=name)


def answer(theme: Theme, by: Membership, year: int) -> ThemeReply:
    with district_scope(theme.district_id):
        return replies.answer_theme(
            theme,
            by=by,
            school_year=year,
            version=0,
            reply="You have no time to plan.",
            action="Two hours a month from March.",
        )


def rebuild(campaign: Campaign) -> None:
    """The figures of the year, as the worker computes them."""
    with district_scope(campaign.district_id):
        refresh_snapshot(campaign.district_id, campaign.school_year)
