"""Make an API client for a district, and say its secrets once."""

import secrets
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.models import ApiClient, District, Scope

LONGEST_KEY_DAYS: Final = 365


class Command(BaseCommand):
    """Running it twice makes two clients; the same name in one district is refused."""

    help = "Make an API client that reads one district's data, and print its secrets once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which district, what it is called, what it may do, and whether it needs a key."""
        parser.add_argument("--district", required=True, metavar="SLUG")
        parser.add_argument("--name", required=True, help="what the district's people call it")
        parser.add_argument(
            "--scope",
            required=True,
            action="extend",
            nargs="+",
            choices=Scope.values,
            help="what its tokens may do",
        )
        parser.add_argument(
            "--key-days",
            type=int,
            metavar="DAYS",
            help="also make a key that is valid this long, for tools that cannot fetch a token",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and print what is not kept."""
        days: int | None = options["key_days"]
        if days is not None and not 1 <= days <= LONGEST_KEY_DAYS:
            raise CommandError(
                _("A key is valid for 1 to %(most)d days.") % {"most": LONGEST_KEY_DAYS}
            )
        district = _district_at(options["district"])
        scopes = sorted(set(options["scope"]))
        with transaction.atomic():
            client, secret = _make_client(district, options["name"], scopes)
            key = _make_key(client, scopes, days) if days else None
        self._print(district, client, secret, key)

    def _print(self, district: District, client: Client, secret: str, key: str | None) -> None:
        self.stdout.write(f"address:       /api/v1/districts/{district.slug}/")
        self.stdout.write(f"client id:     {client.pk}")
        self.stdout.write(f"client secret: {secret}")
        if key:
            self.stdout.write(f"bearer key:    {key}")
        self.stderr.write(_("Keep these now: they are not shown again."))


def _district_at(slug: str) -> District:
    district: District | None = District.objects.filter(slug=slug).first()
    if district is None:
        raise CommandError(_("There is no district at %(slug)s.") % {"slug": slug})
    return district


def _make_client(district: District, name: str, scopes: list[str]) -> tuple[Client, str]:
    secret: str = secrets.token_urlsafe(48)
    client = Client(
        name=name,
        type=Client.Type.CONFIDENTIAL,
        grant_types=Client.GrantType.CLIENT_CREDENTIALS,
        response_types="",
    )
    client.set_scopes(scopes)
    # A request for a token that names no scope gets all of them.
    client.set_default_scopes(scopes)
    client.set_secret(secret)
    api_client = ApiClient(district=district, client=client, name=name)
    try:
        api_client.full_clean(exclude=["client"])
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    client.save()
    api_client.save()
    return client, secret


def _make_key(client: Client, scopes: list[str], days: int) -> str:
    """A token like those that the endpoint hands out, for longer. Only its hash is kept."""
    key = secrets.token_urlsafe(48)
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=client,
        hash=get_adapter().hash_token(key),
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.set_scopes(scopes)
    token.save()
    return key
