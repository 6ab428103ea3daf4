"""How far a year's schools are: status, timeliness and more time, each by itself."""

from datetime import date
from functools import cached_property

from assessments.dashboards.aggregation import Figures
from assessments.dashboards.bars import Bar
from assessments.dashboards.weeks import Weeks
from assessments.models import Campaign, Status
from schools.models import SchoolLevel


class Standing:
    """Progress of one year, beside the year before. Drafts count here and nowhere else."""

    def __init__(
        self,
        campaign: Campaign,
        figures: Figures,
        before: Figures | None,
        campaign_before: Campaign | None,
    ) -> None:
        self.campaign = campaign
        self.campaign_before = campaign_before
        self._standing = figures
        self._standing_before = before

    @property
    def schools(self) -> int:
        """Schools in the campaign."""
        return int(self._standing["schools"])

    @property
    def submitted(self) -> int:
        """Schools whose cycle is in the district's hands."""
        return int(self._standing["submitted"])

    @property
    def submitted_before(self) -> int | None:
        """The same, last year."""
        return self._standing_before["submitted"] if self._standing_before else None

    @property
    def submitted_late(self) -> int:
        """Of them, those who handed in after the due date."""
        return int(self._standing["progress"]["submitted_late"])

    @property
    def still_out(self) -> int:
        """Schools that have yet to hand in."""
        return self.schools - self.submitted

    @property
    def with_more_time(self) -> int:
        """Of them, those who were given more time, and still have it."""
        today = self._today.isoformat()
        more_time = self._standing["progress"].get("more_time", {})
        return sum(count for day, count in more_time.items() if day >= today)

    @property
    def late(self) -> int:
        """Of them, those whose due date is over."""
        return self.still_out - self.with_more_time if self.campaign.is_past_due else 0

    @cached_property
    def statuses(self) -> list[Bar]:
        """How many schools are where."""
        counts = self._standing["progress"]["statuses"]
        return [
            Bar(status.value, str(status.label), counts.get(status.value, 0), self.schools)
            for status in reversed(Status)
        ]

    @property
    def levels_of_schools(self) -> list[tuple[str, str, dict[str, int], int]]:
        """Progress by level of school: code, label, counts by status, schools."""
        by_level = self._standing["progress"]["by_level"]
        return [
            (level.value, str(level.label), counts, sum(counts.values()))
            for level in SchoolLevel
            if (counts := by_level.get(level.value))
        ]

    @cached_property
    def weeks(self) -> Weeks | None:
        """Submissions week by week; None before the first and while the figures lack them."""
        if not self._standing.get("handed_in"):
            return None
        return Weeks(
            self.campaign,
            self._standing,
            today=self._today,
            before=(self.campaign_before, self._standing_before or {}),
        )

    @cached_property
    def _today(self) -> date:
        return self.campaign.district.today()
