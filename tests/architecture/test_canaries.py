"""The watch over all that is emitted sees a canary wherever it comes out."""

import logging
from collections.abc import Callable
from typing import Final

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from config.celery import app as celery_app
from tests.architecture.callers import Caller
from tests.architecture.two_districts import Side
from tests.canaries import WATCH, read_what_is_kept

SAID: Final = "Now goldfinch1, of all places"


def _log() -> None:
    logging.getLogger("schools").warning("Could not keep %s", SAID)


def _mail() -> None:
    EmailMessage("New", SAID, "us@example.org", ["somebody@example.org"]).send()


def _second_half_of_a_mail() -> None:
    mail = EmailMultiAlternatives("New", "…", "us@example.org", ["somebody@example.org"])
    mail.attach_alternative(SAID, "text/html")
    mail.send()


def _message() -> None:
    celery_app.send_task("assessments.tasks.nothing", [SAID], queue="nowhere")
    with celery_app.connection_for_write() as broker:
        broker.default_channel.client.delete("nowhere")


def _cache() -> None:
    caches["default"].set("page", SAID)
    read_what_is_kept()
    caches["default"].clear()


def _counters() -> None:
    caches["limits"].set("page", SAID, 1)
    read_what_is_kept()
    caches["limits"].delete("page")


def _file() -> None:
    name = default_storage.save("exports/somebody/cells.csv", ContentFile(SAID.encode()))
    read_what_is_kept()
    default_storage.delete(name)


@pytest.mark.parametrize(
    "emit",
    [_log, _mail, _second_half_of_a_mail, _message, _cache, _counters, _file],
    ids=lambda emit: emit.__name__.removeprefix("_"),
)
def test_a_canary_is_seen_in(emit: Callable[[], None], ours: Side) -> None:
    emit()

    assert WATCH.taken() != []


@pytest.mark.parametrize("kind", [HttpResponse, lambda said: StreamingHttpResponse([said])])
def test_a_canary_is_seen_in_an_answer(
    kind: Callable[[str], HttpResponse],
    theirs: Side,
    principals: dict[str, Caller],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("config.views.render", lambda *_args, **_more: kind(SAID))

    principals["their viewer"].ask("GET", reverse("about"))

    assert WATCH.taken() != []


def test_our_own_people_may_read_it(ours: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    client.force_login(ours.desk.people["principal"].user)  # type: ignore[index]
    monkeypatch.setattr("config.views.render", lambda *_args, **_more: HttpResponse(SAID))

    client.get(reverse("about"))

    assert WATCH.taken() == []


def test_the_watch_reads_the_files_that_the_tests_write(ours: Side) -> None:
    assert str(settings.MEDIA_ROOT) in default_storage.path(ours.export.file.name)
