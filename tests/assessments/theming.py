"""Schools that say something, and the machine that suggests what they have in common."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from assessments import answers, workflow
from assessments.blank_cycles import start_cycles
from assessments.models import Campaign, Cycle, Excerpt, Submission, Theme
from assessments.models.theme import text_at
from schools.models import District, Membership, Role, School
from schools.tenancy import district_scope
from tests.factories import ANSWERS, cycle_of, make_school, seat

NOTHING = "n/a"


def school_says(campaign: Campaign, name: str, /, quoting: str = "never", **texts: str) -> Cycle:
    """A new school's cycle, handed in with these reflections and "n/a" to all else."""
    school = make_school(campaign.district, name)
    return writes(campaign, school, seat(campaign.district, Role.PRINCIPAL, school), quoting, texts)


def writes(
    campaign: Campaign, school: School, by: Membership, quoting: str, texts: dict[str, str]
) -> Cycle:
    """A school's cycle of that campaign, handed in with these reflections."""
    with district_scope(campaign.district_id):
        start_cycles(campaign, [school])
    cycle = cycle_of(school, campaign)
    with district_scope(campaign.district_id):
        # At once and not save by save: how answers are kept is none of these tests' matter.
        cycle.cells.update(opportunities="We meet.", improvements="More.", opportunity_level=2)
        for reflection in cycle.reflections.all():
            reflection.text = texts.get(reflection.question, NOTHING)
            reflection.answer, reflection.is_answered = ANSWERS[reflection.question], True
            reflection.version = 1
            reflection.save()
        return workflow.submit_cycle(cycle, by=by, quoting=quoting)


def say(cycle: Cycle, by: Membership, **texts: str) -> None:
    """Write these reflections."""
    with district_scope(cycle.district_id):
        for reflection in cycle.reflections.filter(question__in=texts):
            reflection.cycle = cycle
            answer = {"text": texts[reflection.question], "answer": ANSWERS[reflection.question]}
            answers.save_reflection(reflection, by=by, version=reflection.version, answer=answer)


def says_anew(cycle: Cycle, **texts: str) -> Cycle:
    """The school takes its cycle back, writes this, and hands it in again."""
    with district_scope(cycle.district_id):
        members = Membership.objects.filter(role=Role.PRINCIPAL, schools=cycle.school_id)
        by = members.select_related("district").get()
    with district_scope(cycle.district_id):
        cycle = workflow.reopen_cycle(cycle, by=by, reason="Once more")
        say(cycle, by, **texts)
        return workflow.submit_cycle(cycle, by=by, quoting=cycle.quoting)


def suggestion(name: str, cycles: Sequence[Cycle], words: str, /, **fields: Any) -> Theme:
    """As the machine suggests it: these words of each of the cycles' reflections on balance."""
    now = timezone.now()
    first = cycles[0]
    fields = {"found_by_machine": True, "school_year": first.school_year, **fields}
    with district_scope(first.district_id):
        theme: Theme = Theme.objects.create(
            district_id=first.district_id, name=name, made_at=now, updated_at=now, **fields
        )
        for cycle in cycles:
            excerpt_of(theme, cycle, words)
    return theme


def excerpt_of(theme: Theme, cycle: Cycle, words: str, code: str = "balance") -> Excerpt:
    """The machine's, out of the last submission; call in the district's scope."""
    submission = last_submission(cycle)
    start = text_at(submission.content, code, "text").index(words)
    made: Excerpt = Excerpt.objects.create(
        district_id=cycle.district_id,
        theme=theme,
        submission=submission,
        cycle=cycle,
        school_id=cycle.school_id,
        school_year=cycle.school_year,
        code=code,
        field="text",
        start=start,
        end=start + len(words),
        by_machine=True,
        added_at=timezone.now(),
    )
    return made


def last_submission(cycle: Cycle) -> Submission:
    """What was handed in last; call in the district's scope."""
    rows = Submission.objects.select_related("cycle__school").filter(cycle=cycle)
    found: Submission = rows.latest("number")
    return found


def counted(district: District) -> list[tuple[str, str]]:
    """The names of themes and the words that count, in order."""
    with district_scope(district.pk):
        rows = Excerpt.objects.counted().with_words().select_related("theme")
        return sorted((row.theme.name, row.said) for row in rows)
