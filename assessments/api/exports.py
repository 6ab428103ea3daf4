"""Whole tables at once: handed over now, or made by a worker and fetched when they are ready."""

from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import Case, F, QuerySet, When
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework.request import Request

from assessments import exports as verbs
from assessments.api import export_shapes as shapes
from assessments.models import Export
from assessments.models.export import KEPT_FOR
from assessments.reports.exports.columns import COLUMNS, SCHEMA_VERSION
from assessments.reports.exports.writing import MEDIA_TYPES, write_rows
from schools.api.bodies import read_body
from schools.api.details import DetailView
from schools.api.documentation import documented, path_id, writes
from schools.api.pages import Fields, Row
from schools.api.parameters import by_choice, by_school_year
from schools.api.resources import AnyAccepted, DistrictView, ListView, the_one_of
from schools.api.times import Written, written
from schools.api.versions import is_known, not_modified, tagged
from schools.permissions import Action

ROWS: Final = "Ninefold-Rows"
VERSION: Final = "Ninefold-Schema-Version"
SENT_AT_A_TIME: Final = 65_536

EXPORT = {
    "id": "id",
    "kind": "kind",
    "file_format": "file_format",
    "first_year": "first_year",
    "last_year": "last_year",
    "language": "language",
    "state": "state",
    "done": "done",
    "total": "total",
    "size": "size",
    "asked_at": Written("asked_at"),
    "started_at": Written("started_at"),
    "finished_at": Written("finished_at"),
    "expires_at": Written(
        Case(When(state=Export.State.DONE, then=F("finished_at") + KEPT_FOR), default=None)
    ),
}


class Whole(FileResponse):
    """A file that is complete before its first byte is sent: its length says where it ends."""

    block_size = SENT_AT_A_TIME


@shapes.handed_over
class ExportedRows(DistrictView):
    """All rows of a kind, now.

    Written to a nameless file first, a row at a time: whoever reads slowly keeps no transaction
    open, what fails on the way is an error and not a short file, and the length is known.
    """

    action = Action.TAKE_ALONG
    content_negotiation_class = AnyAccepted
    parameters: ClassVar = (by_school_year(lookup=None),)

    def get(self, request: Request, kind: str, file_format: str, **_route: Any) -> FileResponse:
        """The file."""
        if kind not in COLUMNS or file_format not in Export.FORMATS[kind]:
            raise Http404
        export = verbs.take_at_once(
            by=self.who,
            kind=kind,
            file_format=file_format,
            school_year=self.query.get("school_year"),
        )
        with ExitStack() as unless_all_went_well:
            file = unless_all_went_well.enter_context(TemporaryFile())
            rows = write_rows(export, self.who, to=file)
            file.seek(0)
            unless_all_went_well.pop_all()  # from here on the answer closes it
        return _handed_over(file, export, {ROWS: str(rows), VERSION: str(SCHEMA_VERSION)})


class Exports(DistrictView):
    """What the addresses of files made by a worker share."""

    action = Action.TAKE_ALONG
    fields: ClassVar[Fields] = EXPORT

    def rows(self) -> QuerySet[Export]:
        """The caller's own."""
        return Export.objects.visible_to(self.who)

    def shown(self, rows: list[Row]) -> list[Row]:
        """With the address of the file, as long as it is there."""
        now = written(timezone.now())
        for row in rows:
            is_there = row["expires_at"] is not None and row["expires_at"] > now
            row["file"] = self._address("api-export-file", row["id"]) if is_there else None
        return rows

    def _address(self, name: str, export_id: UUID) -> str:
        there = reverse(name, args=(self.district.slug, export_id))
        return str(self.request.build_absolute_uri(there))


@documented(
    "listExports",
    "List exports",
    "The files that you asked for, the earliest first. `updated_after` speaks of `asked_at`.",
    tag="exports",
    answers=shapes.Export,
)
@writes(
    "post",
    "askForExport",
    "Ask for an export",
    "Let a worker make a file: rows of any kind in any format, the workbook or the board report. "
    "Look at it again every few seconds; when its `state` is `done`, `file` is where to fetch it. "
    "At most five of yours wait at once. The same once more, while the first one waits, is the "
    "first one.",
    tag="exports",
    sent=shapes.NewExport,
    answers=(201, shapes.Export),
)
class ExportList(Exports, ListView):
    """One's own exports, a page at a time; and where another one is asked for."""

    http_method_names = ("get", "head", "post")
    changed_at = "asked_at"
    parameters: ClassVar = (by_choice("state", "In this state only.", Export.State.values),)

    def post(self, request: Request, **_route: Any) -> HttpResponseBase:
        """Let a worker make a file. The same once more, while the first waits, is the first."""
        wish = read_body(request, shapes.NewExport)
        asked = verbs.ask_for_export(by=self.who, language=get_language() or "en", **wish)
        (row,) = self.shown([the_one_of(self.rows().filter(pk=asked.pk), EXPORT)])
        return self.made(row, f"{asked.pk}/")


@documented(
    "readExport",
    "Read an export",
    "How far a file is that you asked for. Once its `state` is `done`, `file` says where it lies.",
    tag="exports",
    answers=shapes.Export,
    path=[path_id("export_id", "The export.")],
)
class ExportDetail(Exports, DetailView):
    """One export."""

    named_by = "export_id"


@shapes.fetched
class ExportFile(DistrictView):
    """The file that a worker made."""

    action = Action.TAKE_ALONG
    asks_first = False
    content_negotiation_class = AnyAccepted

    def get(self, request: Request, export_id: UUID, **_route: Any) -> HttpResponseBase:
        """The file, for who asked for it and may still see the whole district."""
        mine = Export.objects.visible_to(self.who).select_related("district")
        export = get_object_or_404(mine, pk=export_id)
        self.check_may()
        if not export.is_ready:
            raise Http404
        version = f'"{export.pk}"'  # once it is made, it stays as it is
        if is_known(request, version):
            return not_modified(version)
        try:
            file = export.file.open("rb")
        except FileNotFoundError as gone:
            raise Http404 from gone
        verbs.note_fetched(export, by=self.who)
        return tagged(_handed_over(file, export, {}), version)


def _handed_over(file: Any, export: Export, headers: dict[str, str]) -> FileResponse:
    headers = {"X-Content-Type-Options": "nosniff", **headers}
    return Whole(
        file,
        as_attachment=True,
        filename=export.file_name,
        content_type=MEDIA_TYPES[export.file_format],
        headers=headers,
    )
