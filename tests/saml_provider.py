"""A SAML provider of a test's own: it reads a request, and signs answers, false ones too."""

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from tests.oidc_provider import OTHER, OWN, key_of

ENTITY, ADDRESS = "https://idp.example.org/metadata", "https://idp.example.org/sso?a=1&b=2"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
__all__ = ["OTHER", "OWN"]

_ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
 ID="{assertion_id}" Version="2.0" IssueInstant="{now}"><saml:Issuer>{issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="{format}">{subject}</saml:NameID>
<saml:SubjectConfirmation Method="{method}"><saml:SubjectConfirmationData{confirmation}/>
</saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{not_before}"{until}>{audience}</saml:Conditions>
<saml:AuthnStatement AuthnInstant="{signed_in}"><saml:AuthnContext><saml:AuthnContextClassRef>
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="email">
<saml:AttributeValue>{email}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
</saml:Assertion>"""
_RESPONSE = """<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0"
 IssueInstant="{now}"{to}><saml:Issuer>{issuer}</saml:Issuer><samlp:Status>
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:{status}"/></samlp:Status>
{assertion}</samlp:Response>"""


@cache
def certificate_of(name: str) -> str:
    """As an admin pastes it."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key_of(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key_of(name), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class Answer:
    """What is said of whom upon which request; each part may be false, None leaves it out."""

    request: str | None
    back: str | None
    subject: str = "ana-1"
    email: str = "ana@riverbend.example"
    name_format: str = PERSISTENT
    issuer: str = ENTITY
    status: str = "Success"
    method: str = BEARER
    audience: str | None = ""
    recipient: str | None = ""
    destination: str | None = ""
    in_response_to: str | None = ""
    confirmed_for: str | None = ""
    signed_in: int = 0
    starts: int = -60
    ends: int | None = 300
    confirmation_ends: int | None = 300
    signed_with: str | None = OWN
    algorithm: str = Names.RSA_SHA256
    digest: str = Names.SHA256
    signs: str = "assertion"
    then: Callable[[str], str] = field(default=lambda xml: xml)

    def encoded(self) -> str:
        """As the browser carries it."""
        return base64.b64encode(self.xml().encode()).decode()

    def xml(self) -> str:
        """The whole answer."""
        assertion = self.signed(self.assertion()) if self.signs == "assertion" else self.assertion()
        to = _attributes(
            Destination=self._or_right(self.destination, self.back),
            InResponseTo=self._or_right(self.in_response_to, self.request),
        )
        answer = _RESPONSE.format(
            now=_at(0), to=to, issuer=self.issuer, status=self.status, assertion=assertion
        )
        return self.then(self.signed(answer) if self.signs == "response" else answer)

    def assertion(self) -> str:
        """Without a signature."""
        audience = self._or_right(self.audience, self.back)
        restriction = (
            f"<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>"
            "</saml:AudienceRestriction>"
        )
        return _ASSERTION.format(
            assertion_id="_assertion",
            now=_at(0),
            signed_in=_at(self.signed_in),
            issuer=self.issuer,
            format=self.name_format,
            subject=escape(self.subject),
            email=escape(self.email),
            method=self.method,
            confirmation=_attributes(
                Recipient=self._or_right(self.recipient, self.back),
                InResponseTo=self._or_right(self.confirmed_for, self.request),
                NotOnOrAfter=_at(self.confirmation_ends),
            ),
            not_before=_at(self.starts),
            until=_attributes(NotOnOrAfter=_at(self.ends)),
            audience=restriction if audience is not None else "",
        )

    def signed(self, xml: str) -> str:
        """With a signature of the key of that name, if of any."""
        if self.signed_with is None:
            return xml
        key = key_of(self.signed_with).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        made: bytes = OneLogin_Saml2_Utils.add_sign(
            xml,
            key.decode(),
            certificate_of(self.signed_with),
            sign_algorithm=self.algorithm,
            digest_algorithm=self.digest,
        )
        return made.decode()

    @staticmethod
    def _or_right(said: str | None, right: str | None) -> str | None:
        return right if said == "" else said


def asked(address: str) -> tuple[Answer, str]:
    """The honest answer to whom the browser was sent there with; and the state to bring back."""
    query = parse_qs(urlsplit(address).query)
    raw = zlib.decompress(base64.b64decode(query["SAMLRequest"][0]), -zlib.MAX_WBITS)
    request = etree.fromstring(raw)
    assert request.find("samlp:NameIDPolicy", Names.NSMAP).get("Format") == PERSISTENT
    answer = Answer(request.get("ID"), request.get("AssertionConsumerServiceURL"))
    return answer, query["RelayState"][0]


def _at(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _attributes(**said: str | None) -> str:
    return "".join(f' {name}="{value}"' for name, value in said.items() if value is not None)
