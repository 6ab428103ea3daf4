"""Whether an ID token is what it must be: signed by the provider, for us, now, for this browser.

The algorithm is one of a list, whatever the token says of itself; the key is the provider's own.
"""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import jwt

from schools.models import LONGEST_SUBJECT
from schools.sign_on.claims import RefusedError

# Signatures alone: with a shared secret, whoever can check a token could make one.
ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384"})
SKEW: Final = timedelta(minutes=1)
LONGEST: Final = 20_000
_KEY_TYPES: Final = {"R": "RSA", "P": "RSA", "E": "EC"}
_REQUIRED: Final = ("iss", "aud", "exp", "iat", "sub", "nonce")


def read_token(
    token: object, keys: object, *, issuer: str, client_id: str, nonce: str
) -> Mapping[str, Any]:
    """What the token says.

    Raises:
        RefusedError: it is not signed by one of these keys, or not for us, not now, not for this
            browser.
    """
    if not isinstance(token, str) or len(token) > LONGEST:
        raise RefusedError("no_token")
    try:
        algorithm, key_id = _header_of(token)
        claims: Mapping[str, Any] = jwt.decode(
            token,
            _key(keys, key_id, algorithm),
            algorithms=[algorithm],
            audience=client_id,
            issuer=issuer,
            leeway=SKEW,
            options={"require": list(_REQUIRED), "enforce_minimum_key_length": True},
        )
        _check_more(claims, client_id=client_id, nonce=nonce)
    except RefusedError:
        raise
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError) as error:
        raise RefusedError("not_now", type(error).__name__) from error
    # The library raises of many kinds upon what is of another shape than it must be.
    except Exception as error:
        raise RefusedError("token_refused", type(error).__name__) from error
    return claims


def _header_of(token: str) -> tuple[str, object]:
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise RefusedError("token_refused", "InvalidAlgorithmError")
    return algorithm, header.get("kid")


def _key(keys: object, key_id: object, algorithm: str) -> jwt.PyJWK:
    """The provider's key of that name; without a name, its only one of the kind."""
    all_of_them = keys.get("keys") if isinstance(keys, dict) else None
    fitting = [
        key
        for key in (all_of_them if isinstance(all_of_them, list) else [])
        if isinstance(key, dict)
        and key.get("kty") == _KEY_TYPES[algorithm[0]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    ]
    if len(fitting) != 1:
        raise RefusedError("token_refused", "no such key")
    return jwt.PyJWK(fitting[0], algorithm)


def _check_more(claims: Mapping[str, Any], *, client_id: str, nonce: str) -> None:
    """What the library leaves to whoever uses it."""
    said = claims["nonce"]
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise RefusedError("token_refused", "nonce")
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_for_several or "azp" in claims) and claims.get("azp") != client_id:
        raise RefusedError("token_refused", "azp")
    check_subject(claims["sub"])


def check_subject(subject: object) -> str:
    """The provider's name for somebody.

    Raises:
        RefusedError: it is none that can be kept.
    """
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise RefusedError("token_refused", "subject")
    if not subject.isprintable():
        raise RefusedError("token_refused", "subject")
    return subject
