"""The district's audit log: to look at, to search, to take along."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import Any, Final
from uuid import UUID

import orjson
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.recent import ask_again
from schools import audit
from schools.access import DistrictRequest
from schools.audit_words import told
from schools.forms.audit_log import AuditFilterForm
from schools.models import AuditEntry
from schools.permissions import Action, may
from schools.querysets import DistrictWideQuerySet
from schools.tenancy import district_scope
from schools.text import harmless_cell

SHOWN: Final = 50
_AT_A_TIME: Final = 1_000
_LONGEST_ID: Final = 18
COLUMNS: Final = (
    *("id", "at", "event", "actor_kind", "actor", "actor_name"),
    *("object_kind", "object_id", "object_name", "address", "details"),
)
MEDIA_TYPES: Final = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


@require_safe
def audit_log(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """What was done lately, latest first; `before` is the entry that a page ends above."""
    form, entries = _asked(request)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) <= _LONGEST_ID:
        entries = entries.filter(pk__lt=int(before))
    found = list(entries.order_by("-pk")[: SHOWN + 1])
    rest = request.GET.copy()
    rest.pop("before", None)
    context = {
        "form": form,
        "entries": told(found[:SHOWN], request.who),
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "is_first": not before,
        "query": rest.urlencode(),
    }
    return render(request, "schools/audit_log.html", context)


@require_safe
def audit_file(
    request: DistrictRequest, district_slug: str, file_format: str
) -> StreamingHttpResponse:
    """All that the filters let through, oldest first. That it was taken along stands in it."""
    _form, entries = _asked(request)
    if file_format not in MEDIA_TYPES:
        raise Http404
    page = reverse("audit_log", args=[district_slug])
    ask_again(request, back=f"{page}?{request.GET.urlencode()}")
    done = {"kind": "audit_log", "file_format": file_format}
    audit.record(audit.Event.EXPORT_FETCHED, by=request.who, details=done)
    rows = entries.order_by("pk").values_list(*COLUMNS)
    write = {"csv": _as_csv, "ndjson": _as_ndjson}[file_format]
    return StreamingHttpResponse(
        _inside(request.district.pk, write(rows.iterator(_AT_A_TIME))),
        content_type=MEDIA_TYPES[file_format],
        headers={
            "Content-Disposition": f'attachment; filename="audit-{district_slug}.{file_format}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _asked(request: DistrictRequest) -> tuple[AuditFilterForm, DistrictWideQuerySet[AuditEntry]]:
    if not may(request.who, Action.READ_AUDIT_LOG):
        raise PermissionDenied
    form = AuditFilterForm(request.GET)
    return form, form.chosen(AuditEntry.objects.visible_to(request.who), request.district)


def _inside(district_id: UUID, parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts, made in a transaction of their own: the request's is over by then."""
    with district_scope(district_id):
        yield from parts


def _as_csv(rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    yield _lines([COLUMNS])
    for some in _batches(rows, _AT_A_TIME):
        yield _lines([harmless_cell(_text(value)) for value in row] for row in some)


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    written = StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()


def _as_ndjson(rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
    for some in _batches(rows, _AT_A_TIME):
        yield b"".join(
            orjson.dumps(dict(zip(COLUMNS, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE)
            for row in some
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode().strip('"')


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
