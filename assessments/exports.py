"""Someone of the district asks for a file to take along. Nothing else asks for exports.

The export and its errand are written in one transaction and nothing is sent to the queue here: the
sweep finds the errand, however long the queue was away.
"""

from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import permissions
from assessments.dashboards.filters import NAMES, UnknownFilter, read_filters
from assessments.dashboards.selection import Compare
from assessments.models import Campaign, Errand, Export
from assessments.models.export import LONGEST_QUERY
from schools import audit
from schools.models import Author
from schools.text import clean_text

# So many of one person's wait at the most: each keeps a worker busy.
MOST_AT_ONCE: Final = 5
# Of the dashboard's address, what says nothing about which schools are meant.
FILTERS: Final = frozenset({*NAMES, "compare"})
OF_ONE_YEAR: Final = frozenset({Export.Kind.WORKBOOK, Export.Kind.BOARD_REPORT})


@transaction.atomic
def ask_for_export(
    *,
    by: Author,
    kind: str,
    file_format: str,
    language: str,
    school_year: int | None,
    query: str = "",
) -> Export:
    """Let a worker make a file. The same once more, while the first waits, gives back the first.

    `school_year` of None means all years that had a campaign; `query` is the dashboard's address
    with the filters that were set there.

    Raises:
        PermissionDenied: `by` does not see the whole district.
        ValidationError: there is no such file, nothing that it could be made of, or too many wait.
    """
    _check_may(by, kind, file_format)
    # Two presses of one button take turns here.
    type(by).objects.select_for_update().get(pk=by.pk)
    first_year, last_year = _years(by, kind, school_year)
    wanted: dict[str, Any] = {
        "kind": kind,
        "file_format": file_format,
        "language": language,
        "first_year": first_year,
        "last_year": last_year,
        "query": filters_of(query),
    }
    waiting = Export.objects.visible_to(by).filter(state=Export.State.WAITING)
    if first := waiting.filter(**wanted).first():
        return first
    if waiting.count() >= MOST_AT_ONCE:
        raise ValidationError(
            _("%(count)d files are waiting to be made. Ask again when one of them is ready."),
            code="too_many_exports",
            params={"count": MOST_AT_ONCE},
        )
    now = timezone.now()
    asked: Export = Export.objects.create(
        district_id=by.district_id, asked_by=by.user, asked_at=now, **wanted
    )
    Errand.objects.create(district_id=by.district_id, export_id=asked.pk, at=now)
    audit.record(audit.Event.EXPORT_ASKED, by=by, about=asked, details=_what(asked))
    return asked


def take_at_once(*, by: Author, kind: str, file_format: str, school_year: int | None) -> Export:
    """What is to be handed over without waiting: an export of rows that nobody keeps.

    `school_year` of None means all years that had a campaign.

    Raises:
        PermissionDenied: `by` does not see the whole district.
        ValidationError: there is no such file, nothing that it could be made of, or it takes so
            long to make that a worker has to.
    """
    _check_may(by, kind, file_format)
    if school_year is None and file_format == Export.Format.XLSX:
        raise ValidationError(
            _("A workbook of all years takes a while. Ask for it, and fetch it when it is ready."),
            code="too_much_at_once",
        )
    first_year, last_year = _years(by, kind, school_year)
    taken = Export(
        district=by.district,
        kind=kind,
        file_format=file_format,
        first_year=first_year,
        last_year=last_year,
    )
    audit.record(audit.Event.EXPORT_FETCHED, by=by, about=taken, details=_what(taken))
    return taken


def note_fetched(export: Export, *, by: Author) -> None:
    """Write down that its file was handed over."""
    audit.record(audit.Event.EXPORT_FETCHED, by=by, about=export, details=_what(export))


def _what(export: Export) -> dict[str, str | int]:
    names = ("kind", "file_format", "first_year", "last_year")
    return {name: getattr(export, name) for name in names}


def filters_of(query: str) -> str:
    """The filters in a dashboard's address, always written in the same way.

    Raises:
        ValidationError: it holds what no address of ours can hold.
    """
    set_there = parse_qsl(clean_text(query, longest=LONGEST_QUERY), keep_blank_values=True)
    # Of what is set twice the last counts, as it does on the dashboard.
    last = {name: value for name, value in set_there if name in FILTERS}
    filters = sorted((name, value) for name, value in last.items() if value)
    try:
        _check_mean_something(dict(filters))
    except UnknownFilter as unknown:
        raise ValidationError(
            _("These filters mean nothing: %(names)s.") % {"names": str(unknown)},
            code="unknown_filter",
        ) from unknown
    # What is written with per cent signs may hide what `query` itself may not hold.
    return clean_text(urlencode([(n, clean_text(v)) for n, v in filters]), longest=LONGEST_QUERY)


def _check_mean_something(filters: dict[str, str]) -> None:
    read_filters(filters)
    if (compare := filters.get("compare", "")) not in set(Compare):
        raise UnknownFilter({"compare": compare})


def _check_may(by: Author, kind: str, file_format: str) -> None:
    if not permissions.can_take_along(by):
        raise PermissionDenied
    if file_format not in Export.FORMATS.get(kind, ()):
        raise ValidationError(_("This cannot be had in that format."), code="unknown_format")


def _years(by: Author, kind: str, school_year: int | None) -> tuple[int, int]:
    campaigns = Campaign.objects.visible_to(by)
    years = sorted(campaigns.values_list("school_year", flat=True))
    if school_year in years:
        return school_year, school_year
    if school_year is not None or not years:
        raise ValidationError(_("There was no campaign in that year."), code="no_campaign")
    if kind in OF_ONE_YEAR:
        raise ValidationError(_("This is made of one school year."), code="one_year_only")
    return years[0], years[-1]
