"""What a district's texts have in common: pure functions over plain rows.

`find_themes` is the one door. It knows no model, no request and no queue.
"""

from assessments.dashboards.themes.finding import FEWEST_SCHOOLS, MOST_THEMES, find_themes
from assessments.dashboards.themes.rows import Excerpt, Findings, Known, Passage, Theme

__all__ = [
    "FEWEST_SCHOOLS",
    "MOST_THEMES",
    "Excerpt",
    "Findings",
    "Known",
    "Passage",
    "Theme",
    "find_themes",
]
