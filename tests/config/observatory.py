"""What an answer's headers are worth, by the published rules of MDN's HTTP observatory.

100 points to begin with; each thing that is missing costs some. Extras count only for who has 90
without them; 100 and more is an A+. What the address says by itself (certificates, preload lists)
is not seen from here and counts nothing.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie
from typing import Final

ENOUGH_FOR_EXTRAS: Final = 90
SIX_MONTHS: Final = 15_768_000
PRIVATE_REFERRERS: Final = {
    *("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"),
}
_BROAD: Final = {"*", "http:", "https:", "data:", "blob:", "ftp:"}
_SCRIPT: Final = re.compile(rb"<script\b[^>]*\bsrc=[\"']?([^\"' >]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """What came over HTTPS: `headers` by lower-case name."""

    headers: Mapping[str, str]
    cookies: Iterable[str] = ()
    body: bytes = b""


def grade(answer: Answer) -> tuple[str, int, dict[str, int]]:
    """The grade, the points, and what each part gave or cost."""
    parts = {
        "content security policy": _policy(answer),
        "cookies": _cookies(answer),
        "sharing with other origins": _sharing(answer),
        "referrer policy": _referrers(answer),
        "transport security": _transport(answer),
        "scripts": _scripts(answer),
        "types": 0 if answer.headers.get("x-content-type-options") == "nosniff" else -5,
        "framing": _framing(answer),
        "resource policy": _resources(answer),
    }
    points = 100 + sum(value for value in parts.values() if value < 0)
    if points >= ENOUGH_FOR_EXTRAS:
        points += sum(value for value in parts.values() if value > 0)
    return "A+" if points >= 100 else "less", points, parts


def directives(answer: Answer) -> dict[str, set[str]]:
    """The content security policy, by directive."""
    said = [part.split() for part in answer.headers.get("content-security-policy", "").split(";")]
    return {name.lower(): set(values) for name, *values in filter(None, said)}


def _policy(answer: Answer) -> int:
    policy = directives(answer)
    default = policy.get("default-src", {"*"})
    scripts = policy.get("script-src", default)
    objects = policy.get("object-src", default)
    styles = policy.get("style-src", default)
    if not policy:
        return -25
    if (scripts | objects) & (_BROAD | {"'unsafe-inline'"}):
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if styles & (_BROAD | {"'unsafe-inline'"}):
        return 0
    forms = policy.get("form-action", {"*"})
    is_closed = default == {"'none'"} and forms <= {"'none'", "'self'"}
    return 10 if is_closed else 5


def _cookies(answer: Answer) -> int:
    cookies = [cookie for line in answer.cookies for cookie in SimpleCookie(line).values()]
    if not cookies:
        return 0
    return min(map(_cookie, cookies))


def _cookie(cookie: "Morsel[str]") -> int:
    is_session = "sess" in cookie.key.lower() or "login" in cookie.key.lower()
    if not cookie["secure"]:
        return -40 if is_session else -20
    if is_session and not cookie["httponly"]:
        return -30
    if "csrf" in cookie.key.lower() and not cookie["samesite"]:
        return -20
    return 5 if cookie["samesite"] in {"Lax", "Strict"} else 0


def _sharing(answer: Answer) -> int:
    allowed = answer.headers.get("access-control-allow-origin")
    return -50 if allowed and "access-control-allow-credentials" in answer.headers else 0


def _referrers(answer: Answer) -> int:
    said = answer.headers.get("referrer-policy")
    if said is None:
        return 0
    return 5 if said in PRIVATE_REFERRERS else -5


def _transport(answer: Answer) -> int:
    found = re.search(r"max-age=(\d+)", answer.headers.get("strict-transport-security", ""))
    if found is None:
        return -20
    return 0 if int(found.group(1)) >= SIX_MONTHS else -10


def _scripts(answer: Answer) -> int:
    """Scripts of our own origin need no hash beside them; others would."""
    ours = all(not re.match(rb"(?:https?:)?//", source) for source in _SCRIPT.findall(answer.body))
    return 0 if ours else -50


def _framing(answer: Answer) -> int:
    if directives(answer).get("frame-ancestors", {"*"}) <= {"'none'", "'self'"}:
        return 5
    return 5 if answer.headers.get("x-frame-options") in {"DENY", "SAMEORIGIN"} else -20


def _resources(answer: Answer) -> int:
    said = answer.headers.get("cross-origin-resource-policy")
    if said is None:
        return 0
    return {"same-origin": 10, "same-site": 10, "cross-origin": 0}.get(said, -5)
