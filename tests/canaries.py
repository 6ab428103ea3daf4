"""What gives a district away, and a look at all that is emitted while tests run.

Canaries are the words that stand in every column of words of a district
(`architecture/making_sides.py`), and in the whole run the ids of all rows and the addresses of all
districts. Whatever leaves the product is read: answers, mails, lines of logs, messages to workers,
what lies in caches and in files. A canary where it does not belong fails the test, whatever the
test is about.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zipfile import ZipFile, is_zipfile

import pytest
from celery.signals import before_task_publish
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends import locmem
from django.core.mail import EmailMessage
from django.db import models
from django.db.models.signals import post_delete, post_save
from django.http import HttpResponse
from django.test import Client

from schools.models import District, DistrictRow, Invitation, Membership, SignOnProvider
from schools.querysets import Who
from schools.tenancy import district_scope
from tests import counting
from tests.pdf import text_of

PDF: Final = "application/pdf"
# Stretches of a district's page, each under a key that holds its version.
FRAGMENTS: Final = "template_fragments"


_ROW: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ADDRESS: Final = re.compile(r"/(?:d|districts)/([-\w]+)/")

_OF_OPERATORS: Final = ("/admin/", "/break-glass/")
# The document of the API speaks of the demo's district, which tests make, too.
_OF_EXAMPLES: Final = "/api/v1/schema/"


@dataclass(frozen=True)
class Nest:
    """Where a canary lives: in a district, or in one school of it."""

    district: UUID
    school: UUID | None = None

    def is_open_to(self, who: Who) -> bool:
        """Whether it may be shown to them."""
        if who.district_id != self.district:
            return False
        if self.school is None or who.sees_whole_district:
            return True
        with district_scope(self.district):
            return any(seat["school"] == self.school for seat in who.school_ids)


Belongs = Callable[[Nest], bool]


@dataclass
class Watch:
    """All canaries that are known, and where one was seen that does not belong there."""

    words: defaultdict[str, list[Nest]] = field(default_factory=partial(defaultdict, list))
    rows: dict[str, Nest] = field(default_factory=dict)
    addresses: dict[str, Nest] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    tells_schools_apart: bool = True

    def know(self, word: str, district: UUID, school: UUID | None = None) -> None:
        """From now on, whoever is not of its nest must not see it."""
        self.words[word].append(Nest(district, school))
        counting.saw("canaries", word)

    def look(self, what: str, emitted: str, belongs: Belongs, asked: str = "") -> None:
        """Read what was emitted; `asked` is what whoever gets it has said themselves."""
        counting.add(f"characters of {what}", len(emitted))
        said = emitted.lower()
        for word, nests in self.words.items():
            if word not in said or word in asked:
                continue
            if not self.tells_schools_apart:
                nests = [Nest(nest.district) for nest in nests]
            if not any(map(belongs, nests)):
                self._note(what, emitted, said.index(word))

    def look_for_rows(self, what: str, emitted: str, belongs: Belongs, asked: str) -> None:
        """Read which rows and which districts it names."""
        for pattern, known in ((_ROW, self.rows), (_ADDRESS, self.addresses)):
            for name in {*pattern.findall(emitted)} & known.keys():
                if name not in asked and not belongs(known[name]):
                    self._note(what, emitted, emitted.index(name))

    def taken(self) -> list[str]:
        """What was seen since this was asked last."""
        seen, self.seen = self.seen, []
        return seen

    def _note(self, what: str, emitted: str, at: int) -> None:
        self.seen.append(f"{what}: …{emitted[max(0, at - 60) : at + 60]}…")


WATCH: Final = Watch()
# Asked once for each person, until somebody comes or leaves.
_AT_HOME: Final[dict[tuple[Any, Nest], bool]] = {}


@lru_cache(maxsize=50)
def words_in(content: bytes, kind: str) -> str:
    """What can be read in it: the bytes of a PDF or of a workbook are packed."""
    if kind == PDF and content:
        return text_of(content)
    if content.startswith(b"PK") and is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as packed:
            return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return content.decode(errors="replace")


@contextmanager
def watching() -> Iterator[None]:
    """Read whatever is emitted in this process meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "generic", _read_answers(Client.generic))
        patch.setattr(EmailMessage, "send", _read_mails(EmailMessage.send))
        patch.setattr(logging.Logger, "callHandlers", _read_logs(logging.Logger.callHandlers))
        patch.setattr(models.QuerySet, "bulk_create", _noting_rows(models.QuerySet.bulk_create))
        post_save.connect(_note_row)
        post_delete.connect(_note_who_leaves, sender=Membership)
        before_task_publish.connect(_read_message)
        try:
            yield
        finally:
            before_task_publish.disconnect(_read_message)
            post_delete.disconnect(_note_who_leaves, sender=Membership)
            post_save.disconnect(_note_row)


def files() -> set[Path]:
    """Those that the product has written by now."""
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def read_what_is_kept(older: Collection[Path] = ()) -> None:
    """What lies in caches, in Redis and in files by now."""
    for name, there in locmem._caches.items():  # type: ignore[attr-defined]
        for kept in there.values():
            words = kept.decode(errors="replace")
            WATCH.look("caches", words, _of_one(words) if name == FRAGMENTS else _nowhere)
    _read_redis()
    for path in files().difference(older):
        words = words_in(path.read_bytes(), "")
        WATCH.look("files", words, lambda nest, at=str(path): str(nest.district) in at)


