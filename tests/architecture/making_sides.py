"""How the two districts come by their rows: through the product's own verbs, as people would."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.timezone import now

from assessments import (
    answers,
    comments,
    commitments,
    excerpts,
    meetings,
    readings,
    themes,
    workflow,
)
from assessments import replies as district_answers
from assessments.answers import EditConflict
from assessments.dashboards.snapshot import refresh_snapshot
from assessments.models import (
    Comment,
    Commitment,
    Cycle,
    Excerpt,
    Introduction,
    ReleasedFigures,
    Revision,
    Submission,
    Theme,
    ThemeMark,
    ThemeReply,
    ThemeRun,
)
from schools import api_clients, audit_seals, invitations
from schools.invitations import Wish
from schools.models import (
    ApiClient,
    ApiCredential,
    District,
    Identity,
    Invitation,
    KeptAnswer,
    Membership,
    Role,
    School,
    Scope,
    SignOnProvider,
    WebhookAttempt,
    WebhookDelivery,
)
from schools.sign_on.secrets import locked
from schools.tenancy import district_scope
from schools.webhooks import managing
from tests.architecture.two_districts import CELL, QUESTION, Desk, Side
from tests.assessments import taking
from tests.assessments.writing import read_cell, read_reflection
from tests.canaries import WATCH
from tests.factories import ANSWERS, cycle_of, make_campaign, make_district, make_user, seat
from tests.reading import make_key

# Ours had its last campaign a year ago, theirs two years ago: so a year can be ours alone.
# Long words: five letters stand by chance in one of a few hundred thousand random tokens.
YEARS_BEFORE: Final = {"goldfinch": 1, "hedgehog": 2}


def make_side(word: str) -> Side:
    """A district whose rows all say `word`; a school's rows say `word` and the school's number."""
    district = make_district(f"Two Rivers {word}", slug=f"two-rivers-{len(word)}")
    seats = {
        role: seat(district, role, user=make_user(f"{word} {role.label}"))
        for role in (Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.VIEWER)
    }
    schools = [_school(district, word, number) for number in (1, 2)]
    WATCH.know(word, district.pk)
    for school in schools:
        WATCH.know(_word_of(school), district.pk, school.pk)
    staffs = [_staff(school) for school in schools]
    past_year = district.this_school_year - YEARS_BEFORE[word]
    for year in (past_year, district.this_school_year):
        campaign = make_campaign(district, year, message=f"Dear schools, {word}")
        cycles = [cycle_of(school, campaign) for school in schools]
        for cycle, staff in zip(cycles, staffs, strict=True):
            _complete(cycle, staff)
    for cycle in cycles:
        _give_more_time(cycle, seats[Role.SPECIALIST])
    _take_back(cycles[0], staffs[0])
    _meet(cycles[0], staffs[0])
    _bring_together(schools, past_year, seats[Role.SPECIALIST])
    _read(cycles, seats[Role.SPECIALIST])
    for year in (past_year, district.this_school_year):
        with district_scope(district.pk):
            refresh_snapshot(district.pk, year)
    with district_scope(district.pk):
        ReleasedFigures.objects.create(
            district=district, school_year=past_year, schools={}, blocks={}, released_at=now()
        )
    desks = [
        Desk(
            _word_of(school),
            school,
            cycle,
            staff,
            *_around(cycle, staff, seats),
            _first_words(cycle),
            *_in_common(cycle, seats[Role.SPECIALIST], staff[Role.PRINCIPAL], past_year),
            _handed_in(cycle),
            read_cell(cycle, CELL),
            read_reflection(cycle, QUESTION),
            _invite(staff[Role.PRINCIPAL], school),
        )
        for school, cycle, staff in zip(schools, cycles, staffs, strict=True)
    ]
    # The filters say the word, too, and match the first school.
    export = taking.make(taking.ask(seats[Role.SPECIALIST], query=f"group={word}1"))
    bearer = make_key(district, Scope.values)
    revoked = _let_in_and_out(seats[Role.DISTRICT_ADMIN], word)
    told = _tell(word, seats[Role.DISTRICT_ADMIN])
    _answer_a_program(district, word)
    with district_scope(district.pk):
        audit_seals.seal(district.pk)
    provider = _sign_on(word, seats[Role.DISTRICT_ADMIN], staffs[0][Role.TEAM_MEMBER])
    return Side(
        *(word, district, campaign, past_year, seats, bearer, revoked, export, told, provider),
        *desks,
    )


def _let_in_and_out(by: Membership, word: str) -> ApiCredential:
    """The program that has the key had another credential, which was taken back."""
    client: ApiClient = ApiClient.objects.get(district=by.district)
    client.name = f"Warehouse {word}"
    client.save()
    wish = api_clients.Wish(api_clients.Kind.KEY, ["roster:read"], days=30)
    with district_scope(by.district_id):
        made = api_clients.add_credential(client, by=by, wish=wish)
        return api_clients.revoke_credential(made.credential, by=by)


def _answer_a_program(district: District, word: str) -> None:
    """What was answered to a write is kept."""
    client: ApiClient = ApiClient.objects.get(district=district)
    with district_scope(district.pk):
        KeptAnswer.objects.create(
            district=district,
            caller=client.user_id,
            key=f"key-{word}",
            request=word,
            status=201,
            headers={"Location": f"/{word}/"},
            body=word,
            kept_at=now(),
        )


def _tell(word: str, admin: Membership) -> WebhookDelivery:
    """A webhook was told that it is tested, and answered."""
    with district_scope(admin.district_id):
        url, events = f"https://hooks.example.org/{word}", ["cycle.submitted"]
        hook, _secret = managing.make_webhook(
            by=admin, url=url, event_types=events, description=f"Of {word}"
        )
        managing.rotate_secret(hook, by=admin)
        told = managing.send_test(hook, by=admin)
        WebhookAttempt.objects.create(
            district=admin.district, delivery=told, number=1, at=now(), answer=f"No, says {word}"
        )
        WebhookDelivery.objects.filter(pk=told.pk).update(tries=1)
    return told


def _sign_on(word: str, *linked: Membership) -> SignOnProvider:
    """A provider of the first one's that is off, and those who are linked to it."""
    admin = linked[0]
    with district_scope(admin.district_id):
        provider: SignOnProvider = SignOnProvider.objects.create(
            district=admin.district,
            kind=SignOnProvider.Kind.OIDC,
            name=f"Staff of {word}",
            issuer=f"https://{word}.example.org",
            tenant=word,
            client_id=word,
            secret=locked(word),
            sso_address=f"https://{word}.example.org/sso",
            certificate=word,
            tried_at=now(),
            made_by=admin.user,
        )
        for number, membership in enumerate(linked):
            Identity.objects.create(
                district=admin.district,
                provider=provider,
                subject=f"{word} {number}",
                user=membership.user,
            )
    return provider


