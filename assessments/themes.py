"""What the district decides about its themes. Nothing else writes their names and states.

Who decides about something that has changed meanwhile is shown it first (`ThemeConflict`); the
same decision once more changes nothing. Every decision is kept, with who made it and when.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import announcements
from assessments.deciding import (
    AT_HAND,
    What,
    check_is_at_hand,
    check_may_decide,
    check_version,
    clean_name,
    locked,
    note,
    written,
)
from assessments.instrument import CELL_CODES
from assessments.models import Excerpt, Theme, ThemeDecision
from assessments.models.theme import REFLECTIONS
from assessments.replies import repeat_replies, take_over_replies
from schools.models import District, Membership

# The same theme made once more within this time is one press of a button too many.
SAME_PRESS = timedelta(minutes=1)
Status = Theme.Status


@transaction.atomic
def make_theme(*, by: Membership, name: str, school_year: int, source: str = REFLECTIONS) -> Theme:
    """Make a theme of one's own: it is in the codebook at once, and words are added to it.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValidationError: the name cannot be, or another theme has it.
    """
    check_may_decide(by)
    _check_source(source)
    # Two presses of one button, and two people with one idea, take turns here.
    District.objects.select_for_update(no_key=True).get(pk=by.district_id)
    if first := _made_just_now(by, name, source):
        return first
    name = clean_name(name, besides=None, source=source, by=by)
    made = _new(by, name=name, source=source, school_year=school_year, status=Status.ACCEPTED)
    note(made, What.MADE, by=by, detail=name)
    announcements.theme_accepted(made)
    return made


@transaction.atomic
def accept_theme(theme: Theme, *, by: Membership, version: int, name: str = "") -> Theme:
    """Take a suggestion into the codebook, under another name if one is given.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValidationError: it is dropped or merged, or the name cannot be.
        ThemeConflict: it has another version by now.
    """
    check_may_decide(by)
    theme = locked(theme, by=by)
    if theme.is_accepted and name in ("", theme.name):
        return theme
    check_is_at_hand(theme)
    check_version(theme, version)
    changes = _naming(theme, by, name) if name and name != theme.name else {}
    if not theme.is_accepted:
        note(theme, What.ACCEPTED, by=by)
        announcements.theme_accepted(theme)
    return written(theme, status=Status.ACCEPTED, **changes)


@transaction.atomic
def rename_theme(theme: Theme, *, by: Membership, version: int, name: str) -> Theme:
    """Call it differently. Raises as `accept_theme` does."""
    check_may_decide(by)
    theme = locked(theme, by=by)
    if name == theme.name:
        return theme
    check_is_at_hand(theme)
    check_version(theme, version)
    changes = _naming(theme, by, name)
    return written(theme, **changes) if changes else theme


@transaction.atomic
def drop_theme(theme: Theme, *, by: Membership, version: int) -> Theme:
    """It is none. The machine does not suggest it again. Raises as `accept_theme` does."""
    check_may_decide(by)
    theme = locked(theme, by=by)
    if theme.status == Status.DROPPED:
        return theme
    check_is_at_hand(theme)
    check_version(theme, version)
    note(theme, What.DROPPED, by=by)
    return written(theme, status=Status.DROPPED)


@transaction.atomic
def restore_theme(theme: Theme, *, by: Membership, version: int) -> Theme:
    """Take up again what was dropped: into the codebook if it had been there.

    Raises as `accept_theme` does.
    """
    check_may_decide(by)
    theme = locked(theme, by=by)
    if theme.status in AT_HAND:
        return theme
    if theme.status == Status.MERGED:
        check_is_at_hand(theme)
    check_version(theme, version)
    _check_name_is_free(theme, by)
    was_in = theme.decisions.filter(what__in=[What.ACCEPTED, What.MADE]).exists()
    note(theme, What.RESTORED, by=by)
    return written(theme, status=Status.ACCEPTED if was_in else Status.SUGGESTED)


@transaction.atomic
def merge_themes(themes: Iterable[Theme], *, by: Membership, into: Theme, name: str = "") -> Theme:
    """Make one of several: their words and replies go to `into`, what was decided stays with each.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValidationError: there is nothing to merge, or one of them is not at hand.
    """
    check_may_decide(by)
    wanted = {theme.pk for theme in themes} | {into.pk}
    rows = Theme.objects.select_for_update().filter(district=by.district_id, pk__in=wanted)
    found = {theme.pk: theme for theme in rows.order_by("pk")}
    kept = locked(into, by=by)
    others = [theme for pk, theme in found.items() if pk != kept.pk]
    if not others:
        raise ValidationError(_("Choose at least two themes to merge."), code="nothing_to_merge")
    if all(theme.merged_into_id == kept.pk for theme in others):
        if name and " ".join(name.split()) not in ("", kept.name):
            raise ValidationError(
                _("These are one theme already: “%(name)s”. Give it another name there."),
                code="merged_already",
                params={"name": kept.name},
            )
        return kept
    check_is_at_hand(kept)
    for theme in others:
        check_is_at_hand(theme)
        if theme.source != kept.source:
            raise ValidationError(
                _("These were read in different places: only themes of one place are merged."),
                code="sources_differ",
            )
    for theme in others:
        _merge(theme, kept, by)
    status = Status.ACCEPTED if any(t.is_accepted for t in (kept, *others)) else kept.status
    year = min(theme.school_year for theme in (kept, *others))
    if status == Status.ACCEPTED and not kept.is_accepted:
        note(kept, What.ACCEPTED, by=by)
        announcements.theme_accepted(kept)
    changes = _naming(kept, by, name) if name else {}
    return written(kept, status=status, school_year=year, **changes)


@transaction.atomic
def split_theme(
    theme: Theme, *, by: Membership, version: int, name: str, excerpts: Sequence[Excerpt]
) -> Theme:
    """Make a theme of its own out of some of a theme's words; gives the new one.

    Raises:
        PermissionDenied: `by` does not decide about themes.
        ValidationError: no words are chosen, or all of them, or the name cannot be.
        ThemeConflict: it has another version by now.
    """
    check_may_decide(by)
    theme = locked(theme, by=by)
    ids = [excerpt.pk for excerpt in excerpts]
    chosen = Excerpt.objects.standing().filter(district=by.district_id, pk__in=ids)
    if first := _split_already(chosen, theme, name):
        return first
    check_is_at_hand(theme)
    check_version(theme, version)
    own = chosen.filter(theme=theme)
    if not own.exists():
        raise ValidationError(_("Choose the words that belong apart."), code="nothing_chosen")
    if not theme.excerpts.standing().exclude(pk__in=ids).exists():
        raise ValidationError(
            _("These are all of its words: give the theme another name instead."),
            code="all_chosen",
        )
    name = clean_name(name, besides=None, source=theme.source, by=by)
    # Where it was looked for: only there is silence a figure.
    year = own.aggregate(first=Min("school_year"))["first"]
    made = _new(by, name=name, source=theme.source, school_year=year, status=theme.status)
    own.update(theme=made)
    repeat_replies(theme, made)
    note(theme, What.SPLIT, by=by, detail=name)
    note(made, What.MADE, by=by, detail=theme.name)
    written(theme)
    return made


def _naming(theme: Theme, by: Membership, name: str) -> dict[str, object]:
    name = clean_name(name, besides=theme, source=theme.source, by=by)
    if name == theme.name:
        return {}
    note(theme, What.RENAMED, by=by, detail=f"{theme.name} → {name}")
    return {"name": name, "name_is_given": True}


def _check_name_is_free(theme: Theme, by: Membership) -> None:
    try:
        clean_name(theme.name, besides=theme, source=theme.source, by=by)
    except ValidationError as taken:
        # Nobody types a name to take something up again: there is no field to say it at.
        raise ValidationError(taken.error_dict["name"]) from taken


def _new(by: Membership, **fields: object) -> Theme:
    now = timezone.now()
    made: Theme = Theme.objects.create(
        district_id=by.district_id,
        name_is_given=True,
        made_by=by.user,
        made_at=now,
        updated_at=now,
        **fields,
    )
    return made


def _merge(theme: Theme, kept: Theme, by: Membership) -> None:
    same = Excerpt.objects.filter(
        district=kept.district_id,
        theme=kept,
        submission=OuterRef("submission"),
        code=OuterRef("code"),
        field=OuterRef("field"),
        start=OuterRef("start"),
        end=OuterRef("end"),
    )
    theme.excerpts.filter(~Exists(same)).update(theme=kept)
    take_over_replies(theme, kept, by=by)
    note(theme, What.MERGED, by=by, detail=kept.name)
    note(kept, What.TOOK_IN, by=by, detail=theme.name)
    written(theme, status=Status.MERGED, merged_into=kept)


def _made_just_now(by: Membership, name: str, source: str) -> Theme | None:
    alike = Theme.objects.accepted().filter(
        district=by.district_id,
        source=source,
        name__iexact=" ".join(name.split()),
        made_by=by.user,
        found_by_machine=False,
        made_at__gte=timezone.now() - SAME_PRESS,
    )
    first: Theme | None = alike.first()
    return first


def _split_already(chosen: "Iterable[Excerpt]", theme: Theme, name: str) -> Theme | None:
    owners = {excerpt.theme for excerpt in chosen.select_related("theme")}  # type: ignore[attr-defined]
    if len(owners) != 1:
        return None
    owner = owners.pop()
    came_from = ThemeDecision.objects.filter(
        district=theme.district_id, theme=owner, what=What.MADE, detail=theme.name
    )
    same_name = owner.name == " ".join(name.split())
    return owner if owner.pk != theme.pk and same_name and came_from.exists() else None


def _check_source(source: str) -> None:
    if source not in (REFLECTIONS, *CELL_CODES):
        raise ValidationError(_("There is no such place to look."), code="source_unknown")
