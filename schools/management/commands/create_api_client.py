"""Make an API client for a district, and say its secrets once."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from schools.api_clients import LONGEST_DAYS, Kind, Made, Wish, issue, new_api_client, note_made
from schools.models import District, Scope


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
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            raise CommandError(_("A key is valid for 1 to %(most)d days.") % {"most": LONGEST_DAYS})
        district = _district_at(options["district"])
        try:
            with transaction.atomic():
                api_client = new_api_client(district, options["name"])
                pair = issue(api_client, Wish(Kind.SECRET, options["scope"], LONGEST_DAYS))
                key = issue(api_client, Wish(Kind.KEY, options["scope"], days)) if days else None
                note_made(api_client, [pair, *([key] if key else [])])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._print(district, pair, key)

    def _print(self, district: District, pair: Made, key: Made | None) -> None:
        self.stdout.write(f"address:       /api/v1/districts/{district.slug}/")
        self.stdout.write(f"client id:     {pair.credential.client_id}")
        self.stdout.write(f"client secret: {pair.secret}")
        if key:
            self.stdout.write(f"bearer key:    {key.secret}")
        self.stderr.write(_("Keep these now: they are not shown again."))


def _district_at(slug: str) -> District:
    district: District | None = District.objects.filter(slug=slug).first()
    if district is None:
        raise CommandError(_("There is no district at %(slug)s.") % {"slug": slug})
    return district
