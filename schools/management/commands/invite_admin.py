"""An operator invites the first admin of a district."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from schools.invitations import invite_first_admin
from schools.models import District


class Command(BaseCommand):
    """Leaves an invitation, whose mail a worker sends. Twice invites once."""

    help = "Invite somebody as an admin of a district that has none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which district, and whom."""
        parser.add_argument("--district", required=True, help="its slug")
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")
        parser.add_argument("--language", default="en", choices=dict(settings.LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.filter(slug=options["district"]).first()
        if district is None:
            raise CommandError(f"There is no district {options['district']}.")
        try:
            invitation = invite_first_admin(
                district,
                email=options["email"],
                name=options["name"],
                language=options["language"],
            )
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        self.stdout.write(f"Invited {invitation.email} to {district}: a worker sends the mail.")
