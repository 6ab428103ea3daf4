"""Let a district's people in by their own passwords again, when its provider has broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from schools.models import District
from schools.sign_on.managing import allow_other_ways


class Command(BaseCommand):
    """`manage.py allow_other_ways riverbend-unified --reason "…"`."""

    help = "Switches a district's “sign-on only” off. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("district", help="the last part of its address")
        parser.add_argument("--reason", required=True, help="stands in the district’s audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(slug=options["district"]).first()
        if district is None:
            raise CommandError(f"There is no district {options['district']}.")
        if allow_other_ways(district, reason=options["reason"].strip()[:200]):
            self.stdout.write(f"{district}: passwords and passkeys open it again.")
        else:
            self.stdout.write(f"{district}: other ways are allowed already.")
