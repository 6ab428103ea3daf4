"""The pages that lead into a district, those about its people, and about the programs of it."""

from django.urls import path

from schools.views import (
    acceptance,
    api_clients,
    audit_log,
    break_glass,
    home,
    invitations,
    people,
    security,
    sign_on,
    signing_on,
    webhooks,
)

_WEBHOOKS = "d/<slug:district_slug>/webhooks/"
_WEBHOOK = f"{_WEBHOOKS}<uuid:webhook_id>/"
_DELIVERY = f"{_WEBHOOK}deliveries/<uuid:delivery_id>/"

_PEOPLE = "d/<slug:district_slug>/people/"
_PERSON = f"{_PEOPLE}<uuid:membership_id>/"
_INVITATIONS = f"{_PEOPLE}invitations/"
_INVITATION = f"{_INVITATIONS}<uuid:invitation_id>/"

_SIGN_ON = "d/<slug:district_slug>/sign-on/"
_PROVIDER = f"{_SIGN_ON}<uuid:provider_id>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("districts/", home.districts, name="districts"),
    path("break-glass/", break_glass.break_glass, name="break_glass"),
    path("break-glass/end/", break_glass.break_glass_end, name="break_glass_end"),
    path("invitations/<str:token>/", acceptance.invitation, name="invitation"),
    path("sign-in/", signing_on.sign_in, name="sign_in"),
    path("sign-in/back/<uuid:provider_id>/", signing_on.sign_in_back, name="sign_in_back"),
    path("sign-in/<slug:where>/", signing_on.sign_in_at, name="sign_in_at"),
    path(
        "sign-in/<slug:where>/with/<uuid:provider_id>/",
        signing_on.sign_in_with,
        name="sign_in_with",
    ),
    path(
        "sign-in/<slug:where>/confirmation/",
        signing_on.sign_in_confirmation,
        name="sign_in_confirmation",
    ),
    path(_SIGN_ON, sign_on.sign_on, name="sign_on"),
    path(f"{_SIGN_ON}only/", sign_on.sign_on_only, name="sign_on_only"),
    path(_PROVIDER, sign_on.sign_on_provider, name="sign_on_provider"),
    path(f"{_PROVIDER}state/", sign_on.sign_on_state, name="sign_on_state"),
    path(f"{_PROVIDER}removal/", sign_on.sign_on_removal, name="sign_on_removal"),
    path(_PEOPLE, people.people, name="people"),
    path(_PERSON, people.membership, name="membership"),
    path(f"{_PERSON}leaving/", people.leaving, name="leaving"),
    path(f"{_PERSON}second-factors/", security.factors_reset, name="factors_reset"),
    path(f"{_PERSON}sign-on/", security.unlinking, name="unlinking"),
    path(_INVITATIONS, invitations.invitations, name="invitations"),
    path(f"{_INVITATIONS}new/", invitations.invitation_new, name="invitation_new"),
    path(f"{_INVITATIONS}table/", invitations.invitations_table, name="invitations_table"),
    path(f"{_INVITATIONS}people.csv", invitations.invitations_template, name="people_template"),
    path(f"{_INVITATION}sendings/", invitations.invitation_sendings, name="invitation_sendings"),
    path(
        f"{_INVITATION}revocation/",
        invitations.invitation_revocation,
        name="invitation_revocation",
    ),
    path("d/<slug:district_slug>/api-clients/", api_clients.api_clients, name="api_clients"),
    path(
        "d/<slug:district_slug>/api-clients/<uuid:api_client_id>/",
        api_clients.api_client,
        name="api_client",
    ),
    path(
        "d/<slug:district_slug>/api-credentials/<uuid:api_credential_id>/revocation/",
        api_clients.revocation,
        name="api_credential_revocation",
    ),
    path("d/<slug:district_slug>/audit/", audit_log.audit_log, name="audit_log"),
    path(
        "d/<slug:district_slug>/audit/entries.<slug:file_format>",
        audit_log.audit_file,
        name="audit_file",
    ),
    path("d/<slug:district_slug>/security/", security.security, name="security"),
    path(_WEBHOOKS, webhooks.webhooks, name="webhooks"),
    path(_WEBHOOK, webhooks.webhook, name="webhook"),
    path(f"{_WEBHOOK}state/", webhooks.webhook_state, name="webhook_state"),
    path(f"{_WEBHOOK}secrets/", webhooks.webhook_secret, name="webhook_secret"),
    path(f"{_WEBHOOK}tests/", webhooks.webhook_test, name="webhook_test"),
    path(f"{_WEBHOOK}replays/", webhooks.webhook_replays, name="webhook_replays"),
    path(f"{_WEBHOOK}removal/", webhooks.webhook_removal, name="webhook_removal"),
    path(_DELIVERY, webhooks.webhook_delivery, name="webhook_delivery"),
    path(f"{_DELIVERY}replays/", webhooks.webhook_replay, name="webhook_replay"),
]
