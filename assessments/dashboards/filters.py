"""Which schools a figure is about, as an address says it: `?school_level=high&size=under_300`.

Page, drill-down, tracker, API and exports read the same few parameters. What a filter means stands
here twice, side by side with `selection.py`: over plain facts, and over rows of the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.dashboards.aggregation import NOT_SURE, CycleFacts
from assessments.instrument import CELL_CODES, CellCode, ContentArea, Context, OpportunityLevel
from schools.models import LONGEST_GROUP, SchoolLevel
from schools.text import clean_text


class Size(models.TextChoices):
    """How many students a school has, in bands."""

    SMALL = "under_300", gettext_lazy("Under 300 students")
    MEDIUM = "300_599", gettext_lazy("300–599 students")
    LARGE = "600_and_more", gettext_lazy("600 students and more")
    UNKNOWN = "unknown", gettext_lazy("Number of students not known")


# By band: the fewest and the most students.
BANDS: Final = {Size.SMALL: (0, 299), Size.MEDIUM: (300, 599), Size.LARGE: (600, 2**31 - 1)}
LEVELS: Final = (*map(str, OpportunityLevel.values), NOT_SURE)
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "school_level": tuple(SchoolLevel.values),
    "size": tuple(Size.values),
    "cell": CELL_CODES,
    "at": LEVELS,
}
NAMES: Final = ("school_level", "size", "group", "cell", "at")


class UnknownFilter(Exception):
    """Filters that mean nothing here: by name, what was asked for."""

    def __init__(self, asked: dict[str, str]) -> None:
        """With what was not understood, as it can be shown."""
        super().__init__(", ".join(asked))
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and the parameters that go when it is taken away."""

    names: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of a school; whatever is empty asks nothing. All of it has to hold."""

    school_level: str = ""
    size: str = ""
    group: str = ""
    cell: str = ""
    at: str = ""

    def __bool__(self) -> bool:
        """Whether anything is asked at all."""
        return any(self.as_dict().values())

    def matches(self, facts: CycleFacts) -> bool:
        """Whether a school's year is one of those that are meant."""
        return (
            self.school_level in ("", facts.school_level)
            and self.size in ("", size_of(facts.students))
            and self.group in ("", facts.group)
            and (not self.cell or (facts.counts and _level_of(facts, self.cell) == self.at))
        )

    @property
    def of_schools(self) -> "Filters":
        """What it asks of the school itself, whatever it answered."""
        return replace(self, cell="", at="")

    def as_dict(self) -> dict[str, str]:
        """Only what is asked, by parameter."""
        return {name: value for name, value in asdict(self).items() if value}

    def as_query(self) -> str:
        """As an address has it, without a question mark."""
        return urlencode(self.as_dict())

    def chips(self) -> list[Chip]:
        """In words, one by one."""
        return list(self._chips())

    def _chips(self) -> Iterator[Chip]:
        if self.school_level:
            yield Chip(("school_level",), str(SchoolLevel(self.school_level).label))
        if self.size:
            yield Chip(("size",), str(Size(self.size).label))
        if self.group:
            yield Chip(("group",), _("Group: %(group)s") % {"group": self.group})
        if self.cell:
            names = {"cell": cell_label(self.cell), "level": level_label(self.at)}
            yield Chip(("cell", "at"), _("%(cell)s: %(level)s") % names)


def read_filters(asked: Mapping[str, str]) -> Filters:
    """The filters of an address; parameters that are not filters are not looked at.

    Raises:
        UnknownFilter: a value is none that there is, or one of `cell` and `at` lacks the other.
    """
    given = {name: value for name in NAMES if (value := asked.get(name, ""))}
    unknown = {
        name: _showable(value)
        for name, value in given.items()
        if not (value in CHOICES[name] if name in CHOICES else is_label(value))
    }
    if ("cell" in given) != ("at" in given):
        alone = "cell" if "cell" in given else "at"
        unknown.setdefault(alone, _showable(given[alone]))
    if unknown:
        raise UnknownFilter(unknown)
    return Filters(**given)


def size_of(students: int | None) -> Size:
    """The band that a school of so many students belongs to."""
    if students is None:
        return Size.UNKNOWN
    return next(band for band, (_fewest, most) in BANDS.items() if students <= most)


def level_label(code: str) -> str:
    """An opportunity level, or that a school was not sure, in words."""
    return _("Not sure") if code == NOT_SURE else str(OpportunityLevel(int(code)).label)


def cell_label(code: str) -> str:
    """A cell in words."""
    place = CellCode(*code.split("."))  # type: ignore[arg-type]
    return f"{Context(place.context).label} · {ContentArea(place.content_area).label}"


def is_label(value: str) -> bool:
    """Whether a group could be called that."""
    try:
        return clean_text(value, longest=LONGEST_GROUP) == value
    except ValidationError:
        return False


def _level_of(facts: CycleFacts, cell: str) -> str:
    level = facts.levels.get(cell)
    return NOT_SURE if level is None else str(level)


def _showable(value: str) -> str:
    """What can be written on a page of what somebody typed into an address."""
    shown = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in value
    )
    return shown if len(shown) <= LONGEST_GROUP else shown[:LONGEST_GROUP] + "…"