def _read_answers(generic: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def reading(
        client: Client, method: str, path: str, data: Any = "", *more: Any, **kw: Any
    ) -> Any:
        response = generic(client, method, path, data, *more, **kw)
        counting.add("requests")
        # Whoever asks is told nothing when they read again what they have said.
        asked = f"{path} {_text(data)} {kw.get('query_params')}".lower()
        heads = f"{response.headers} {response.cookies}"
        if response.streaming:
            _listen_to(response, heads, asked)
        else:
            words = heads + words_in(response.content, response.headers.get("Content-Type", ""))
            belongs = _belongs_to_who_asked(response)
            WATCH.look("answers", words, belongs, asked)
            WATCH.look_for_rows("answers", words, belongs, asked)
        return response

    return reading


def _listen_to(response: Any, heads: str, asked: str) -> None:
    def overheard(chunks: Iterator[bytes]) -> Iterator[bytes]:
        kept = []
        for chunk in chunks:
            kept.append(chunk)
            yield chunk
        words = heads + words_in(b"".join(kept), response.headers.get("Content-Type", ""))
        WATCH.look("answers", words, _belongs_to_who_asked(response), asked)

    response.streaming_content = overheard(response.streaming_content)


def _text(data: Any) -> str:
    return data.decode(errors="replace") if isinstance(data, bytes) else str(data)


def _belongs_to_who_asked(response: Any) -> Callable[[Nest], bool]:
    def belongs(nest: Nest) -> bool:
        request = response.wsgi_request
        who, user = getattr(request, "who", None), getattr(request, "user", None)
        if who is not None and nest.is_open_to(who):
            return True
        if getattr(user, "is_staff", False) and request.path.startswith(_OF_OPERATORS):
            return True
        if request.path.startswith(_OF_EXAMPLES):
            return True
        # A banner says on every page what an operator reads.
        glass = getattr(request, "reading_now", None)
        if glass is not None and glass.district_id == nest.district:
            return True
        key = getattr(user, "pk", None), nest
        if key not in _AT_HOME:
            places = Membership.objects.filter(user=key[0]) if key[0] else ()
            _AT_HOME[key] = any(nest.is_open_to(place) for place in places)
        return _AT_HOME[key]

    return belongs


def _note_row(instance: models.Model, **_more: Any) -> None:
    # Which providers a district has, its own way in says to everybody.
    if isinstance(instance, SignOnProvider):
        return
    if isinstance(instance, DistrictRow):
        WATCH.rows[str(instance.pk)] = _nest_of(instance.district_id)
    elif isinstance(instance, District):
        WATCH.addresses[instance.slug] = _nest_of(instance.pk)
    elif isinstance(instance, Membership):
        _AT_HOME.clear()


def _note_who_leaves(**_more: Any) -> None:
    _AT_HOME.clear()


@cache
def _nest_of(district: UUID) -> Nest:
    return Nest(district)


def _noting_rows(create: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
    def noting(rows: Any, *args: Any, **kwargs: Any) -> list[Any]:
        made = create(rows, *args, **kwargs)
        for row in made:
            _note_row(row)
        return made

    return noting


def _read_mails(send: Callable[..., int]) -> Callable[..., int]:
    def reading(mail: EmailMessage, fail_silently: bool = False) -> int:
        others = [content for content, _kind in getattr(mail, "alternatives", [])]
        words = " ".join([mail.subject, str(mail.body), *map(str, others)])
        WATCH.look("mails", words, _belongs_to(mail.to))
        return send(mail, fail_silently)

    return reading


def _belongs_to(addresses: list[str]) -> Callable[[Nest], bool]:
    def belongs(nest: Nest) -> bool:
        places = Membership.objects.filter(user__email__in=addresses, district=nest.district)
        invited = Invitation.objects.filter(email__in=addresses, district=nest.district)
        return places.exists() or invited.exists()

    return belongs


def _read_logs(call: Callable[..., None]) -> Callable[..., None]:
    def reading(logger: logging.Logger, record: logging.LogRecord) -> None:
        if record.levelno >= logging.INFO:
            WATCH.look("logs", record.getMessage(), _nowhere)
        call(logger, record)

    return reading


def _read_message(body: Any = None, **_more: Any) -> None:
    """Ids alone travel to workers."""
    WATCH.look("messages", str(body), _nowhere)


def _read_redis() -> None:
    client = caches["limits"]._cache.get_client()  # type: ignore[attr-defined]
    for key in client.scan_iter(count=1000):
        WATCH.look("Redis", f"{key!r} {_value(client, key)!r}", _nowhere)


def _value(client: Any, key: bytes) -> Any:
    kind = client.type(key)
    if kind == b"list":
        return client.lrange(key, 0, -1)
    if kind == b"hash":
        return client.hgetall(key)
    if kind == b"set":
        return client.smembers(key)
    if kind == b"zset":
        return client.zrange(key, 0, -1)
    return client.get(key)


def _of_one(words: str) -> Belongs:
    """A stretch of a page is one district's."""
    said = words.lower()
    nests = [nest for word, its in WATCH.words.items() if word in said for nest in its]
    alone = len({nest.district for nest in nests}) == 1
    return lambda _nest: alone


def _nowhere(_nest: Nest) -> bool:
    return False
