"""Query parameters, declared once: what is read, what is refused, what the schema says."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException

from schools.api.times import read_moment

Query = dict[str, Any]

# As many as fit into an address that every server takes.
MOST_IDS: Final = 50

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEY: Final = re.compile(r"[a-z0-9_]{1,40}")
_NCES_SCHID: Final = re.compile(r"\d{12}", re.ASCII)
_YEAR: Final = re.compile(r"2\d{3}", re.ASCII)


class InvalidParameters(APIException):
    """A query that is not understood; `errors` names each parameter."""

    status_code = 400
    default_code = "invalid_parameters"

    def __init__(self, errors: list[dict[str, str]]) -> None:
        """With what is wrong, by parameter."""
        super().__init__()
        self.errors = errors


class Refused(Exception):
    """One parameter that is not understood."""

    def __init__(self, code: str, detail: str) -> None:
        """With why, for programs and for people."""
        super().__init__(code)
        self.reason = {"code": code, "detail": detail}


@dataclass(frozen=True)
class Parameter:
    """Something that may be asked. `read` raises ValueError for what it does not understand."""

    name: str
    description: str
    read: Callable[[str], Any]
    expected: Any
    schema: dict[str, Any]
    lookup: str | None = None
    """The condition that it puts on the rows; None when the view itself makes use of it."""
    explode: bool | None = None
    """For a list: False when its values are written in one, with commas between them."""


def read_query(sent: QueryDict, parameters: Sequence[Parameter]) -> Query:
    """The values that were sent, by name. Nothing is ignored, nothing is guessed.

    Raises:
        InvalidParameters: a name is not known or is sent twice, or a value is not understood.
    """
    known = {parameter.name: parameter for parameter in parameters}
    query: Query = {}
    errors = []
    for name, values in sent.lists():
        try:
            query[name] = _read(known, name, values)
        except Refused as refused:
            errors.append({"parameter": name, **refused.reason})
    if errors:
        raise InvalidParameters(errors)
    return query


def conditions(query: Query, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """What the values that were sent ask of the rows."""
    return {
        parameter.lookup: query[parameter.name]
        for parameter in parameters
        if parameter.lookup and parameter.name in query
    }


def by_id(name: str, description: str, lookup: str = "") -> Parameter:
    """Rows that refer to one other row; one that is not there for the caller matches nothing."""
    return Parameter(
        name,
        description,
        read=lambda text: UUID(_matching(_UUID, text)),
        expected=gettext_lazy("Expected an id such as 01890a5d-ac96-774b-bcce-b302099a8057."),
        schema={"type": "string", "format": "uuid"},
        lookup=lookup or name,
    )


def by_ids(name: str = "id") -> Parameter:
    """The rows of these ids; those that are not there for the caller are missing."""

    def read(text: str) -> list[UUID]:
        ids = text.split(",")
        if len(ids) > MOST_IDS:
            raise ValueError(text)
        return [UUID(_matching(_UUID, each)) for each in ids]

    return Parameter(
        name,
        "The rows of these ids only, as they are now, with commas between them: at most "
        f"{MOST_IDS}. Those that are missing are gone, or not for you.",
        read=read,
        expected=gettext_lazy("Expected at most fifty ids with commas between them."),
        schema={
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "minItems": 1,
            "maxItems": MOST_IDS,
        },
        lookup=f"{name}__in",
        explode=False,
    )


def by_choice(name: str, description: str, choices: Sequence[str]) -> Parameter:
    """Rows with one of a few codes."""
    return Parameter(
        name,
        description,
        read=lambda text: choices[choices.index(text)],
        expected=gettext_lazy("This is not one of the choices."),
        schema={"type": "string", "enum": list(choices)},
        lookup=name,
    )


def by_flag(
    name: str, description: str, *, lookup: str = "", is_negated: bool = False
) -> Parameter:
    """Rows for which it is so, or not so; negated where the lookup says the opposite."""
    return Parameter(
        name,
        description,
        read=lambda text: (("false", "true").index(text) == 1) is not is_negated,
        expected=gettext_lazy("Expected true or false."),
        schema={"type": "boolean"},
        lookup=lookup or name,
    )


def by_key(name: str, description: str) -> Parameter:
    """Rows with a key such as `balance`; one that there is not matches nothing."""
    return Parameter(
        name,
        description,
        read=lambda text: _matching(_KEY, text),
        expected=gettext_lazy("Expected small letters, digits and underscores."),
        schema={"type": "string", "pattern": f"^{_KEY.pattern}$"},
        lookup=name,
    )


def by_nces_schid(name: str, description: str) -> Parameter:
    """The row with an NCES school id, leading zeros kept."""
    return Parameter(
        name,
        description,
        read=lambda text: _matching(_NCES_SCHID, text),
        expected=gettext_lazy("Expected twelve digits, leading zeros kept."),
        schema={"type": "string", "pattern": "^[0-9]{12}$"},
        lookup=name,
    )


def by_school_year(lookup: str | None = "school_year") -> Parameter:
    """Rows of one school year."""
    return Parameter(
        "school_year",
        "Of this school year only, named by the calendar year in which it ends.",
        read=lambda text: int(_matching(_YEAR, text)),
        expected=gettext_lazy("Expected the year in which the school year ends, such as 2027."),
        schema={"type": "integer", "minimum": 2000, "maximum": 2999},
        lookup=lookup,
    )


def by_time(name: str, description: str, lookup: str) -> Parameter:
    """Rows from a moment on."""
    return Parameter(
        name,
        description,
        read=read_moment,
        expected=gettext_lazy("Expected a time such as 2026-10-05T14:03:21Z."),
        schema={"type": "string", "format": "date-time"},
        lookup=lookup,
    )


def _read(known: Mapping[str, Parameter], name: str, values: Sequence[Any]) -> Any:
    if name not in known:
        raise Refused(
            "unknown_parameter",
            _("This parameter is not known here. Known are: %(names)s.")
            % {"names": ", ".join(sorted(known)) or "—"},
        )
    if len(values) > 1:
        raise Refused("repeated_parameter", _("This parameter was sent more than once."))
    try:
        return known[name].read(values[0])
    except ValueError as error:
        raise Refused("invalid_parameter", str(known[name].expected)) from error


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text
