"""What an admin enters of a provider, and whether it can be so."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from schools.models import SignOnProvider
from schools.outgoing import LONGEST_ADDRESS, NotAllowed, read_address
from schools.sign_on.kinds import facts_of
from schools.sign_on.secrets import locked
from schools.text import clean_text, one_line

LONGEST_NAME: Final = 60
LONGEST_ID: Final = 200
LONGEST_SECRET: Final = 1_000
LONGEST_CERTIFICATE: Final = 20_000
SHORTEST_KEY: Final = 2_048
_SPACE: Final = re.compile(r"\s+")
_ARMOUR: Final = re.compile(r"-----(BEGIN|END) CERTIFICATE-----")


def checked(provider: SignOnProvider, sent: Mapping[str, str]) -> dict[str, Any]:
    """The fields as they are kept; a secret that is left empty stays as it was.

    Raises:
        ValidationError: by field, what cannot be so.
    """
    readers = _of_saml if provider.is_saml else _of_openid
    found: dict[str, Any] = {}
    refused: dict[str, ValidationError] = {}
    for field, read in {"name": _name, **readers(provider)}.items():
        try:
            found[field] = read(sent.get(field, ""))
        except ValidationError as error:
            refused[field] = error
    if refused:
        raise ValidationError(refused)
    if found.get("secret") is None:
        found.pop("secret", None)
    facts = facts_of(provider)
    if facts.issuer:
        found["issuer"] = facts.issuer_of(found["tenant"])
    return found


def _of_openid(provider: SignOnProvider) -> dict[str, Any]:
    facts = facts_of(provider)

    def tenant(sent: str) -> str:
        plain = sent.strip().lower()
        if not facts.tenant_form.fullmatch(plain) or len(plain) > LONGEST_ID:
            raise ValidationError(_("This does not look like it. See the hint."), code="tenant")
        return plain

    def secret(sent: str) -> str | None:
        plain = sent.strip()
        if not plain and provider.secret:
            return None
        return locked(_word(plain, LONGEST_SECRET))

    own = {"tenant": tenant} if facts.issuer else {"issuer": _issuer}
    return {**own, "client_id": lambda sent: _word(sent.strip(), LONGEST_ID), "secret": secret}


def _of_saml(_provider: SignOnProvider) -> dict[str, Any]:
    return {
        "issuer": lambda sent: _word(sent.strip(), LONGEST_ADDRESS),
        "sso_address": _address,
        "certificate": _certificate,
    }


def _name(sent: str) -> str:
    name = one_line(clean_text(sent, longest=LONGEST_NAME))
    if not name:
        raise ValidationError(_("Say what the button is called."), code="required")
    return name


def _word(sent: str, longest: int) -> str:
    if not sent:
        raise ValidationError(_("This is needed."), code="required")
    if len(sent) > longest or not sent.isascii() or not sent.isprintable():
        raise ValidationError(_("This cannot be it: copy it once more."), code="not_a_word")
    return sent


def _address(sent: str) -> str:
    address = sent.strip()
    try:
        read_address(address)
    except NotAllowed as error:
        said = _("Write an address that begins with https:// and lies in the public internet.")
        raise ValidationError(said, code="address_not_allowed") from error
    return address


def _issuer(sent: str) -> str:
    issuer = _address(sent)
    if "?" in issuer or "#" in issuer:
        said = _("An issuer has no question mark and no number sign in it.")
        raise ValidationError(said, code="address_not_allowed")
    return issuer.removesuffix("/.well-known/openid-configuration")


def _certificate(sent: str) -> str:
    """A certificate that is good now, in the one form in which it is kept."""
    bare = _SPACE.sub("", _ARMOUR.sub("", sent))
    if not bare:
        raise ValidationError(_("This is needed."), code="required")
    pem = f"-----BEGIN CERTIFICATE-----\n{bare}\n-----END CERTIFICATE-----\n"
    try:
        if len(bare) > LONGEST_CERTIFICATE:
            raise ValueError
        found = x509.load_pem_x509_certificate(pem.encode("ascii"))
        key = found.public_key()
    except ValueError as error:
        said = _(
            "This is no certificate: paste all of it, with or without its first and last line."
        )
        raise ValidationError(said, code="no_certificate") from error
    if found.not_valid_after_utc < datetime.now(UTC):
        raise ValidationError(_("This certificate has expired."), code="expired")
    if not isinstance(key, RSAPublicKey) or key.key_size < SHORTEST_KEY:
        said = _("The key of this certificate is too weak: RSA with 2048 bits, or more.")
        raise ValidationError(said, code="weak_key")
    return found.public_bytes(Encoding.PEM).decode()
