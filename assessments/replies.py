"""You said, we did: the district answers a theme, and the schools behind it read the answer."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.deciding import What, check_may_decide, locked, note
from assessments.models import ReplyRead, Theme, ThemeReply
from assessments.models.theme import in_years
from schools.models import Membership
from schools.text import clean_text

LONGEST_REPLY = 2_000


class ReplyConflict(Exception):
    """Someone else answered first; `current` is how the answer stands now."""

    def __init__(self, current: ThemeReply) -> None:
        super().__init__(f"reply {current.pk} is at version {current.version}")
        self.current = current


@transaction.atomic
def answer_theme(
    theme: Theme, *, by: Membership, school_year: int, version: int, reply: str, action: str
) -> ThemeReply:
    """Say what was heard and what is done about it; `version` 0 is the first answer.

    A changed answer is shown anew to who had put it away.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValidationError: by field, what is missing; or the theme is not in the codebook.
        ReplyConflict: there is another answer by now.
    """
    check_may_decide(by)
    theme = locked(theme, by=by)
    wanted = _clean(reply, action)
    if not theme.is_accepted:
        raise ValidationError(
            _("Accept the theme first: then it can be answered."), code="theme_not_accepted"
        )
    there = {"district_id": theme.district_id, "theme": theme, "school_year": school_year}
    current: ThemeReply | None = ThemeReply.objects.filter(**there).first()
    if current and (current.reply, current.action) == (wanted["reply"], wanted["action"]):
        return current
    if (current.version if current else 0) != version:
        raise ReplyConflict(current or ThemeReply(**there, version=0))
    answer = current or ThemeReply(**there, version=0)
    answer.reply, answer.action = wanted["reply"], wanted["action"]
    answer.by, answer.at, answer.version = by.user, timezone.now(), version + 1
    answer.save()
    note(theme, What.ANSWERED, by=by, detail=f"{in_years(school_year)}: {answer.action}")
    return answer


@transaction.atomic
def take_over_replies(theme: Theme, kept: Theme, *, by: Membership) -> None:
    """What was answered to `theme` is an answer to `kept` from now on.

    In a year in which both were answered, the schools behind both read both answers.
    """
    both = ThemeReply.objects.filter(district=kept.district_id, theme__in=(theme, kept))
    rows = both.select_for_update()
    already = {answer.school_year: answer for answer in rows.filter(theme=kept)}
    rows.filter(theme=theme).exclude(school_year__in=already).update(theme=kept)
    for other in rows.filter(theme=theme):
        answer = already[other.school_year]
        answer.reply = _both(answer.reply, other.reply)
        answer.action = _both(answer.action, other.action)
        answer.by, answer.at, answer.version = by.user, timezone.now(), answer.version + 1
        answer.save()


@transaction.atomic
def put_reply_away(reply: ThemeReply, *, by: Membership) -> None:
    """Who has read it need not see it on the cycle again; it stays on the school's page."""
    ReplyRead.objects.update_or_create(
        district_id=reply.district_id,
        reply=reply,
        user=by.user,
        defaults={"version": reply.version, "at": timezone.now()},
    )


@transaction.atomic
def repeat_replies(theme: Theme, part: Theme) -> None:
    """What was answered to a theme is said to the schools behind a part of it, too."""
    for answer in ThemeReply.objects.filter(district=theme.district_id, theme=theme):
        answer.pk, answer.theme = None, part
        answer.save(force_insert=True)


def _both(one: str, other: str) -> str:
    return one if other in one else f"{one}\n\n{other}"


def _clean(reply: str, action: str) -> dict[str, str]:
    errors: dict[str, ValidationError] = {}
    clean: dict[str, str] = {}
    for name, text, missing in (
        ("reply", reply, _("Say what you heard.")),
        ("action", action, _("Say what you do about it, or why nothing can be done.")),
    ):
        try:
            clean[name] = clean_text(text, longest=LONGEST_REPLY)
        except ValidationError as error:
            errors[name] = error
        else:
            if not clean[name]:
                errors[name] = ValidationError(missing, code=f"{name}_missing")
    if errors:
        raise ValidationError(errors)
    return clean
