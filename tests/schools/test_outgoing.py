"""The one way out: what may be called, and that nothing lasts longer than it may."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schools.outgoing import (
    KEPT_BYTES,
    NotAllowed,
    NotReached,
    ask,
    is_public,
    post,
    read_address,
)
from tests.certificates import certificate_for
from tests.receiver import OK, Receiver, receiver, status

SECONDS = 0.4
PRIVATE_SPELLINGS = (
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://0177.0.0.01/",
    "https://127.1/",
    "https://127.0.0.1./",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.8/",
    "https://172.16.3.4/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://0xa9fea9fe/",
    "https://100.64.0.1/",
    "https://198.18.0.1/",
    "https://192.0.2.7/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://192.88.99.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[ff02::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[2001:db8::1]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://ninefold/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://\u2460\u2461\u2466.0.0.1/",
)
NO_ADDRESSES = (
    "http://example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "//example.org/",
    "example.org",
    "",
    "https://",
    "https:///path",
    "https://user@example.org/",
    "https://user:word@example.org/",
    "https://@example.org/",
    "https://example.org@127.0.0.1/",
    "https://example.org:22/",
    "https://example.org:6379/",
    "https://example.org:99999/",
    "https://example.org:0/",
    "https://example.org:x/",
    "https://exam ple.org/",
    "https://example.org\\@127.0.0.1/",
    "https://example.org/\r\nHost: inside/",
    "https://example.org/\x00",
    "https://example..org/",
    "https://[::1/",
    "https://[::1%25eth0]/",
    "https://exa_mple.org/",
    "https://example.org%2f@127.0.0.1/",
    "https://example.org/" + 500 * "a",
)


@pytest.fixture
def short(settings: Any) -> None:
    settings.OUTGOING_SECONDS = SECONDS


@pytest.fixture(autouse=True)
def _on_loopback(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = ["127.0.0.1", "localhost"]


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as state:
        yield state


def call(url: str) -> Any:
    return post(url, body=b"{}", headers={"Content-Type": "application/json"})


def reason(url: str) -> str:
    with pytest.raises(NotReached) as failure:
        call(url)
    return failure.value.code


@pytest.mark.parametrize("url", PRIVATE_SPELLINGS + NO_ADDRESSES)
def test_what_leads_inside_or_nowhere_is_not_called(url: str, settings: Any) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = []

    with pytest.raises(NotAllowed):
        read_address(url)
    with pytest.raises(NotAllowed):
        call(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://hooks.example.org:8443/in?from=ninefold",
        "https://xn--bcher-kva.example/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
    ],
)
def test_public_addresses_may_be_called(url: str) -> None:
    assert read_address(url).is_secure


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::8.8.8.8", False),
        ("2002:808:808::", False),
        ("fe80::1%eth0", False),
    ],
)
def test_an_address_is_public_or_not_however_it_is_wrapped(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def test_a_host_of_the_tests_must_be_on_loopback(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = ["8.8.8.8"]

    assert reason("http://8.8.8.8/") == "address_not_allowed"


def test_a_port_where_nobody_listens(there: Receiver) -> None:
    assert reason("http://127.0.0.1:9/") == "connection_failed"


def test_the_answer_comes_back(there: Receiver) -> None:
    there.answers = [status(202, "Retry-After: 7", body=b"Thanks")]

    answer = call(f"{there.url}?a=1")

    assert (answer.status, answer.retry_after, answer.body) == (202, "7", b"Thanks")
    (message,) = there.messages
    assert message.head == "POST /hook?a=1 HTTP/1.1"
    assert message.headers["host"] == f"127.0.0.1:{there.port}"
    assert (message.headers["content-type"], message.body) == ("application/json", b"{}")


def test_no_proxy_of_the_environment_is_asked(
    there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert call(there.url).status == 200


def test_a_redirect_is_an_answer_and_nobody_goes_there(there: Receiver) -> None:
    there.answers = [status(307, f"Location: {there.url}/elsewhere")]

    assert call(there.url).status == 307
    assert there.connections == 1


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("answer", [5.0, "drip"])
def test_who_hangs_or_drips_has_its_time_and_no_more(there: Receiver, answer: Any) -> None:
    there.answers, began = [answer], time.monotonic()

    assert reason(there.url) == "timed_out"
    assert SECONDS * 0.9 < time.monotonic() - began < SECONDS + 1


def test_who_breaks_off(there: Receiver) -> None:
    there.answers = ["reset"]

    assert reason(there.url) == "connection_failed"


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00\xff\r\n\r\n"]
)
def test_who_speaks_something_else(there: Receiver, answer: bytes) -> None:
    there.answers = [answer]

    assert reason(there.url) == "not_understood"


def test_an_endless_head_ends(there: Receiver) -> None:
    there.answers = [b"HTTP/1.1 200 OK\r\n" + b"X-More: and more\r\n" * 100_000]

    assert reason(there.url) == "not_understood"


def test_an_endless_body_is_not_read_to_its_end(there: Receiver) -> None:
    there.answers, began = ["flood"], time.monotonic()

    answer = call(there.url)

    assert (answer.status, len(answer.body)) == (200, KEPT_BYTES)
    assert time.monotonic() - began < 4


def test_a_body_that_never_comes_does_not_undo_the_answer(there: Receiver) -> None:
    there.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"]

    answer = call(there.url)

    assert (answer.status, answer.body) == (200, b"short")


def test_what_is_asked_for_comes_whole(there: Receiver) -> None:
    there.answers = [status(200, body=b"x" * 9_000)]

    answer = ask(there.url, body=b"{}", headers={})

    assert answer.body == b"x" * 9_000


@pytest.mark.parametrize(
    "broken",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
        status(200, body=b"x" * 70_000),
        "flood",
    ],
    ids=["breaks off", "too long", "endless"],
)
def test_what_does_not_come_whole_is_no_answer(there: Receiver, broken: Any) -> None:
    there.answers = [broken]

    with pytest.raises(NotReached) as failure:
        ask(there.url, body=b"{}", headers={})
    assert failure.value.code == "not_understood"


def test_by_tls_the_name_must_be_the_certificate_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = (certificate_for(tmp_path, name) for name in ("localhost", "example.org"))
    monkeypatch.setenv("SSL_CERT_FILE", str(right))
    assert ssl.get_default_verify_paths().cafile == str(right)

    with receiver(right) as known, receiver(wrong) as unknown:
        assert call(known.url).status == 200
        assert reason(unknown.url) == "tls_failed"
        assert unknown.messages == []


@pytest.mark.usefixtures("short")
def test_by_tls_who_hangs_has_its_time_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiver(certificate) as there:
        there.answers, began = ["drip"], time.monotonic()

        assert reason(there.url) == "timed_out"
        assert time.monotonic() - began < SECONDS + 1


@pytest.mark.usefixtures("short")
def test_plain_talk_at_a_secure_address_is_no_connection(there: Receiver) -> None:
    there.answers = [OK]

    assert reason(there.url.replace("http://127.0.0.1", "https://localhost")) in {
        "tls_failed",
        "timed_out",
        "connection_failed",
    }
