"""Which mails a person gets, and whether their address takes any."""

from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer

from accounts.models import User

_SIGNER = Signer(salt="accounts.mail")


def token_for(user: User) -> str:
    """What lets whoever holds the person's mail choose for them. It does not expire."""
    return _SIGNER.sign(user.pk.hex)


def person_with(token: str) -> User | None:
    """Whose token it is; nobody's if it was not made here."""
    try:
        return User.objects.filter(pk=UUID(_SIGNER.unsign(token))).first()
    except (BadSignature, ValueError):
        return None


def choose(user: User, *, comments: bool, reminders: bool) -> None:
    """Set which mails the person gets."""
    user.gets_comments_by_mail, user.gets_reminders_by_mail = comments, reminders
    user.save(update_fields=["gets_comments_by_mail", "gets_reminders_by_mail"])


def note_refusal(user: User, *, at: datetime) -> None:
    """The server of the person's address says that there is nobody: no mail until they object."""
    User.objects.filter(pk=user.pk).update(mail_refused_at=at)


def try_again(user: User) -> None:
    """The person says that their address is right."""
    User.objects.filter(pk=user.pk).update(mail_refused_at=None)
