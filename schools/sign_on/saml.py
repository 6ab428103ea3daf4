"""SAML 2.0: asked by a redirect, answered by a form that the browser carries over.

The library checks signatures and times. What it takes when it is left out, or when only a part of
it fits, is asked for here once more: to whom, where and upon which request the answer was given.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError as Errors
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from schools.models import SignOnProvider
from schools.sign_on.claims import Claims, RefusedError
from schools.sign_on.oidc import LONGEST_NAME, Facts, spelled
from schools.sign_on.pending import new_word
from schools.sign_on.tokens import SKEW, check_subject
from schools.text import one_line

LONGEST: Final = 300_000
# Nothing here follows a reference to a document type or a file: the library's parser refuses both.
# As much as the library forgives.
_DRIFT: Final = Names.ALLOWED_CLOCK_DRIFT
_NOT_NOW: Final = (Errors.ASSERTION_TOO_EARLY, Errors.ASSERTION_EXPIRED, Errors.SESSION_EXPIRED)
_SPACE: Final = re.compile(r"\s+")
_EMAILS: Final = (
    *("email", "mail", "emailaddress", "urn:oid:0.9.2342.19200300.100.1.3"),
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
)
_NAMES: Final = (
    *("displayname", "name", "cn", "urn:oid:2.16.840.1.113730.3.1.241"),
    "http://schemas.microsoft.com/identity/claims/displayname",
)
_REQUEST: Final = """<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Version="2.0"
 ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer/>
