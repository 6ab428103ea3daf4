"""A program that reads a district's data over the API."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.idp.oidc.models import Client as Program
from allauth.idp.oidc.models import Token
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from schools.api_clients import new_api_client
from schools.models import ApiCredential, District, Scope

SITE = "http://testserver"


class Reader:
    """Asks for the resources of one district, as a program does or as a person in a browser."""

    def __init__(self, district: District, client: Client) -> None:
        self.base = f"/api/v1/districts/{district.slug}/"
        self.client = client

    def get(self, resource: str, /, headers: dict[str, str] | None = None, **query: Any) -> Any:
        """The answer; `resource` may also be an address that an answer gave."""
        address = resource.removeprefix(SITE)
        if not address.startswith("/"):
            address = f"{self.base}{resource}/"
        return self.client.get(address, query, headers=headers)

    def send(
        self,
        method: str,
        resource: str,
        body: Any = None,
        /,
        held: str | None = None,
        key: str | None = None,
    ) -> Any:
        """The answer to a write; `held` is the version it changes, `key` makes it happen once.

        A body of bytes is sent as it is.
        """
        named = {"If-Match": held, "Idempotency-Key": key}
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self.client.generic(
            method,
            f"{self.base}{resource}/",
            sent,
            content_type="application/json",
            headers={name: value for name, value in named.items() if value is not None},
        )

    def change(self, resource: str, body: Any, /, method: str = "PATCH") -> Any:
        """The answer to changing what stands there now."""
        held = self.get(resource).headers["ETag"]
        return self.send(method, resource, body, held=held)

    def rows(self, resource: str, /, **query: Any) -> list[dict[str, Any]]:
        """Everything, page by page."""
        return [row for page in self.pages(resource, **query) for row in page["results"]]

    def pages(self, resource: str, /, **query: Any) -> Iterator[dict[str, Any]]:
        """Each page, following `next` to the end."""
        answer = self.get(resource, **query)
        while True:
            assert answer.status_code == 200, answer.content
            page = answer.json()
            yield page
            if page["next"] is None:
                return
            answer = self.get(page["next"])


def with_key(district: District, *scopes: str, at: District | None = None) -> Reader:
    """A program of the district, by default with every scope, that asks there or elsewhere."""
    key = make_key(district, scopes or tuple(Scope.values))
    return Reader(at or district, Client(headers={"Authorization": f"Bearer {key}"}))


def signed_in(user: User, district: District) -> Reader:
    """A person in a browser."""
    client = Client()
    client.force_login(user)
    return Reader(district, client)


def stranger(district: District) -> Reader:
    """Somebody who shows nothing."""
    return Reader(district, Client())


def make_key(
    district: District, scopes: tuple[str, ...], *, expires_at: datetime | None = None
) -> str:
    """A bearer token of a new API client."""
    expires_at = expires_at or timezone.now() + timedelta(hours=1)
    program = Program.objects.create(name="Warehouse", scopes="\n".join(scopes))
    api_client = new_api_client(district, f"Warehouse {program.pk}")
    ApiCredential.objects.create(
        api_client=api_client, client=program, kind="key", expires_at=expires_at
    )
    token = Token(type=Token.Type.ACCESS_TOKEN, client=program, scopes="\n".join(scopes))
    token.expires_at = expires_at
    key = f"key of {program.pk}"
    token.set_value(key)
    token.save()
    return key


def problem(answer: HttpResponse) -> tuple[int, str]:
    """The status and the code of a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()  # type: ignore[attr-defined]
    assert document["status"] == answer.status_code
    return answer.status_code, document["code"]


def refused_parameters(answer: HttpResponse) -> dict[str, str]:
    """By name, why each parameter was refused."""
    assert problem(answer) == (400, "invalid_parameters")
    document = answer.json()  # type: ignore[attr-defined]
    return {error["parameter"]: error["code"] for error in document["errors"]}


def refused_fields(answer: HttpResponse) -> dict[str, str]:
    """By pointer, why each field of what was sent was refused."""
    assert answer.status_code == 422, answer.content
    document = answer.json()  # type: ignore[attr-defined]
    return {error.get("pointer", ""): error["code"] for error in document["errors"]}
