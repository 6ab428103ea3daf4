"""Somebody has lost their second factors, and no district admin can help: an operator does."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.addresses import one_spelling, person_at
from schools.second_factors import reset_from_outside


class Command(BaseCommand):
    """Takes them away, ends every session, tells the person, and says so in the audit logs."""

    help = "Take the second factors of somebody away who has lost them. Make sure first who asks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose."""
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = person_at(one_spelling(options["email"]))
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        if person is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        number = reset_from_outside(person)
        self.stdout.write(
            f"Taken away from {person.email}: {number}. They are signed out everywhere."
        )
