"""A name that leads elsewhere a moment later: what was found and judged is what is called."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schools.outgoing import Answer, NotAllowed, NotReached, post
from tests.certificates import certificate_for
from tests.name_server import PUBLIC, name_server
from tests.receiver import Receiver, receiver

NAME = "hooks.example.org"
URL = f"https://{NAME}/hook"
INSIDE = (
    *("127.0.0.1", "10.0.0.8", "169.254.169.254", "100.64.0.1", "0.0.0.0"),  # noqa: S104
    *("::1", "::ffff:10.0.0.8", "::ffff:127.0.0.1", "fd00::8", "fe80::1", "64:ff9b::a00:8"),
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for(tmp_path_factory.mktemp("certificate"), NAME)


@pytest.fixture
def there(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """The receiver that the name belongs to."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiver(certificate) as state:
        yield state


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.OUTGOING_LOOPBACK_HOSTS = []


def call() -> Answer:
    return post(URL, body=b"{}", headers={})


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_leads_inside_at_the_second_look_is_looked_up_once(
    there: Receiver, inside: str
) -> None:
    with name_server(NAME, there.port, [PUBLIC[0]], [inside]) as names:
        assert call().status == 200

    assert (names.look_ups, names.called, there.connections) == (1, [PUBLIC[0]], 1)
    assert there.messages[0].headers["host"] == NAME


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_leads_inside_is_not_asked_again_until_it_says_something_else(
    there: Receiver, inside: str
) -> None:
    finds = [inside], [PUBLIC[0]]
    with name_server(NAME, there.port, *finds) as names, pytest.raises(NotAllowed):
        call()

    assert (names.look_ups, names.called, there.connections) == (1, [], 0)


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("is_first", [True, False])
def test_one_way_inside_among_public_ones_closes_them_all(
    there: Receiver, inside: str, *, is_first: bool
) -> None:
    found = [inside, PUBLIC[0]] if is_first else [PUBLIC[0], inside]
    with name_server(NAME, there.port, found) as names, pytest.raises(NotAllowed):
        call()

    assert (names.called, there.connections) == ([], 0)


def test_when_the_first_place_does_not_answer_the_second_is_one_of_the_same_look(
    there: Receiver,
) -> None:
    with name_server(NAME, there.port, [*PUBLIC], ["10.0.0.8"]) as names:
        names.there = 9  # where nobody listens
        with pytest.raises(NotReached, match="connection_failed"):
            call()

    assert (names.look_ups, names.called) == (1, [*PUBLIC])


def test_whom_the_name_leads_to_must_have_its_certificate(tmp_path: Path, there: Receiver) -> None:
    elsewhere = certificate_for(tmp_path, "elsewhere.example.org")
    with receiver(elsewhere) as other, name_server(NAME, other.port, [PUBLIC[0]]):
        with pytest.raises(NotReached, match="tls_failed"):
            call()

        assert other.messages == []