def _school(district: District, word: str, number: int) -> School:
    with district_scope(district.pk):
        school: School = School.objects.create(
            district=district,
            name=f"Lincoln {word}{number}",
            city=f"City of {word}{number}",
            group=f"{word}{number}",
            nces_schid=f"{len(word):07}{number:05}",
            low_grade="KG",
            high_grade="05",
        )
    return school


def _invite(principal: Membership, school: School) -> Invitation:
    """Somebody more shall come to the team."""
    word = _word_of(school)
    wish = Wish(f"{word}.new@example.org", Role.TEAM_MEMBER, [school], name=f"New {word}")
    with district_scope(school.district_id):
        return invitations.invite(by=principal, wish=wish)


def _word_of(school: School) -> str:
    return school.name.removeprefix("Lincoln ")


def _staff(school: School) -> dict[Role, Membership]:
    word = _word_of(school)
    return {
        role: seat(school.district, role, school, user=make_user(f"{word} {role.label}"))
        for role in (Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER)
    }


def _complete(cycle: Cycle, staff: dict[Role, Membership]) -> None:
    """Everything is answered, one save came too late, and it is handed in."""
    word = _word_of(cycle.school)
    by = staff[Role.TEAM_MEMBER]
    with district_scope(cycle.district_id):
        for cell in _of_cycle(cycle, cycle.cells.in_order()):
            answer = {"opportunities": f"Now {word}", "improvements": f"Next {word}"}
            answer |= {"opportunity_level": 2, "reach": "few", "disposition_why": f"Why {word}"}
            answer |= {"minority_view": f"Otherwise {word}", "offer": _offer_of(cycle.school)}
            answers.save_cell(cell, by=by, version=0, answer=answer)
        for reflection in _of_cycle(cycle, cycle.reflections.all()):
            answer = {"text": f"All in all {word}", "answer": ANSWERS[reflection.question]}
            answers.save_reflection(reflection, by=by, version=0, answer=answer)
        with suppress(EditConflict):
            answers.save_cell(cell, by=by, version=0, answer={"opportunities": f"Late {word}"})
        workflow.submit_cycle(cycle, by=staff[Role.PRINCIPAL], quoting="never")


def _offer_of(school: School) -> str:
    """The first school looks for an example, the second one has one."""
    return "seeking" if _word_of(school).endswith("1") else "offering"


