"""The real stack on this worker's database: for journeys in a browser and for tests of workers.

Each of these stops what it started, and shows the log when the test fails meanwhile.
"""

import os
import shutil
import signal
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.services import RedisServer, ports, start_redis, throwaway_home
from config.services.ports import LOOPBACK, free_port
from config.services.processes import POLITE, Child, StopPlan, children_of, launch

ROOT = Path(__file__).resolve().parent.parent
# A machine on which everything runs at once takes half a minute to import Django.
_START_SECONDS = 90.0
# A worker that stops politely finishes its task first, however long that takes.
_AT_ONCE: StopPlan = ((signal.SIGQUIT, 5), (signal.SIGKILL, 5))


@dataclass
class Worker:
    """A running Celery worker."""

    child: Child

    @property
    def pid(self) -> int:
        """The main process: it takes tasks from the queue."""
        return self.child.pid

    @property
    def child_pids(self) -> list[int]:
        """The processes that run the tasks."""
        return children_of(self.pid)

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self.child.log.read_text()


@dataclass
class OwnRedis:
    """A Redis of one test's own, which may stop it and start it again."""

    home: Path
    _server: RedisServer = field(repr=False)

    @property
    def url(self) -> str:
        """Its address, the same after every start."""
        return self._server.url

    @property
    def pid(self) -> int:
        """Its process: SIGSTOP freezes it, SIGCONT wakes it."""
        return self._server.child.pid

    def stop(self) -> None:
        """End it; what it held is gone. Twice changes nothing."""
        self._server.stop()

    def start(self) -> None:
        """Start it again, on the same port with the same password."""
        address = self._server
        self._server = start_redis(
            self.home, throwaway=True, port=address.port, password=address.password
        )


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until it is so; fail when it is not in time."""
    if not ports.wait_until(condition, seconds, every=0.05):
        raise AssertionError(f"This did not come true within {seconds} seconds.")


@contextmanager
def web_server(
    environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> Iterator[str]:
    """Gunicorn on a free port, or on `port`; the address without a slash at the end."""
    with watched_web_server(environment, port=port) as (address, _child):
        yield address


@contextmanager
def watched_web_server(
    environment: Mapping[str, str] | None = None, *, port: int | None = None
) -> Iterator[tuple[str, Child]]:
    """The same, with its process: what it says is in `child.log`."""
    port = port or free_port()
    address = f"http://{LOOPBACK}:{port}"
    options = ("--bind", f"{LOOPBACK}:{port}", "--threads", "4", "--keep-alive", "75")
    quiet = ("--access-logfile", "-", "--no-control-socket")
    command = ("gunicorn", *options, *quiet, "config.wsgi:application")
    with _running("web", command, environment) as child:
        _wait_for(child, lambda: _answers(address))
        yield address, child


@contextmanager
def celery_worker(
    environment: Mapping[str, str] | None = None, *, concurrency: int = 1
) -> Iterator[Worker]:
    """A worker for every queue, ready to take tasks."""
    options = ("--queues", "rollup,mail,exports,themes,webhooks", "--concurrency", str(concurrency))
    quiet = ("--without-gossip", "--without-mingle", "--loglevel", "INFO")
    command = ("celery", "--app", "config.celery:app", "worker", *options, *quiet)
    with _running("worker", command, environment, plan=_AT_ONCE) as child:
        worker = Worker(child)
        _wait_for(child, lambda: " ready." in worker.log)
        yield worker


@contextmanager
def celery_beat(environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """The clock, ticking as in production."""
    with tempfile.TemporaryDirectory() as folder:
        options = ("--schedule", f"{folder}/schedule", "--pidfile=", "--loglevel", "INFO")
        command = ("celery", "--app", "config.celery:app", "beat", *options)
        with _running("beat", command, environment) as child:
            yield child


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """A Redis apart from the one that all tests share; pass its address on as REDIS_URL."""
    home, hold = throwaway_home()
    redis = OwnRedis(home, start_redis(home, throwaway=True))
    try:
        yield redis
    finally:
        redis.stop()
        hold.release()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(
    name: str,
    command: tuple[str, ...],
    environment: Mapping[str, str] | None,
    *,
    plan: StopPlan = POLITE,
) -> Iterator[Child]:
    with tempfile.TemporaryDirectory(prefix=f"ninefold-{name}-") as folder:
        child = launch(
            name,
            (sys.executable, "-m", *command),
            log=Path(folder) / f"{name}.log",
            environment=_environment(environment),
            plan=plan,
        )
        try:
            yield child
        except BaseException:
            sys.stderr.write(f"\n--- {name} ---\n{child.tail(60)}\n")
            raise
        finally:
            child.stop()


def _environment(changes: Mapping[str, str] | None) -> dict[str, str]:
    """This worker's addresses, as in production without the other roles'."""
    inherited = {name: value for name, value in os.environ.items() if not _is_for_tests(name)}
    module = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": str(ROOT)}
    return inherited | module | dict(changes or {})


def _is_for_tests(name: str) -> bool:
    return name.startswith(("PYTEST_", "NINEFOLD_TEST_", "DATABASE_")) and name != "DATABASE_URL"


def _wait_for(child: Child, condition: Callable[[], bool]) -> None:
    ports.wait_until(lambda: condition() or not child.is_running, _START_SECONDS)
    if not child.is_running:
        raise AssertionError(f"{child.name} has stopped while starting:\n{child.tail(60)}")
    if not condition():
        raise AssertionError(f"{child.name} was not ready in time:\n{child.tail(60)}")


def _answers(address: str) -> bool:
    """Any answer will do: what the page says is the test's affair."""
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    # As behind a proxy that ends TLS: production would send us to HTTPS, where nobody answers.
    asked = urllib.request.Request(f"{address}/health/", headers={"X-Forwarded-Proto": "https"})  # noqa: S310 - our own
    try:
        browser.open(asked, timeout=5).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except OSError:
        return False
    return True
