"""To take along: ask for a file, see how far it is, fetch it."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from assessments import exports as verbs
from assessments import permissions
from assessments.forms import ExportForm, RowsForm
from assessments.models import Campaign, Export
from assessments.reports.exports.writing import MEDIA_TYPES
from schools.access import DistrictRequest

SHOWN: Final = 50
NO_CONTENT: Final = 204

Forms = dict[str, ExportForm]


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """One's files with how far they are, and the forms that ask for another."""
    if not permissions.can_take_along(request.who):
        raise PermissionDenied
    if request.method == "POST":
        return _ask(request, district_slug)
    shown = _list(request)
    if not request.htmx or request.htmx.boosted:
        return _page(request, shown, _forms(request))
    seen = request.GET.get("seen", "")
    if seen == shown["stamp"]:
        return HttpResponse(status=NO_CONTENT)
    # A screen reader hears that something is ready, not every thousand rows.
    shown["says_so"] = seen.partition("-")[0] != shown["stamp"].partition("-")[0]
    return render(request, "assessments/exports/_list.html", shown)


@require_safe
def export_file(request: DistrictRequest, district_slug: str, export_id: str) -> HttpResponseBase:
    """The file, for who asked for it and may still see the whole district."""
    # Whoever may not has none: to be told so says nothing of what there is.
    if not permissions.can_take_along(request.who):
        raise PermissionDenied
    mine = Export.objects.visible_to(request.who).select_related("district")
    export = get_object_or_404(mine, pk=export_id)
    if not export.is_ready:
        raise Http404
    try:
        file = export.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    verbs.note_fetched(export, by=request.who)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    kind = MEDIA_TYPES[export.file_format]
    return FileResponse(
        file, as_attachment=True, filename=export.file_name, content_type=kind, headers=headers
    )


def _ask(request: DistrictRequest, district_slug: str) -> HttpResponse:
    forms = _forms(request)
    sent = next((form for form in forms.values() if form.is_bound), None)
    if sent is not None and sent.is_valid():
        try:
            verbs.ask_for_export(by=request.who, **sent.cleaned_data)
        except ValidationError as refused:
            sent.add_error(None, refused)
        else:
            return redirect("exports", district_slug)
    return _page(request, _list(request), forms, status=422)


def _page(
    request: DistrictRequest, shown: dict[str, Any], forms: Forms, *, status: int = 200
) -> HttpResponse:
    view = request.GET.urlencode()
    context = shown | {"forms": forms, "filters": _filters(request), "view": view}
    return render(request, "assessments/exports/exports.html", context, status=status)


def _forms(request: DistrictRequest) -> Forms:
    """By what they ask for; the one that was sent holds what was sent. None without a campaign."""
    rows = Campaign.objects.visible_to(request.who).select_related("district").latest_first()
    if not (campaigns := list(rows)):
        return {}
    years = [campaign.school_year for campaign in campaigns]
    asked = request.GET.get("year", "")
    year = asked if asked in map(str, years) else Campaign.at_hand(campaigns).school_year
    shared = {"school_year": year, "language": get_language(), "query": _filters(request)}
    wholes = {"board_report": "pdf", "workbook": "xlsx"}
    sent = request.POST.get("kind") if request.method == "POST" else None

    def form(kind: str, file_format: str, made: type[ExportForm] = ExportForm) -> ExportForm:
        is_sent = sent == kind if kind in wholes else sent is not None and sent not in wholes
        return made(
            request.POST if is_sent else None,
            years=years,
            initial=shared | {"kind": kind, "file_format": file_format},
            auto_id=f"{kind}_%s",
        )

    forms = {kind: form(kind, file_format) for kind, file_format in wholes.items()}
    return forms | {"rows": form("cells", "csv", RowsForm)}


def _filters(request: DistrictRequest) -> str:
    """Those of the dashboard that led here."""
    try:
        return verbs.filters_of(request.GET.urlencode())
    except ValidationError:
        return ""


def _list(request: DistrictRequest) -> dict[str, Any]:
    mine = Export.objects.visible_to(request.who).select_related("district").latest_first()
    found = list(mine[:SHOWN])
    under_way = sum(export.is_under_way for export in found)
    ready = sum(export.is_ready for export in found)
    progress = sum(export.done for export in found)
    stamp = f"{len(found)}.{under_way}.{ready}-{progress}"
    return {"exports": found, "under_way": under_way, "ready": ready, "stamp": stamp}