<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
 AllowCreate="true"/></samlp:AuthnRequest>"""


def start(
    provider: SignOnProvider, *, back: str, state: str, anew: bool = False
) -> tuple[str, Facts]:
    """Where to send somebody, and what to remember until they come back.

    Args:
        anew: they are to say there who they are, even if they are signed in there.
    """
    request_id = f"_{new_word()}"
    asked = etree.fromstring(_REQUEST)
    asked.set("ID", request_id)
    asked.set("IssueInstant", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    asked.set("Destination", provider.sso_address)
    asked.set("AssertionConsumerServiceURL", back)
    asked[0].text = back
    if anew:
        asked.set("ForceAuthn", "true")
    query = {"SAMLRequest": _deflated(etree.tostring(asked)), "RelayState": state}
    join = "&" if "?" in provider.sso_address else "?"
    there = f"{provider.sso_address}{join}{urlencode(query)}"
    facts = {"request": request_id, "back": back}
    return there, facts | ({"anew_since": datetime.now(UTC).isoformat()} if anew else {})


def finish(provider: SignOnProvider, facts: Facts, answer: Mapping[str, str]) -> Claims:
    """Who has come back.

    Raises:
        RefusedError: it is not signed by the provider, or not for us, not now, or not upon this
            browser's request.
    """
    response = _read(answer.get("SAMLResponse", ""), _settings(provider, facts["back"]))
    back = urlsplit(facts["back"])
    asked = {
        "https": "on" if back.scheme == "https" else "off",
        "http_host": back.netloc,
        "script_name": back.path,
    }
    try:
        response.is_valid(asked, facts["request"], raise_exceptions=True)
        _check_more(response, facts)
        name_id = response.get_nameid_data()
        said = response.get_attributes()
    except RefusedError:
        raise
    # The library raises of many kinds upon what it cannot read.
    except Exception as error:
        code = "not_now" if getattr(error, "code", None) in _NOT_NOW else "answer_refused"
        raise RefusedError(code, one_line(str(error))[:200]) from error
    if name_id.get("Format") != Names.NAMEID_PERSISTENT:
        raise RefusedError("name_id", one_line(str(name_id.get("Format")))[:200])
    return _claims(provider, check_subject(name_id["Value"]), said)


def _deflated(xml: bytes) -> str:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return base64.b64encode(raw.compress(xml) + raw.flush()).decode()


def _settings(provider: SignOnProvider, back: str) -> OneLogin_Saml2_Settings:
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {
                "entityId": back,
                "assertionConsumerService": {"url": back, "binding": Names.BINDING_HTTP_POST},
                "NameIDFormat": Names.NAMEID_PERSISTENT,
            },
            "idp": {
                "entityId": provider.issuer,
                "singleSignOnService": {
                    "url": provider.sso_address,
                    "binding": Names.BINDING_HTTP_REDIRECT,
                },
                "x509cert": provider.certificate,
            },
            "security": {
                "wantAssertionsSigned": True,
                "wantNameId": True,
                "wantAttributeStatement": False,
                "rejectDeprecatedAlgorithm": True,
                "requestedAuthnContext": False,
                "allowRepeatAttributeName": True,
            },
        }
    )


def _read(sent: str, settings: OneLogin_Saml2_Settings) -> OneLogin_Saml2_Response:
    try:
        if not 0 < len(sent) <= LONGEST:
            raise RefusedError("not_understood")
        base64.b64decode(_SPACE.sub("", sent), validate=True)
        return OneLogin_Saml2_Response(settings, _SPACE.sub("", sent))
    except (binascii.Error, ValueError, etree.XMLSyntaxError) as error:
        raise RefusedError("not_understood", type(error).__name__) from error


def _check_more(response: OneLogin_Saml2_Response, facts: Facts) -> None:
    """What the library takes when it is left out."""
    if response.encrypted:
        raise RefusedError("answer_refused", "encrypted")
    if response.document.get("InResponseTo") != facts["request"]:
        raise RefusedError("answer_refused", "InResponseTo")
    if facts["back"] not in response.get_audiences():
        raise RefusedError("answer_refused", "Audience")
    assertion = response.document.find("saml:Assertion", Names.NSMAP)
    if assertion is None or assertion.find("ds:Signature", Names.NSMAP) is None:
        raise RefusedError("answer_refused", "Assertion")
    if assertion.find("saml:Conditions", Names.NSMAP).get("NotOnOrAfter") is None:
        raise RefusedError("answer_refused", "Conditions")
    if "anew_since" in facts and not _is_new(assertion, facts):
        raise RefusedError("not_anew")
    confirmations = assertion.findall("saml:Subject/saml:SubjectConfirmation", Names.NSMAP)
    if not any(_confirms(each, facts) for each in confirmations):
        raise RefusedError("answer_refused", "SubjectConfirmation")


def _is_new(assertion: Any, facts: Facts) -> bool:
    """Whether they have said who they are since. Our question is not signed: it can be left out."""
    since = datetime.fromisoformat(facts["anew_since"]) - timedelta(seconds=_DRIFT)
    said = assertion.findall("saml:AuthnStatement", Names.NSMAP)
    return any(datetime.fromisoformat(each.get("AuthnInstant")) >= since for each in said)


def _confirms(confirmation: Any, facts: Facts) -> bool:
    """Whether the assertion was made for whoever comes to this address upon this request."""
    data = confirmation.find("saml:SubjectConfirmationData", Names.NSMAP)
    if confirmation.get("Method") != Names.CM_BEARER or data is None:
        return False
    until = data.get("NotOnOrAfter")
    return (
        data.get("Recipient") == facts["back"]
        and data.get("InResponseTo") == facts["request"]
        and until is not None
        and datetime.fromisoformat(until) > datetime.now(UTC) - SKEW
    )


def _claims(provider: SignOnProvider, subject: str, said: Mapping[str, Sequence[Any]]) -> Claims:
    by_name = {name.lower(): values for name, values in said.items()}
    email = spelled(_first(by_name, _EMAILS))
    name = one_line(_first(by_name, _NAMES))[:LONGEST_NAME]
    shown = {"NameID": subject, **{key: str(values[:1])[1:-1] for key, values in said.items()}}
    # Whom it speaks of, a district's own directory says; nobody else signs with its key.
    return Claims(
        subject=subject,
        email=email,
        is_vouched_for=bool(email),
        name=name,
        said={one_line(key)[:100]: one_line(value)[:200] for key, value in shown.items()},
    )


def _first(said: Mapping[str, Sequence[Any]], names: Sequence[str]) -> str:
    found = (value for name in names for value in said.get(name, ()))
    return next((value for value in found if isinstance(value, str)), "")
