"""What a district's schools have in common: all themes of a year, and deciding about them."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import themes as verbs
from assessments.dashboards.looking import ask_to_look
from assessments.deciding import ThemeConflict
from assessments.forms.themes import AcceptForm, NewThemeForm, ThemeNameForm, VersionForm
from assessments.instrument import CELL_CODES
from assessments.models import Theme
from assessments.models.theme import REFLECTIONS
from assessments.views.carrying_out import carried_out
from assessments.views.saving import CONFLICT, OK, UNPROCESSABLE
from assessments.views.theme_page import (
    FOLDER,
    address_of_list,
    check_may_manage,
    check_may_see,
    show_list,
    show_theme,
    theme_of,
    year_of,
)
from schools.access import DistrictRequest


@require_safe
def theme_list(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """The codebook of a year, and apart from it what the machine suggests."""
    check_may_see(request)
    return show_list(request)


@require_http_methods(["GET", "HEAD", "POST"])
def theme_new(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """A theme of one's own."""
    check_may_manage(request)
    campaign = year_of(request)
    form = NewThemeForm(request.POST or None)
    verb = partial(verbs.make_theme, by=request.who, school_year=campaign.school_year)
    made = request.method == "POST" and carried_out(form, verb)
    if made:
        messages.success(request, _("Made. Now add the words that speak of it."))
        return redirect("theme", district_slug, made.pk)
    status = UNPROCESSABLE if request.method == "POST" else OK
    shown = {"form": form, "campaign": campaign, "year": campaign.school_year}
    return render(request, f"{FOLDER}/new.html", shown, status=status)


@require_POST
def theme_merging(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Several become one: the one of them that is in the codebook, or the first."""
    check_may_manage(request)
    year_of(request)  # a year that there is not is refused before anything is done
    rows = Theme.objects.visible_to(request.who)
    chosen = [theme for pk in _ids(request) for theme in rows.filter(pk=pk)]
    chosen.sort(key=lambda theme: not theme.is_accepted)
    name = request.POST.get("name", "")
    typed = {"merged_name": name, "ticked": {theme.pk for theme in chosen}}
    if not chosen:
        error = _("Choose at least two themes.")
        return show_list(request, UNPROCESSABLE, merge_error=error, **typed)
    try:
        kept = verbs.merge_themes(chosen, by=request.who, into=chosen[0], name=name)
    except ValidationError as refused:
        error = " ".join(refused.messages)
        return show_list(request, UNPROCESSABLE, merge_error=error, **typed)
    messages.success(request, _("Merged into “%(name)s”.") % {"name": kept.name})
    return redirect(address_of_list(request, kept))


@require_POST
def theme_looks(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """Look again at what schools have in common: in all reflections, or in one cell."""
    check_may_manage(request)
    source = request.POST.get("source", "") or REFLECTIONS
    if source not in (REFLECTIONS, *CELL_CODES):
        raise Http404
    ask_to_look(by=request.who, school_year=year_of(request).school_year, source=source)
    messages.success(
        request, _("The texts are being read. What is found appears here in a minute or two.")
    )
    return redirect(address_of_list(request))


@require_POST
def theme_status(request: DistrictRequest, district_slug: str, theme_id: str) -> HttpResponse:
    """Accept, drop, or take up again."""
    theme = theme_of(request, theme_id)
    check_may_manage(request)
    decision = {
        "accepted": (AcceptForm, verbs.accept_theme),
        "dropped": (VersionForm, verbs.drop_theme),
        "restored": (VersionForm, verbs.restore_theme),
    }.get(request.POST.get("status", ""))
    if decision is None:
        return HttpResponseBadRequest()
    form, verb = decision
    return _decided(request, theme, form(request.POST), verb)


@require_POST
def theme_name(request: DistrictRequest, district_slug: str, theme_id: str) -> HttpResponse:
    """Call it differently."""
    theme = theme_of(request, theme_id)
    check_may_manage(request)
    return _decided(request, theme, ThemeNameForm(request.POST), verbs.rename_theme)


def _decided(request: DistrictRequest, theme: Theme, form: Any, verb: Any) -> HttpResponse:
    """Back to where it was decided; a refusal shows the same page with what was typed."""
    year_of(request)  # as above
    on_its_page = request.POST.get("on") == "its_page"
    show = partial(show_theme, request, theme) if on_its_page else partial(show_list, request)
    typed = request.POST.get("name", "")
    try:
        decided = carried_out(form, partial(verb, theme, by=request.who))
    except ThemeConflict as conflict:
        theme.refresh_from_db()
        return show(CONFLICT, refused=theme, typed=typed, conflict=conflict.current)
    if decided is None:
        return show(UNPROCESSABLE, refused=theme, typed=typed, refusal=form)
    if on_its_page:
        return redirect("theme", request.district.slug, theme.pk)
    return redirect(address_of_list(request, decided))


def _ids(request: DistrictRequest) -> list[str]:
    chosen = request.POST.getlist("theme")
    try:
        return [str(uuid.UUID(value)) for value in chosen]
    except ValueError as error:
        raise Http404 from error
