"""The columns of the flat exports: what they are called, where they come from, what they mean.

The names are a promise to whoever loads the files: columns may be added, with a new schema version;
none is renamed. What each means is said here alone: `manage.py document_exports` and the API's
document take it from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import (
    Case,
    F,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat, Greatest, NullIf
from django.utils.translation import gettext_lazy as _

from assessments.instrument import OpportunityLevel
from assessments.models import Export, Submission

SCHEMA_VERSION: Final = 1

# text: what people typed; code: our own words; id: a UUID; the others as they are called.
Kind = Literal["text", "code", "id", "integer", "moment", "day", "json"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `make` gives the expression anew, for labels are in the language of the day."""

    name: str
    kind: Kind
    make: Callable[[], Any]
    about: Any


def _field(name: str, kind: Kind, source: str, about: Any) -> Column:
    return Column(name, kind, lambda: F(source), about)


def _id(name: str, source: str, about: Any) -> Column:
    return Column(name, "id", lambda: F(source), about)


def _choice(name: str, about: Any, source: str = "") -> Column:
    """A code, or nothing where none was chosen."""
    return Column(name, "code", lambda: NullIf(F(source or name), Value("")), about)


def _level_label() -> Case:
    levels = [
        When(opportunity_level=level.value, then=Value(str(level.label)))
        for level in OpportunityLevel
    ]
    return Case(*levels, output_field=TextField())


def _latest_submission(cycle: str = "cycle_id") -> Subquery:
    its = Submission.objects.filter(district_id=OuterRef("district_id"), cycle_id=OuterRef(cycle))
    return Subquery(its.order_by("-number").values("number")[:1])


_VERSION: Final = Column(
    "schema_version",
    "integer",
    lambda: Value(SCHEMA_VERSION, output_field=IntegerField()),
    _("Which version of these columns this is."),
)
_LEAID: Final = _field(
    "nces_leaid", "code", "district__nces_leaid", _("The district’s NCES id: text, zeros kept.")
)
_YEAR: Final = _field(
    "school_year", "integer", "school_year", _("Named by the calendar year in which it ends.")
)
_SCHOOL: Final = (
    _id("school_id", "school_id", _("The school’s id in Ninefold; it never changes.")),
    _field(
        "nces_schid", "code", "school__nces_schid", _("The school’s NCES id: text, zeros kept.")
    ),
    _field("school", "text", "school__name", _("The school’s present name.")),
    _field("school_level", "code", "school__level", _("elementary, middle, high or other.")),
)
_PLACE: Final = (
    Column(
        "cell",
        "code",
        lambda: Concat("context", Value("."), "content_area", output_field=TextField()),
        _("Which of the nine cells: context and content area."),
    ),
    _field("context", "code", "context", _("individual, team or whole_school.")),
    _field("content_area", "code", "content_area", _("beliefs, practices or systems.")),
)
_HANDED_IN: Final = (
    _choice(
        "quoting",
        _("May other schools read these words: never, unnamed or named."),
        "cycle__quoting",
    ),
    Column("submission", "integer", _latest_submission, _("The number of the submission.")),
    _field("submitted_at", "moment", "cycle__submitted_at", _("When it was handed in, in UTC.")),
)
_START: Final = (_VERSION, _LEAID, *_SCHOOL, _YEAR)
_CYCLE: Final = _id("cycle_id", "cycle_id", _("The school’s cycle of that year."))

CELLS: Final = (
    *_START,
    _CYCLE,
    *_PLACE,
    _field("opportunities", "text", "opportunities", _("Where the school says it is now.")),
    _field("improvements", "text", "improvements", _("What the school says could improve.")),
    _field(
        "opportunity_level",
        "integer",
        "opportunity_level",
        _("How settled: 0 none yet to 4 built in; empty: not sure. Never to be added up."),
    ),
    Column("opportunity_level_label", "code", _level_label, _("The same in words.")),
    _choice("reach", _("nobody, few, half, most or everyone; empty: not said.")),
    _choice("offer", _("offering or seeking an example; empty: neither.")),
    _choice(
        "disposition",
        _("What became of last year’s improvement: done, under_way, dropped or replaced."),
    ),
    _field("disposition_why", "text", "disposition_why", _("Why, in one line.")),
    _field("minority_view", "text", "minority_view", _("A view that not all of the team share.")),
    *_HANDED_IN,
)
REFLECTIONS: Final = (
    *_START,
    _CYCLE,
    _field("question", "code", "question", _("The key of the question of Part 2.")),
    _field("text", "text", "text", _("The school’s own words.")),
    _field("answer", "json", "answer", _("What was chosen: by field a code, or a list of codes.")),
    *_HANDED_IN,
)
COMMITMENTS: Final = (
    *_START,
    _id("commitment_id", "id", _("The commitment’s id.")),
    *_PLACE,
    _field("what", "text", "what", _("What the school will do.")),
    _field("who", "text", "who", _("Who, as the school writes it.")),
    _field("due_on", "day", "due_on", _("By when.")),
    _field("status", "code", "status", _("open, done or dropped.")),
    _field("settled_on", "day", "settled_on", _("When it was done or dropped.")),
    _field("made_at", "moment", "made_at", _("When it was decided, in UTC.")),
    _field("updated_at", "moment", "updated_at", _("When it was last changed, in UTC.")),
)
CYCLES: Final = (
    *_START,
    _id("cycle_id", "id", _("The school’s cycle of that year.")),
    _field("status", "code", "status", _("not_started, in_progress or submitted.")),
    Column(
        "due_on",
        "day",
        lambda: Greatest(F("campaign__due_on"), F("extended_to")),
        _("When it is due; more time counted in."),
    ),
    _field("extended_to", "day", "extended_to", _("Until when this school was given more time.")),
    _field("started_at", "moment", "started_at", _("When the first word was saved, in UTC.")),
    _field("submitted_at", "moment", "submitted_at", _("When it was handed in last, in UTC.")),
    Column(
        "submission",
        "integer",
        lambda: _latest_submission("id"),
        _("The number of the latest submission."),
    ),
    _choice("quoting", _("May other schools read these words: never, unnamed or named.")),
)
COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    Export.Kind.CELLS: CELLS,
    Export.Kind.REFLECTIONS: REFLECTIONS,
    Export.Kind.COMMITMENTS: COMMITMENTS,
    Export.Kind.CYCLES: CYCLES,
}


class Written(Func):
    """A moment as text: UTC with Z and always six digits, so that it can be compared as text."""

    template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    arity = 1
    output_field = TextField()


class Harmless(Func):
    """`harmless_cell`, in the database: an apostrophe goes before what begins as a formula."""

    template = (
        # The first letter's code: = + - @, tab and return.
        "CASE WHEN ascii(%(expressions)s) IN (61, 43, 45, 64, 9, 13)"
        " THEN '''' || %(expressions)s ELSE %(expressions)s END"
    )
    arity = 1
    output_field = TextField()
