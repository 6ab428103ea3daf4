"""Webhooks: make them, see what became of each message, change, pause, replay and remove them."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.recent import ask_again_to_change
from schools.access import DistrictRequest
from schools.forms.webhooks import ReplayForm, WebhookForm
from schools.models import Webhook, WebhookAttempt, WebhookDelivery
from schools.permissions import Action, may
from schools.webhooks import managing

SHOWN: Final = 50
UNPROCESSABLE: Final = 422


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """All of the district's, and a form for another one."""
    _check_may(request)
    ask_again_to_change(request)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        made = _carried_out(form, managing.make_webhook, by=request.who)
        if made:
            return _secret_page(request, *made)
    hooks = Webhook.objects.visible_to(request.who).in_order()
    context = {"webhooks": hooks, "form": form}
    return render(request, "schools/webhooks/webhooks.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: DistrictRequest, district_slug: str, webhook_id: UUID) -> HttpResponse:
    """One, with its log, and a form that changes it."""
    hook = _found(request, webhook_id)
    ask_again_to_change(request)
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=_stands(hook))
    if form.is_bound and _carried_out(form, managing.change_webhook, hook, by=request.who):
        return redirect("webhook", district_slug, hook.pk)
    return _page(request, hook, form, ReplayForm())


@require_POST
def webhook_state(request: DistrictRequest, district_slug: str, webhook_id: UUID) -> HttpResponse:
    """It is paused, or resumed."""
    hook = _found(request, webhook_id)
    turns = {"active": managing.resume_webhook, "paused": managing.pause_webhook}
    if turn := turns.get(request.POST.get("state", "")):
        turn(hook, by=request.who)
    return redirect("webhook", district_slug, hook.pk)


@require_POST
def webhook_secret(request: DistrictRequest, district_slug: str, webhook_id: UUID) -> HttpResponse:
    """A new secret, shown this once."""
    hook = _found(request, webhook_id)
    ask_again_to_change(request)
    hook, secret = managing.rotate_secret(hook, by=request.who)
    return _secret_page(request, hook, secret)


@require_POST
def webhook_test(request: DistrictRequest, district_slug: str, webhook_id: UUID) -> HttpResponse:
    """A test event is on its way."""
    hook = _found(request, webhook_id)
    try:
        managing.send_test(hook, by=request.who)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("A test event is on its way. Look again in a moment."))
    return redirect("webhook", district_slug, hook.pk)


@require_POST
def webhook_replays(request: DistrictRequest, district_slug: str, webhook_id: UUID) -> HttpResponse:
    """What failed since a day is sent once more."""
    hook, form = _found(request, webhook_id), ReplayForm(request.POST)
    count = _carried_out(form, managing.replay_failed, hook, by=request.who)
    if count is None:
        return _page(request, hook, WebhookForm(initial=_stands(hook)), form)
    sent = ngettext("%(n)d is sent once more.", "%(n)d are sent once more.", count)
    messages.success(request, sent % {"n": count})
    return redirect("webhook", district_slug, hook.pk)


@require_POST
def webhook_removal(request: DistrictRequest, district_slug: str, webhook_id: UUID) -> HttpResponse:
    """It is gone, and its log with it; asked twice, as nothing brings them back."""
    hook = _found(request, webhook_id)
    if not request.POST.get("sure"):
        messages.error(request, _("Say that you are sure: it cannot be undone."))
        return redirect("webhook", district_slug, hook.pk)
    managing.remove_webhook(hook, by=request.who)
    messages.success(request, _("The webhook is removed."))
    return redirect("webhooks", district_slug)


@require_safe
def webhook_delivery(
    request: DistrictRequest, district_slug: str, webhook_id: UUID, delivery_id: UUID
) -> HttpResponse:
    """What was sent, and every attempt."""
    hook = _found(request, webhook_id)
    delivery = get_object_or_404(_deliveries(request, hook), pk=delivery_id)
    context = {"webhook": hook, "delivery": delivery}
    return render(request, "schools/webhooks/delivery.html", context)


@require_POST
def webhook_replay(
    request: DistrictRequest, district_slug: str, webhook_id: UUID, delivery_id: UUID
) -> HttpResponse:
    """One delivery is sent once more."""
    hook = _found(request, webhook_id)
    delivery = get_object_or_404(_deliveries(request, hook), pk=delivery_id)
    try:
        managing.replay_one(delivery, by=request.who)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("webhook_delivery", district_slug, hook.pk, delivery.pk)


def _found(request: DistrictRequest, webhook_id: UUID) -> Webhook:
    hooks = Webhook.objects.visible_to(request.who).select_related("district")
    hook: Webhook = get_object_or_404(hooks, pk=webhook_id)
    _check_may(request)
    return hook


def _check_may(request: DistrictRequest) -> None:
    if not may(request.who, Action.MANAGE_WEBHOOKS):
        raise PermissionDenied


def _deliveries(request: DistrictRequest, hook: Webhook) -> Any:
    attempts = WebhookAttempt.objects.visible_to(request.who).order_by("number")
    rows = WebhookDelivery.objects.visible_to(request.who).filter(webhook=hook)
    return rows.select_related("webhook").prefetch_related(Prefetch("attempts", attempts))


def _stands(hook: Webhook) -> dict[str, Any]:
    return {"url": hook.url, "description": hook.description, "event_types": hook.event_types}


def _page(
    request: DistrictRequest, hook: Webhook, form: WebhookForm, replay: ReplayForm
) -> HttpResponse:
    deliveries = list(_deliveries(request, hook).latest_first()[:SHOWN])
    context = {"webhook": hook, "form": form, "replay": replay, "deliveries": deliveries}
    status = _status(form, replay)
    return render(request, "schools/webhooks/webhook.html", context, status=status)


def _secret_page(request: DistrictRequest, hook: Webhook, secret: str) -> HttpResponse:
    context = {"webhook": hook, "secret": secret}
    return render(request, "schools/webhooks/secret.html", context)


def _carried_out(form: Form, verb: Callable[..., Any], *about: Any, by: Any) -> Any:
    """What the verb gives; None when it cannot be, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return verb(*about, by=by, **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
        return None


def _status(*forms: Form) -> int:
    return UNPROCESSABLE if any(form.is_bound and form.errors for form in forms) else 200