def _give_more_time(cycle: Cycle, by: Membership) -> None:
    until = cycle.campaign.closes_on + timedelta(days=1)
    with district_scope(cycle.district_id):
        workflow.extend_cycle(cycle, by=by, until=until, reason=f"Snow, {_word_of(cycle.school)}")


def _around(
    cycle: Cycle, staff: dict[Role, Membership], seats: dict[Role, Membership]
) -> tuple[Commitment, Comment]:
    """The school will do something, and its specialist and its principal talk about it."""
    word = _word_of(cycle.school)
    with district_scope(cycle.district_id):
        cell = cycle.cells.in_order()[3]
        commitment = commitments.make_commitment(
            cell,
            by=staff[Role.TEAM_MEMBER],
            what=f"We will {word}",
            who=f"All of {word}",
            due_on=cycle.campaign.district.today(),
        )
        comment = comments.write_comment(
            cycle, by=seats[Role.SPECIALIST], text=f"How, {word}?", code=CELL
        )
        comments.write_comment(cycle, by=staff[Role.PRINCIPAL], text=f"So, {word}.", thread=comment)
    return commitment, comment


def _in_common(
    cycle: Cycle, specialist: Membership, principal: Membership, past_year: int
) -> tuple[Theme, Excerpt, ThemeReply]:
    """A theme of the words that the school handed in a year ago, and what it is answered."""
    word = _word_of(cycle.school)
    with district_scope(cycle.district_id):
        past = Submission.objects.select_related("cycle__school").get(
            cycle__school=cycle.school_id, cycle__school_year=past_year
        )
        theme = themes.make_theme(by=specialist, name=f"Time {word}", school_year=past_year)
        span = (0, len(f"All in all {word}"))
        excerpt = excerpts.add_excerpt(
            theme, past, by=specialist, place=(QUESTION, "text"), span=span
        )
        reply = district_answers.answer_theme(
            theme,
            by=specialist,
            school_year=past_year,
            version=0,
            reply=f"You said {word}",
            action=f"We did {word}",
        )
        district_answers.put_reply_away(reply, by=principal)
        ThemeRun.objects.get_or_create(
            district_id=cycle.district_id,
            school_year=past_year,
            defaults={"state": "done", "asked_at": reply.at, "done_at": reply.at},
        )
        ThemeMark.objects.filter(district=cycle.district_id).delete()
    return theme, excerpt, reply


def _first_words(cycle: Cycle) -> Revision:
    with district_scope(cycle.district_id):
        rows = Revision.objects.filter(cycle=cycle, code=CELL)
        first: Revision = rows.latest_first().last()
        return first


def _handed_in(cycle: Cycle) -> Submission:
    with district_scope(cycle.district_id):
        first: Submission = Submission.objects.get(cycle=cycle, number=1)
        return first


def _take_back(cycle: Cycle, staff: dict[Role, Membership]) -> None:
    reason = f"We forgot something, {_word_of(cycle.school)}"
    with district_scope(cycle.district_id):
        workflow.reopen_cycle(cycle, by=staff[Role.PRINCIPAL], reason=reason)


def _meet(cycle: Cycle, staff: dict[Role, Membership]) -> None:
    """A meeting is under way: what the team member noted is revealed, the principal's is not."""
    word = _word_of(cycle.school)
    principal, member = staff[Role.PRINCIPAL], staff[Role.TEAM_MEMBER]
    with district_scope(cycle.district_id):
        meeting = meetings.start_meeting(cycle, by=principal)
        meetings.show_cell(meeting, by=principal, code=CELL)
        meetings.write_note(cycle, CELL, by=member, text=f"Alone {word}", version=0)
        meetings.reveal(cycle, CELL, by=principal)
        meetings.write_note(cycle, CELL, by=principal, text=f"Only mine {word}", version=0)


def _bring_together(schools: list[School], year: int, by: Membership) -> None:
    """In the past year both schools were told of a third one, and not of each other."""
    third = _school(by.district, _word_of(schools[0])[:-1], 3)
    for school in schools:
        with district_scope(by.district_id):
            Introduction.objects.create(
                district=by.district,
                looking=school,
                showing=third,
                school_year=year,
                context="team",
                content_area="beliefs",
                made_by=by.user,
                made_at=timezone.now(),
            )


def _read(cycles: list[Cycle], by: Membership) -> None:
    """The district's specialist has read what both handed in first."""
    for cycle in cycles:
        with district_scope(cycle.district_id):
            readings.mark_read(cycle, by=by, number=1)


def _of_cycle(cycle: Cycle, rows: Any) -> Iterator[Any]:
    for row in rows:
        row.cycle = cycle
        yield row
