"""The shapes of exports, made of the columns themselves, and what the document says of them."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.utils import translation
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    OpenApiTypes,
    PolymorphicProxySerializer,
    extend_schema,
    extend_schema_view,
)
from rest_framework import serializers

from assessments.models import Export as Taken
from assessments.reports.exports.columns import COLUMNS, SCHEMA_VERSION, Column
from assessments.reports.exports.writing import MEDIA_TYPES
from schools.api.bodies import Code, Sent, Whole
from schools.api.documentation import asked_with, path_id, problems
from schools.api.parameters import by_school_year
from schools.api.shapes import SCHOOL_YEAR, Moment, Shape

_FIELDS: Final[dict[str, Callable[..., serializers.Field]]] = {
    "text": serializers.CharField,
    "code": serializers.CharField,
    "id": serializers.UUIDField,
    "integer": serializers.IntegerField,
    "moment": Moment,
    "day": serializers.DateField,
    "json": serializers.DictField,
}
_ROWS: Final = OpenApiParameter(
    "Ninefold-Rows",
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="How many rows the file has, the head of a CSV not counted.",
)
_VERSION: Final = OpenApiParameter(
    "Ninefold-Schema-Version",
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="Which version of the columns this is.",
)


class NewExport(Sent):
    """Which file a worker shall make."""

    kind = Code(Taken.Kind.choices)
    file_format = Code(Taken.Format.choices)
    school_year = Whole(
        default=None,
        allow_null=True,
        min_value=2000,
        max_value=2999,
        help_text=f"{SCHOOL_YEAR} Left out: all years.",
    )


class Export(Shape):
    """A file that a worker makes. It is kept for a week."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Taken.Kind.choices)
    file_format = serializers.ChoiceField(Taken.Format.choices)
    first_year = serializers.IntegerField(help_text="The first school year in it.")
    last_year = serializers.IntegerField(help_text="The last school year in it.")
    language = serializers.CharField(help_text="Of its labels: that of `Accept-Language`.")
    state = serializers.ChoiceField(Taken.State.choices)
    done = serializers.IntegerField(help_text="How many rows are written.")
    total = serializers.IntegerField(
        allow_null=True, help_text="How many rows there will be; null while nobody has counted."
    )
    size = serializers.IntegerField(
        allow_null=True, help_text="The length of the file in bytes; null until it is there."
    )
    asked_at = Moment()
    started_at = Moment(allow_null=True)
    finished_at = Moment(allow_null=True)
    expires_at = Moment(allow_null=True, help_text="When the file is removed.")
    file = serializers.URLField(
        allow_null=True, help_text="Where to fetch it; null while it is not there."
    )


def row_of(kind: str, columns: Iterable[Column]) -> type[Shape]:
    """The shape of a row of an export, with what each column means."""
    with translation.override("en"):
        fields = {column.name: _field(column) for column in columns}
    return type(f"Exported{kind.title()[:-1]}", (Shape,), {**fields, "__doc__": _about(kind)})


def handed_over(view: Any) -> Any:
    """Say what the address of rows at once does."""
    rows = [row_of(kind, columns) for kind, columns in COLUMNS.items()]
    one = PolymorphicProxySerializer("ExportedRow", rows, resource_type_field_name=None)
    responses: dict[Any, Any] = {
        (200, _plain(Taken.Format.NDJSON)): OpenApiResponse(
            one, "NDJSON: such an object on each line. CSV has the same names as its head."
        ),
        (200, _plain(Taken.Format.CSV)): OpenApiTypes.STR,
        (200, _plain(Taken.Format.PARQUET)): OpenApiTypes.BINARY,
        (200, _plain(Taken.Format.XLSX)): OpenApiTypes.BINARY,
        **problems(),
    }
    schema = extend_schema(
        operation_id="exportRows",
        tags=["exports"],
        summary="Export rows",
        description="All rows of a kind at once, of one school year or of all: cells and "
        "reflections of submitted cycles, every cycle, every commitment. The file is complete "
        "before its first byte is sent; `Content-Length`, or the end of the chunks, says whether "
        "all of it arrived. A workbook (XLSX) of all years is asked for with `POST`.",
        parameters=[
            *asked_with(by_school_year()),
            _choice("kind", "What a row is.", list(COLUMNS)),
            _choice("file_format", "How it is written.", list(Taken.FORMATS[Taken.Kind.CELLS])),
            _ROWS,
            _VERSION,
        ],
        responses=responses,
    )
    return extend_schema_view(get=schema)(view)


def fetched(view: Any) -> Any:
    """Say what fetching a file does."""
    types = {_plain(each) for each in MEDIA_TYPES}
    schema = extend_schema(
        operation_id="fetchExport",
        tags=["exports"],
        summary="Fetch an export",
        description="The file that a worker made. 404 until it is ready, and after a week.",
        parameters=[*asked_with(), path_id("export_id", "The export.")],
        responses={**{(200, each): OpenApiTypes.BINARY for each in sorted(types)}, **problems()},
    )
    return extend_schema_view(get=schema)(view)


def _field(column: Column) -> serializers.Field:
    about = str(column.about)
    is_there = column.kind == "id" or column.name in {"schema_version", "school_year"}
    return _FIELDS[column.kind](help_text=about, allow_null=not is_there)


def _about(kind: str) -> str:
    return f"A row of the export `{kind}`, schema version {SCHEMA_VERSION}."


def _plain(file_format: str) -> str:
    return MEDIA_TYPES[file_format].partition(";")[0]


def _choice(name: str, description: str, choices: list[str]) -> OpenApiParameter:
    schema = {"type": "string", "enum": [str(choice) for choice in choices]}
    return OpenApiParameter(name, schema, OpenApiParameter.PATH, description=description)
