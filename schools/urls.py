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
    webhooks,
)

_WEBHOOKS = "d/<slug:district_slug>/webhooks/"
_WEBHOOK = f"{_WEBHOOKS}<uuid:webhook_id>/"
_DELIVERY = f"{_WEBHOOK}deliveries/<uuid:delivery_id>/"

_PEOPLE = "d/<slug:district_slug>/people/"
_PERSON = f"{_PEOPLE}<uuid:membership_id>/"
_INVITATIONS = f"{_PEOPLE}invitations/"
_INVITATION = f"{_INVITATIONS}<uuid:invitation_id>/"

urlpatterns = [
    path("", home.home, name="home"),
    path("districts/", home.districts, name="districts"),
    path("break-glass/", break_glass.break_glass, name="break_glass"),
    path("break-glass/end/", break_glass.break_glass_end, name="break_glass_end"),
    path("invitations/<str:token>/", acceptance.invitation, name="invitation"),
    path(_PEOPLE, people.people, name="people"),
    path(_PERSON, people.membership, name="membership"),
    path(f"{_PERSON}leaving/", people.leaving, name="leaving"),
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
