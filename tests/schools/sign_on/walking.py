"""A person walks through a district's sign-on: from its page to the provider and back."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse

from schools.models import Identity, Membership, SignOnProvider
from schools.sign_on import managing
from schools.tenancy import district_scope
from tests.oidc_provider import CLIENT, SECRET, OpenIdProvider

# Whoever has got in is led on to here or somewhere below.
IN, OUT = 302, 403


def set_up(
    by: Membership, there: OpenIdProvider, *, kind: str = "oidc", tenant: str = "", on: bool = True
) -> SignOnProvider:
    """A provider of the district's, filled in, tried and switched on by its admin."""
    fields = {
        **{"name": "Riverbend staff", "client_id": CLIENT, "secret": SECRET},
        **({"tenant": tenant} if tenant else {"issuer": there.issuer}),
    }
    with district_scope(by.district_id):
        provider = managing.add_provider(kind, by=by)
        provider = managing.change_provider(provider, by=by, fields=fields)
    if on:
        managing.note_trial_of(provider, by=by)
        with district_scope(by.district_id):
            provider = managing.switch(provider, by=by, on=True)
    return provider


def begin(client: Client, provider: SignOnProvider, **query: str) -> Any:
    """Press the button."""
    address = reverse("sign_in_with", args=[provider.district.slug, provider.pk])
    return client.get(address, query, headers={"Sec-Fetch-Site": "same-origin"})


def come_back(client: Client, address: str) -> Any:
    """Follow the provider's redirect, as the browser does."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def walk(client: Client, provider: SignOnProvider, there: OpenIdProvider, **query: str) -> Any:
    """There and back."""
    sent = begin(client, provider, **query)
    assert sent.status_code == 302, sent.content.decode()
    return come_back(client, there.authorize(sent["Location"]))


def links_of(provider: SignOnProvider) -> list[tuple[str, str]]:
    """Who is linked, as (subject, address)."""
    with district_scope(provider.district_id):
        rows = Identity.objects.filter(provider=provider).order_by("linked_at")
        return list(rows.values_list("subject", "user__email"))


def told(answer: Any) -> str:
    """What the page itself says, without what stands around it."""
    page: str = answer.content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


def is_signed_in(client: Client) -> bool:
    """Whether the browser has a session of somebody's."""
    return "_auth_user_id" in client.session
