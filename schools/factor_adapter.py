"""How allauth's second factors behave here: secrets are kept encrypted, the last is not removed."""

from typing import Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from accounts.factors import factors_of
from accounts.models import User
from schools.locked import locked, unlocked
from schools.second_factors import must_have

PURPOSE: Final = "second factor"


class FactorAdapter(DefaultMFAAdapter):
    """`MFA_ADAPTER`."""

    def encrypt(self, text: str) -> str:
        """A secret as it is kept."""
        return locked(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it was."""
        return unlocked(encrypted_text, purpose=PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who must have one: first another, then this one."""
        if authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = factors_of(authenticator.user).exclude(pk=authenticator.pk)
        return others.exists() or not must_have(authenticator.user)

    def get_totp_issuer(self) -> str:
        """What an app calls us."""
        return "Ninefold"

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's
        """What a passkey is called until its person says otherwise."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are bound to the host, without its port."""
        return super().get_public_key_credential_rp_entity() | {"name": "Ninefold"}
