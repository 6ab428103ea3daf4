"""An e-mail address: its one spelling, whose it is, and the account that is made for it."""

import unicodedata
from typing import Final

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User

LONGEST: Final = 254


def one_spelling(email: str) -> str:
    """The address as it is kept: small letters, no space around it, plus signs and dots as typed.

    Letters beyond ASCII are refused: an address with a Cyrillic "а" looks like another's, and a
    space without width like none at all.

    Raises:
        ValidationError: it is no address, or one that could be mistaken for another.
    """
    # First of all: a long row of marks takes NFC its length squared.
    if len(email.strip()) > LONGEST:
        raise ValidationError(_("This e-mail address is too long."), code="no_address")
    email = unicodedata.normalize("NFC", email).strip().lower()
    if not email.isascii():
        raise ValidationError(
            _("Write the address in plain letters without accents: others can be mistaken."),
            code="odd_address",
        )
    try:
        validate_email(email)
    except ValidationError as refused:
        raise ValidationError(_("This is not an e-mail address."), code="no_address") from refused
    # Between quotation marks control characters are allowed, by a rule that no mail server follows.
    if not email.isprintable():
        raise ValidationError(_("This is not an e-mail address."), code="no_address")
    return email


def person_at(email: str) -> User | None:
    """The person of that address, if there is one."""
    if person := User.objects.filter(email=email).first():
        return person
    rows = EmailAddress.objects.filter(email=email, verified=True).select_related("user")
    found = rows.first()
    return found.user if found else None


def belongs_to(email: str, person: User) -> bool:
    """Whether the address is theirs: an operator or an invitation said so, or they showed it."""
    return person == person_at(email)


def forget_earlier(person: User) -> None:
    """The address is another by now: what was theirs opens nothing, and may be somebody else's."""
    EmailAddress.objects.filter(user=person).exclude(email=person.email).delete()


def make_person(email: str, *, name: str, password: str | None, language: str) -> User:
    """An account for who has just shown that mail to the address reaches them.

    Args:
        password: None for who signs in elsewhere.

    Raises:
        ValidationError: somebody was quicker.
    """
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, password, name=name, language=language)
    except IntegrityError as taken:
        said = _("There is an account for this address by now: sign in with it.")
        raise ValidationError(said, code="has_an_account") from taken
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
