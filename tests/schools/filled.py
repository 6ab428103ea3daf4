"""A district with a row in every tenant table."""

from datetime import timedelta

from django.utils import timezone

from assessments import (
    comments,
    commitments,
    excerpts,
    meetings,
    readings,
    replies,
    themes,
    workflow,
)
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.instrument import CELL_CODES
from assessments.models import (
    Cycle,
    Export,
    Introduction,
    ReleasedFigures,
    ReplyRead,
    Theme,
    ThemeReply,
    ThemeRun,
)
from schools import audit_seals
from schools.models import (
    District,
    Identity,
    KeptAnswer,
    Membership,
    Role,
    SignOnProvider,
    WebhookAttempt,
)
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.factories import cycle_of, make_campaign, make_district, make_school, seat, submitted


def district_with_a_row_in_every_table(name: str) -> District:
    """A school that submitted and took it back; the next table's row is to be added here."""
    district = make_district(name)
    school = make_school(district)
    principal = seat(district, Role.PRINCIPAL, school)
    specialist = seat(district, Role.SPECIALIST)
    campaign = make_campaign(district)
    cycle = submitted(cycle_of(school, campaign), principal)
    other = make_school(district)
    with district_scope(district.pk):
        _across_schools(cycle, specialist, principal)
        Introduction.objects.create(
            district=district,
            looking=school,
            showing=other,
            school_year=campaign.school_year,
            context="team",
            content_area="beliefs",
            made_at=timezone.now(),
        )
        workflow.reopen_cycle(cycle, by=principal, reason="A page was left out.")
        _around(cycle, principal, specialist)
        admin = seat(district, Role.DISTRICT_ADMIN)
        _tell(admin)
        _sign_on(admin)
        audit_seals.seal(district.pk)
        refresh_snapshot(district.pk, campaign.school_year)
    return district


def _across_schools(cycle: Cycle, specialist: Membership, principal: Membership) -> None:
    """A theme with an excerpt and a reply that was read, a look, a reading, a file."""
    year, now = {"district": cycle.district, "school_year": cycle.school_year}, timezone.now()
    readings.mark_read(cycle, by=specialist, number=1)
    theme = themes.make_theme(by=specialist, name="Time", school_year=cycle.school_year)
    submission = cycle.submissions.get()
    excerpts.add_excerpt(
        theme, submission, by=specialist, place=("team.beliefs", "opportunities"), span=(0, 3)
    )
    reply: ThemeReply = replies.answer_theme(
        theme,
        by=specialist,
        school_year=cycle.school_year,
        version=0,
        reply="Time",
        action="More of it",
    )
    ReplyRead.objects.create(
        district=cycle.district, reply=reply, user=principal.user, version=reply.version, at=now
    )
    # A theme points to another only when it is merged: this one to itself, to be the only one.
    Theme.objects.filter(pk=theme.pk).update(status=Theme.Status.MERGED, merged_into=theme)
    ThemeRun.objects.create(**year, state=ThemeRun.State.DONE, asked_at=now)
    ReleasedFigures.objects.create(**year, schools={}, blocks={}, released_at=now)
    Export.objects.create(
        district=cycle.district,
        kind=Export.Kind.CELLS,
        file_format=Export.Format.CSV,
        first_year=cycle.school_year,
        last_year=cycle.school_year,
        language="en",
        asked_by=specialist.user,
        asked_at=now,
    )


def _tell(admin: Membership) -> None:
    """A webhook, a delivery, an attempt; and what was answered to a write."""
    hook, _secret = managing.make_webhook(
        by=admin, url="https://hooks.example.org/", event_types=["cycle.submitted"]
    )
    delivery = managing.send_test(hook, by=admin)
    WebhookAttempt.objects.create(
        district=admin.district, delivery=delivery, number=1, at=timezone.now()
    )
    KeptAnswer.objects.create(
        district=admin.district, caller=admin.user_id, key="once", kept_at=timezone.now()
    )


def _sign_on(admin: Membership) -> None:
    """A provider, and somebody who is linked to it."""
    provider = SignOnProvider.objects.create(
        district=admin.district, kind=SignOnProvider.Kind.SAML, name="Staff", made_by=admin.user
    )
    Identity.objects.create(
        district=admin.district, provider=provider, subject="7", user=admin.user
    )


def _around(cycle: Cycle, principal: Membership, specialist: Membership) -> None:
    """More time, a commitment, a comment, and a meeting with a note."""
    later = cycle.campaign.closes_on + timedelta(days=1)
    workflow.extend_cycle(cycle, by=specialist, until=later)
    commitments.make_commitment(
        cycle.cells.in_order()[0], by=principal, what="Meet", who="All", due_on=later
    )
    comments.write_comment(cycle, by=specialist, text="How?")
    meetings.start_meeting(cycle, by=principal)
    meetings.write_note(cycle, CELL_CODES[0], by=principal, text="Alone", version=0)
