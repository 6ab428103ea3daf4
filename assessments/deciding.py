"""What all decisions about themes begin and end with: may they, as it stood, and who it was."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import permissions
from assessments.models import Theme, ThemeDecision
from assessments.models.theme import LONGEST_THEME_NAME
from schools import audit
from schools.models import Membership
from schools.text import clean_text

What = ThemeDecision.What
AT_HAND = (Theme.Status.SUGGESTED, Theme.Status.ACCEPTED)


class ThemeConflict(Exception):
    """Someone else decided first. Nothing was overwritten; `current` is how it stands now."""

    def __init__(self, current: Theme) -> None:
        super().__init__(f"theme {current.pk} is at version {current.version}")
        self.current = current


def check_may_decide(by: Membership) -> None:
    """Only the district's people decide about themes.

    Raises:
        PermissionDenied: `by` is none of them.
    """
    if not permissions.can_manage_themes(by):
        raise PermissionDenied


def locked(theme: Theme, *, by: Membership) -> Theme:
    """The theme as it stands, which nobody else changes meanwhile.

    Raises:
        ValidationError: a newer look at the texts has replaced the suggestion.
    """
    rows = Theme.objects.select_for_update().filter(district=by.district_id, pk=theme.pk)
    found: Theme | None = rows.first()
    if found is None:
        raise ValidationError(
            _("This suggestion is gone: the texts were looked at anew. Please see the list again."),
            code="theme_gone",
        )
    return found


def check_version(theme: Theme, version: int) -> None:
    """Nobody decides about something that they have not seen.

    Raises:
        ThemeConflict: it has another version by now.
    """
    if theme.version != version:
        raise ThemeConflict(theme)


def check_is_at_hand(theme: Theme) -> None:
    """What was dropped or merged must be taken up again first.

    Raises:
        ValidationError: it is neither a suggestion nor in the codebook.
    """
    if theme.status == Theme.Status.MERGED:
        raise ValidationError(_("This theme was merged into another."), code="theme_merged")
    if theme.status == Theme.Status.DROPPED:
        raise ValidationError(
            _("This theme was dropped. Take it up again first."), code="theme_dropped"
        )


def written(theme: Theme, **changes: Any) -> Theme:
    """The locked theme with these changes, as its next version."""
    changes |= {"updated_at": timezone.now()}
    rows = Theme.objects.filter(district=theme.district_id, pk=theme.pk)
    rows.update(**changes, version=F("version") + 1)
    for name, value in {**changes, "version": theme.version + 1}.items():
        setattr(theme, name, value)
    return theme


def note(theme: Theme, what: What, *, by: Membership | None, detail: str = "") -> ThemeDecision:
    """Keep who decided it; nobody when it was the machine."""
    decision: ThemeDecision = ThemeDecision.objects.create(
        district_id=theme.district_id,
        theme=theme,
        what=what,
        detail=detail,
        by=by.user if by else None,
        at=timezone.now(),
    )
    if by:
        # Names and details stay out of it: they are made of what schools have written.
        done = {"what": str(what)}
        event = audit.Event.THEME_DECIDED
        audit.record(event, by=by, about=theme, by_name=False, details=done)
    return decision


def clean_name(name: str, *, besides: Theme | None, source: str, by: Membership) -> str:
    """A theme's name as it is kept.

    Raises:
        ValidationError: it is empty, too long, cannot be kept, or another theme has it.
    """
    try:
        name = " ".join(clean_text(name, longest=LONGEST_THEME_NAME).split())
    except ValidationError as error:
        raise ValidationError({"name": error}) from error
    if not name:
        missing = ValidationError(_("Give the theme a name."), code="name_missing")
        raise ValidationError({"name": missing})
    alike = Theme.objects.filter(
        district=by.district_id, source=source, name__iexact=name, status__in=AT_HAND
    )
    if besides:
        alike = alike.exclude(pk=besides.pk)
    if alike.exists():
        taken = ValidationError(
            _("There is a theme of this name already. Merge the two, or say it differently."),
            code="name_taken",
        )
        raise ValidationError({"name": taken})
    return name
