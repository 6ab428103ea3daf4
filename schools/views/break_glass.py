"""An operator asks to read a district, and ends it."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.recent import ask_again
from schools import break_glass as verbs
from schools.forms.break_glass import BreakGlassForm
from schools.models import BreakGlass
from schools.read_only import KEY


@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """What it means, and the question for a reason; on into the district."""
    operator = _operator(request)
    ask_again(request)
    form = BreakGlassForm(request.POST or None, initial={"district": request.GET.get("district")})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            glass = verbs.begin(asked["district"], by=operator, reason=asked["reason"])
        except ValidationError as error:
            form.add_error("reason" if error.code == "reason_too_short" else None, error)
        else:
            request.session[KEY] = str(glass.pk)
            return redirect("district", glass.district.slug)
    status = 422 if request.method == "POST" else 200
    shown = {"form": form, "elsewhere": _lasting(operator)}
    return render(request, "schools/break_glass/begin.html", shown, status=status)


@require_POST
def break_glass_end(request: HttpRequest) -> HttpResponse:
    """End it now, in whichever browser it was begun."""
    for glass in BreakGlass.objects.not_ended().filter(operator=_operator(request)):
        verbs.end(glass, BreakGlass.End.ENDED)
        said = _("You read nothing of %(district)s any more.") % {"district": glass.district}
        messages.success(request, said)
    request.session.pop(KEY, None)
    return redirect("break_glass")


def _operator(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not verbs.is_operator(user):
        raise PermissionDenied
    return user


def _lasting(operator: User) -> BreakGlass | None:
    rows = BreakGlass.objects.lasting().select_related("district")
    return rows.filter(operator=operator).first()
