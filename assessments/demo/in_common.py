"""What the demo's schools have in common: found in their words, decided by their specialist.

The words are chosen by hand and checked against what the schools have handed in, so that a demo
needs no encoder; "Look again" finds for itself what it finds.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from django.utils import timezone

from assessments import replies, themes
from assessments.dashboards.looking import latest_submissions
from assessments.dashboards.suggesting import Found, keep_findings
from assessments.demo.clock import clock_at
from assessments.demo.passages import FOLDER
from assessments.models import Submission, Theme, ThemeRun
from assessments.models.theme import REFLECTIONS, text_at
from schools.models import Membership

TOLD_OF: Final = "riverbend"

Told = dict[str, Any]


def find_in_common(
    by: Membership, schools: Mapping[str, str], year: str, school_year: int, at: datetime
) -> None:
    """The look of a year and what the specialist decides that week; `schools` by their slugs."""
    told = tomllib.loads((FOLDER / "themes.toml").read_text(encoding="utf-8"))["themes"]
    district = by.district_id
    handed_in = {
        submission.cycle.school.name: submission
        for submission in latest_submissions(district, school_year).select_related("cycle__school")
    }
    submissions = {slug: handed_in.get(name) for slug, name in schools.items()}
    found = [(each, _excerpts(each, year, submissions)) for each in told]
    known = dict(Theme.objects.filter(district=district).values_list("name", "pk"))
    with clock_at(at):
        ThemeRun.objects.create(
            district_id=district, school_year=school_year, state="running", asked_at=timezone.now()
        )
        keep_findings(
            Found(
                carried=list(_carried(found, known)),
                suggested=[
                    SimpleNamespace(name=each["found"], excerpts=excerpts)  # type: ignore[misc]
                    for each, excerpts in found
                    if excerpts and each.get("name") not in known
                ],
                silent=[],
                counts={"answers": _written(handed_in.values()), "said_nothing": 0},
            ),
            district_id=district,
            school_year=school_year,
            source=REFLECTIONS,
        )
    with clock_at(min(at + timedelta(days=2), timezone.now())):
        for each in told:
            _decide(by, each, year, school_year)


def _carried(found: Iterable[tuple[Told, Any]], known: Mapping[str, Any]) -> Iterator[Any]:
    for each, excerpts in found:
        if excerpts and each.get("name") in known:
            yield SimpleNamespace(key=str(known[each["name"]]), excerpts=excerpts)


def _excerpts(each: Told, year: str, submissions: Mapping[str, Submission | None]) -> list[Any]:
    return [
        _excerpt(submission, question, words)
        for school, when, question, words in each["quotes"]
        if when == year and (submission := submissions[school])
    ]


def _excerpt(submission: Submission, question: str, words: str) -> Any:
    start = text_at(submission.content, question, "text").index(words)
    passage = SimpleNamespace(submission=str(submission.pk), place=f"{question}/text")
    return SimpleNamespace(passage=passage, start=start, end=start + len(words), text=words)


def _decide(by: Membership, each: Told, year: str, school_year: int) -> None:
    rows = Theme.objects.filter(district=by.district_id)
    if each.get("decided") == year:
        theme = rows.get(name=each["found"])
        if each.get("dropped"):
            themes.drop_theme(theme, by=by, version=theme.version)
        else:
            themes.accept_theme(theme, by=by, version=theme.version, name=each["name"])
    if year == "this_year" and "reply" in each:
        theme = rows.get(name=each["name"])
        replies.answer_theme(theme, by=by, school_year=school_year, version=0, **each["reply"])


def _written(submissions: Iterable[Submission]) -> int:
    return sum(
        bool(answer.get("text"))
        for submission in submissions
        for answer in submission.content["reflections"].values()
    )
