"""The services that the demo and the tests bring along, with the real programs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from config.services import ServiceError, binaries, start_postgres, start_redis, throwaway_home
from config.services.folders import Hold
from config.services.processes import is_alive, launch
from tests.running import ROOT, wait_until


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the servers' account can enter, as pytest's own would not be for root."""
    folder = Path(tempfile.mkdtemp(prefix="ninefold-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_starting_again_keeps_the_data_and_what_migrations_took_away(home: Path) -> None:
    first = start_postgres(home)
    with psycopg.connect(first.owner_url) as owner:
        owner.execute("CREATE TABLE audit (entry text)")
        owner.execute("INSERT INTO audit VALUES ('kept')")
        owner.execute("REVOKE UPDATE, DELETE ON audit FROM ninefold_app")
    first.stop()

    second = start_postgres(home)
    with psycopg.connect(second.app_url) as app:
        kept = app.execute("SELECT entry FROM audit").fetchall()
        with pytest.raises(InsufficientPrivilege):
            app.execute("DELETE FROM audit")
    second.stop()

    assert kept == [("kept",)]


def test_the_services_end_when_their_starter_is_killed(home: Path) -> None:
    program = (
        "import pathlib, time; from config.services import start_postgres, start_redis;"
        f"home = pathlib.Path({str(home)!r});"
        "servers = start_postgres(home), start_redis(home);"
        "print(*(server.child.pid for server in servers), flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        pids = [int(pid) for pid in starter.stdout.readline().split()]
        alive_before = [is_alive(pid) for pid in pids]
        starter.kill()

    assert alive_before == [True, True]
    wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_data_whose_starter_was_killed_can_be_served_at_once(home: Path) -> None:
    program = (
        "import os, pathlib; from config.services import start_postgres;"
        f"start_postgres(pathlib.Path({str(home)!r})); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    server = start_postgres(home)
    server.stop()


def test_a_child_that_would_end_with_a_thread_is_not_started(home: Path) -> None:
    refused: list[Exception] = []

    def start() -> None:
        try:
            launch("sleep", ["sleep", "60"], log=home / "sleep.log")
        except RuntimeError as refusal:
            refused.append(refusal)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert "main thread" in str(refused)


@pytest.mark.parametrize("start", [start_postgres, start_redis])
def test_a_taken_port_is_said_plainly(
    start: Callable[..., object], home: Path, taken_port: int
) -> None:
    with pytest.raises(ServiceError, match=f"^Port {taken_port} is taken by another program"):
        start(home, port=taken_port)


def test_the_demo_says_which_port_to_take_instead_and_starts_nothing(
    home: Path, taken_port: int
) -> None:
    demo = subprocess.run(
        [sys.executable, "-m", "config.demo"],
        cwd=ROOT,
        env=os.environ | {"PORT": str(taken_port), "DEMO_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (demo.returncode, demo.stdout) == (1, "")
    assert f"Choose another: PORT={taken_port + 1} make demo" in demo.stderr
    assert not (home / "postgres").exists()


def test_a_home_that_is_being_served_is_refused(home: Path) -> None:
    server = start_postgres(home, throwaway=True)

    with pytest.raises(ServiceError, match=f"is in use: process {os.getpid()} runs a "):
        start_postgres(home)
    server.stop()


def test_data_of_another_major_version_are_refused(home: Path) -> None:
    start_postgres(home, throwaway=True).stop()
    (home / "postgres" / "data" / "PG_VERSION").write_text("9\n")

    with pytest.raises(ServiceError, match="were made by PostgreSQL 9, and this is"):
        start_postgres(home)


def test_a_home_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(ServiceError, match=r"^The folder /proc/ninefold cannot be written"):
        start_redis(Path("/proc/ninefold"))


def test_a_full_disk_is_said_plainly(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly_full = shutil.disk_usage(home)._replace(free=5 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: nearly_full)

    with pytest.raises(ServiceError, match=r"^Not enough disk for .*: 400 MB are needed and 5 are"):
        start_postgres(home)


def test_a_machine_without_the_programs_is_told_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "find_spec", lambda _name: None)
    monkeypatch.setattr(binaries, "_DEBIAN", home)
    monkeypatch.setenv("PATH", str(home))

    with pytest.raises(ServiceError, match=r"^No PostgreSQL was found: .* or set DATABASE_URL\.$"):
        binaries.postgres_programs()
    with pytest.raises(ServiceError, match=r"^No Redis was found: .* or set REDIS_URL\.$"):
        binaries.redis_program()


def test_a_redis_keeps_its_address_when_it_is_started_again(home: Path) -> None:
    first = start_redis(home, throwaway=True)
    first.stop()

    second = start_redis(home, throwaway=True, port=first.port, password=first.password)
    second.stop()

    assert second.url == first.url


def test_leftovers_of_dead_runs_are_swept_and_those_of_living_ones_kept() -> None:
    living, hold = throwaway_home()
    dead, dead_hold = throwaway_home()
    dead_hold.release()

    latest, latest_hold = throwaway_home()

    assert (living.exists(), dead.exists()) == (True, False)
    for folder, held in ((living, hold), (latest, latest_hold)):
        held.release()
        shutil.rmtree(folder)


def test_the_kernel_lets_go_of_a_killed_runs_folder(home: Path) -> None:
    program = (
        "import os, pathlib; from config.services.folders import Hold;"
        f"held = Hold(pathlib.Path({str(home)!r}), 'a killed run'); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    Hold(home, "the next run").release()
    assert killed.returncode == -signal.SIGKILL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to an account that can be kept out")
def test_a_home_that_the_servers_account_cannot_enter_gets_a_place_that_it_can(
    tmp_path: Path,
) -> None:
    tmp_path.chmod(0o700)

    server = start_postgres(tmp_path, throwaway=True)
    place = (tmp_path / "postgres").resolve()
    made = (place / "data" / "PG_VERSION").exists()
    server.stop()

    assert made
    assert tmp_path not in place.parents
    assert not place.parent.exists()
