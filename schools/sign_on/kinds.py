"""What each kind of provider fixes: where it is, which claim names the tenant, what it vouches for.

Google, Microsoft, Clever and ClassLink serve everyone at one address: who is not of the district's
own tenant there is nobody to us.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.models import SignOnProvider

Kind = SignOnProvider.Kind

_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_UUID: Final = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_WORD: Final = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True)
class Facts:
    """What a kind fixes.

    Args:
        issuer: its address, with `{tenant}` where the tenant stands; empty: the district's own.
        tenant_claim: which claim names the tenant; empty: the issuer serves this district alone.
        tenant_form: what a tenant looks like.
        asks_for: what else is said when somebody is sent there; `{tenant}` as in the issuer.
        asks_anew: what is said beside that when they have to say once more who they are.
    """

    issuer: str = ""
    tenant_claim: str = ""
    tenant_form: re.Pattern[str] = _WORD
    tenant_label: str | Promise = ""
    tenant_help: str | Promise = ""
    scope: str = "openid email profile"
    asks_for: Mapping[str, str] = field(default_factory=dict)
    asks_anew: Mapping[str, str] = field(default_factory=lambda: {"prompt": "login"})

    def issuer_of(self, tenant: str) -> str:
        """Its address for that tenant."""
        return self.issuer.format(tenant=tenant)

    def asked(self, tenant: str) -> dict[str, str]:
        """What else is said when somebody of that tenant is sent there."""
        return {name: value.format(tenant=tenant) for name, value in self.asks_for.items()}


FACTS: Final[Mapping[str, Facts]] = {
    Kind.GOOGLE: Facts(
        issuer="https://accounts.google.com",
        tenant_claim="hd",
        tenant_form=_DOMAIN,
        tenant_label=_("Your Workspace domain"),
        tenant_help=_("The main one, such as riverbend.k12.or.us. Other accounts do not get in."),
        asks_for={"hd": "{tenant}"},
        # It knows no other question, and refuses what it does not know.
        asks_anew={"prompt": "select_account"},
    ),
    Kind.MICROSOFT: Facts(
        issuer="https://login.microsoftonline.com/{tenant}/v2.0",
        tenant_claim="tid",
        tenant_form=_UUID,
        tenant_label=_("Directory (tenant) ID"),
        tenant_help=_("From the overview of your app registration. Other directories stay out."),
    ),
    Kind.CLEVER: Facts(
        issuer="https://clever.com",
        tenant_claim="district",
        tenant_label=_("Your district’s ID at Clever"),
        tenant_help=_("24 letters and figures. People of other districts do not get in."),
        asks_for={"district_id": "{tenant}"},
    ),
    Kind.CLASSLINK: Facts(
        issuer="https://launchpad.classlink.com",
        tenant_claim="classLink_tenant_id",
        tenant_label=_("Your tenant ID at ClassLink"),
        tenant_help=_("A number. People of other tenants do not get in."),
    ),
    Kind.OIDC: Facts(),
    Kind.SAML: Facts(),
}


def facts_of(provider: SignOnProvider) -> Facts:
    """What the provider's kind fixes."""
    return FACTS[provider.kind]


def is_of_the_tenant(provider: SignOnProvider, claims: Mapping[str, Any]) -> bool:
    """Whether the provider names its tenant, and it is the district's own."""
    claim = facts_of(provider).tenant_claim
    if not claim:
        return True
    said = claims.get(claim)
    if isinstance(said, bool) or not isinstance(said, str | int):
        return False
    return bool(provider.tenant) and str(said).lower() == provider.tenant


def vouches_for_address(provider: SignOnProvider, claims: Mapping[str, Any]) -> bool:
    """Whether the provider says, in no other word than true, that the address is theirs.

    Microsoft says so of an address whose domain the directory has shown to be its own; and whoever
    signs in there by a name does so by one that the directory has given.
    """
    if claims.get("email_verified") is True:
        return True
    if provider.kind != Kind.MICROSOFT or "email_verified" in claims:
        return False
    email, name = (str(claims.get(claim) or "") for claim in ("email", "preferred_username"))
    return claims.get("xms_edov") is True or (bool(email) and email.lower() == name.lower())
