"""The programs that a district lets in: who they are, how they get in, and an end to it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.recent import ask_again_to_change
from schools import api_clients as verbs
from schools.access import DistrictRequest
from schools.api_clients import Made
from schools.forms.api_clients import ApiClientForm, CredentialForm, follow_up
from schools.models import ApiClient, ApiCredential
from schools.permissions import can_manage_api_clients

OF_A_CLIENT = tuple(f"credentials__{name}" for name in ("client", "made_by", "revoked_by"))


@require_http_methods(["GET", "HEAD", "POST"])
def api_clients(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """All of them, and a form that makes another. What is secret is in the answer to it alone."""
    _refuse_others(request)
    ask_again_to_change(request)
    form = ApiClientForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            made = verbs.make_api_client(by=request.who, name=name, wish=form.wish())
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return _made(request, made)
    rows = ApiClient.objects.visible_to(request.who).prefetch_related(*OF_A_CLIENT)
    context = {"api_clients": rows.order_by("name"), "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "schools/api_clients/list.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def api_client(request: DistrictRequest, district_slug: str, api_client_id: str) -> HttpResponse:
    """One client with its credentials, and a form that lets another one follow."""
    found = _client(request, api_client_id)
    _refuse_others(request)
    ask_again_to_change(request)
    form = follow_up(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = verbs.add_credential(found, by=request.who, wish=form.wish())
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            return _made(request, made)
    return _page(request, found, form, status=422 if form.is_bound else 200)


@require_POST
def revocation(
    request: DistrictRequest, district_slug: str, api_credential_id: str
) -> HttpResponse:
    """An end to one credential."""
    rows = ApiCredential.objects.visible_to(request.who)
    credential = verbs.revoke_credential(
        get_object_or_404(rows, pk=api_credential_id), by=request.who
    )
    messages.success(request, _("Revoked: from now on it lets nobody in."))
    return redirect("api_client", district_slug, credential.api_client_id)


def _refuse_others(request: DistrictRequest) -> None:
    if not can_manage_api_clients(request.who):
        raise PermissionDenied


def _client(request: DistrictRequest, api_client_id: Any) -> ApiClient:
    rows = ApiClient.objects.visible_to(request.who).prefetch_related(*OF_A_CLIENT)
    return get_object_or_404(rows, pk=api_client_id)


def _made(request: DistrictRequest, made: Made) -> HttpResponse:
    """Straight in the answer: no redirect, no message and no cache could keep the secret."""
    client = _client(request, made.credential.api_client_id)
    return _page(request, client, follow_up(client), status=201 if made.secret else 200, made=made)


def _page(
    request: DistrictRequest,
    client: ApiClient,
    form: CredentialForm,
    *,
    status: int,
    made: Made | None = None,
) -> HttpResponse:
    context = {"api_client": client, "form": form, "made": made} | _addresses(request)
    response = render(request, "schools/api_clients/client.html", context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _addresses(request: DistrictRequest) -> dict[str, str]:
    """What is written into the program beside its secret, the same in every language."""
    own = request.build_absolute_uri(reverse("api-me", args=[request.district.slug]))
    return {
        "token_address": request.build_absolute_uri(reverse("api-token")),
        "api_address": own.removesuffix("me/"),
        "bearer_header": "Authorization: Bearer …",
    }
