"""One theme: its words, what belongs apart, and what the district answers it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import excerpts as words
from assessments import replies as answers
from assessments import themes as verbs
from assessments.deciding import ThemeConflict
from assessments.forms.themes import ExcerptForm, ReplyForm, VersionForm
from assessments.models import Excerpt, Submission, Theme
from assessments.models.theme import text_at
from assessments.views.carrying_out import carried_out
from assessments.views.saving import CONFLICT, OK, UNPROCESSABLE
from assessments.views.theme_page import (
    FOLDER,
    check_may_manage,
    check_may_see,
    show_theme,
    theme_of,
    year_of,
)
from assessments.views.theme_texts import texts_to_choose_from
from schools.access import DistrictRequest

TEXTS_ON_A_PAGE = 20


@require_safe
def theme(request: DistrictRequest, district_slug: str, theme_id: str) -> HttpResponse:
    """The words of one theme, in place."""
    return show_theme(request, theme_of(request, theme_id))


@require_http_methods(["GET", "HEAD", "POST"])
def theme_excerpts(request: DistrictRequest, district_slug: str, theme_id: str) -> HttpResponse:
    """Look for words in the schools' texts, and add them to the theme."""
    found = theme_of(request, theme_id)
    check_may_see(request)
    check_may_manage(request)
    if request.method != "POST":
        return _texts(request, found)
    form = ExcerptForm(request.POST)
    submission = _submission(request)
    added = carried_out(form, partial(_add, found, submission, form, by=request.who))
    if added is None:
        return _texts(request, found, UNPROCESSABLE, refused=form, refused_at=submission.cycle_id)
    messages.success(request, _("Added."))
    return redirect(_back_to_texts(request, found))


@require_POST
def theme_parts(request: DistrictRequest, district_slug: str, theme_id: str) -> HttpResponse:
    """Make a theme of its own of the words that were chosen."""
    found = theme_of(request, theme_id)
    check_may_manage(request)
    ids = request.POST.getlist("excerpt")
    typed: dict[str, Any] = {"part_name": request.POST.get("name", ""), "chosen": set(ids)}
    try:
        made = verbs.split_theme(
            found,
            by=request.who,
            version=_version(request),
            name=request.POST.get("name", ""),
            excerpts=list(Excerpt.objects.visible_to(request.who).filter(pk__in=ids)),
        )
    except ThemeConflict as conflict:
        return show_theme(request, found, CONFLICT, conflict=conflict.current, **typed)
    except ValidationError as error:
        return show_theme(
            request, found, UNPROCESSABLE, part_error=" ".join(error.messages), **typed
        )
    return redirect("theme", district_slug, made.pk)


@require_POST
def theme_reply(request: DistrictRequest, district_slug: str, theme_id: str) -> HttpResponse:
    """You said, we did: answer the schools behind a theme."""
    found = theme_of(request, theme_id)
    check_may_manage(request)
    year = year_of(request).school_year
    form = ReplyForm(present=None, data=request.POST)
    verb = partial(answers.answer_theme, found, by=request.who, school_year=year)
    try:
        answer = carried_out(form, verb)
    except answers.ReplyConflict as conflict:
        form.took_over(conflict.current)
        return show_theme(
            request, found, CONFLICT, reply_form=form, reply_conflict=conflict.current
        )
    if answer is None:
        return show_theme(request, found, UNPROCESSABLE, reply_form=form)
    messages.success(request, _("Kept. Every school behind this theme sees it on its next visit."))
    return redirect(f"{_address(request, found)}?year={year}#reply")


@require_POST
def excerpt_removal(request: DistrictRequest, district_slug: str, excerpt_id: str) -> HttpResponse:
    """These words do not belong to the theme; or they do after all."""
    rows = Excerpt.objects.visible_to(request.who).select_related("theme", "submission__cycle")
    found = get_object_or_404(rows, pk=excerpt_id)
    check_may_manage(request)
    try:
        if request.POST.get("back"):
            words.add_excerpt(
                found.theme,
                found.submission,
                by=request.who,
                place=found.place,
                span=(found.start, found.end),
            )
        else:
            words.remove_excerpt(found, by=request.who)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    address = _address(request, found.theme)
    return redirect(f"{address}?year={found.school_year}#excerpt-{found.pk}")


def _add(
    theme: Theme, submission: Submission, form: ExcerptForm, *, by: Any, **typed: Any
) -> Excerpt:
    place = typed["code"], typed["field"]
    span = form.span_in(text_at(submission.content, *place))
    return words.add_excerpt(theme, submission, by=by, place=place, span=span)


def _version(request: DistrictRequest) -> int:
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise ValidationError(form.errors.as_data()["version"])
    version: int = form.cleaned_data["version"]
    return version


def _submission(request: DistrictRequest) -> Submission:
    rows = Submission.objects.visible_to(request.who).select_related("cycle__school")
    try:
        found = rows.filter(cycle_id=request.POST.get("cycle", "")).order_by("-number").first()
    except ValidationError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def _texts(request: DistrictRequest, theme: Theme, status: int = OK, **shown: Any) -> HttpResponse:
    campaign = year_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    q = asked.get("q", "").replace("\0", "").strip()
    rows = texts_to_choose_from(request.who, theme, campaign, (q, asked.get("question", "")))
    page = Paginator(rows.found, TEXTS_ON_A_PAGE).get_page(asked.get("page"))
    shown |= {
        "theme": theme,
        "campaign": campaign,
        "year": campaign.school_year,
        "q": q,
        "question": rows.code,
        "codes": rows.codes,
        "page": page,
        "texts": rows.texts(page.object_list),
    }
    return render(request, f"{FOLDER}/texts.html", shown, status=status)


def _back_to_texts(request: DistrictRequest, theme: Theme) -> str:
    asked = request.POST.copy()
    kept = {name: str(asked[name]) for name in ("year", "q", "question", "page") if asked.get(name)}
    place = f"#text-{asked['cycle']}-{asked['code']}"
    address = reverse("theme_excerpts", args=(request.district.slug, theme.pk))
    return f"{address}?{urlencode(kept)}{place}"


def _address(request: DistrictRequest, theme: Theme) -> str:
    return reverse("theme", args=(request.district.slug, theme.pk))
