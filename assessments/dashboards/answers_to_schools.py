"""You said, we did, as a school reads it: its own words, and what the district answers them."""

from typing import Any

from django.db.models import Exists, OuterRef

from assessments.dashboards.quotable import name_for_school
from assessments.models import Excerpt, ReplyRead, ThemeReply
from schools.models import School
from schools.querysets import Who


def replies_to(who: Who, school: School, *, unread: bool = False) -> list[ThemeReply]:
    """The replies to themes of which the school speaks, the latest first; two queries at most.

    Each comes with the school's own words (`own_words`), and with the theme's name only when it
    is not another school's wording (`name_for_school`).
    """
    own = Excerpt.objects.visible_to(who).counted().filter(school=school)
    spoke = own.filter(theme=OuterRef("theme"), school_year=OuterRef("school_year"))
    rows = ThemeReply.objects.visible_to(who).select_related("theme")
    rows = rows.filter(Exists(spoke), theme__status="accepted").order_by("-at", "-id")
    if unread:
        read = ReplyRead.objects.visible_to(who).filter(
            reply=OuterRef("pk"), version=OuterRef("version")
        )
        rows = rows.exclude(Exists(read))
    replies = list(rows)
    if replies:
        _add_own_words(replies, own)
    return replies


def _add_own_words(replies: list[ThemeReply], own: Any) -> None:
    themes = [reply.theme_id for reply in replies]
    said = list(own.filter(theme__in=themes).with_words().order_by("code", "start"))
    for reply in replies:
        reply.own_words = [
            excerpt
            for excerpt in said
            if (excerpt.theme_id, excerpt.school_year) == (reply.theme_id, reply.school_year)
        ]
        reply.about = name_for_school(reply.theme, (e.said for e in reply.own_words))
