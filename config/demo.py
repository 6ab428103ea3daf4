"""`make demo`: the whole product on this machine, with districts to look at, in one command.

Running it again keeps the data, which live in DEMO_HOME (`.demo`) beside the logs.
"""

import hashlib
import os
import secrets
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from config.services import ServiceError, start_postgres, start_redis
from config.services.folders import Hold, make_home, write_privately
from config.services.group import Group
from config.services.ports import LOOPBACK, require_free
from config.services.processes import Child

BASE = Path(__file__).resolve().parent.parent
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 120.0
HIGHEST_PORT = 65_535
_BEGAN = time.time()
_WORKER_OPTIONS = (
    *(
        "worker",
        "--concurrency",
        "2",
        "--queues",
        "rollup,mail,exports,themes,webhooks",
        "--loglevel",
        "INFO",
    ),
    # With one worker there is nobody to gossip with, and mingling waits a second for answers.
    *("--without-gossip", "--without-mingle"),
)


def main() -> int:
    """Run until Ctrl-C, or until a part of the demo ends; the exit status."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        Demo(reload="--reload" in sys.argv[1:]).run()
    except KeyboardInterrupt:
        print("\nNinefold has stopped. `make demo` brings it back with its data.")
    except ServiceError as refused:
        print(f"\n{refused}", file=sys.stderr)
        return 1
    return 0


class Demo:
    """One run of the demo, as the environment asks for it: PORT, DEMO_HOME and service addresses.

    Raises:
        ServiceError: whenever it cannot go on, with the reason for the person at the terminal.
    """

    def __init__(self, *, reload: bool) -> None:
        self._home = make_home(Path(os.environ.get("DEMO_HOME") or BASE / ".demo"))
        self._logs = self._home / "logs"
        self._mails = self._home / "mails"
        self._port = _port()
        self._address = f"http://{LOOPBACK}:{self._port}/"
        self._reload = reload
        self._group = Group()
        self._environment = dict(os.environ)
        self._migrated: Path | None = None

    def run(self) -> None:
        """Start everything, say where it is, and wait."""
        with ExitStack() as at_the_end:
            hold = Hold(self._home, f"a demo runs at {self._address} (process {os.getpid()})")
            at_the_end.callback(hold.release)
            self._require_port()
            os.chdir(BASE)
            shutil.rmtree(self._logs, ignore_errors=True)
            self._logs.mkdir()
            self._start_services(at_the_end)
            at_the_end.callback(self._group.stop)
            at_the_end.callback(_ignore_signals)
            self._migrate()
            self._serve()
            while True:
                self._group.check()
                time.sleep(0.5)

    def _require_port(self) -> None:
        try:
            require_free(self._port, "the demo")
        except ServiceError as taken:
            raise ServiceError(f"{taken} Choose another: PORT={self._port + 1} make demo") from None

    def _start_services(self, at_the_end: ExitStack) -> None:
        """PostgreSQL and Redis of our own, unless the environment names others."""
        environment = self._environment
        environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        environment.setdefault("ALLOWED_HOSTS", f"{LOOPBACK},localhost")
        environment["SECRET_KEY"] = _secret_key(self._home / "secret_key")
        environment.setdefault("PUBLIC_URL", self._address)
        environment.setdefault("MEDIA_ROOT", str(self._home / "files"))
        environment.setdefault("EMAIL_URL", f"filemail:///{quote(str(self._mails))}")
        if not environment.get("DATABASE_URL"):
            _say("Starting PostgreSQL …")
            postgres = start_postgres(self._home, logs=self._logs)
            at_the_end.callback(postgres.stop)
            self._group.watch(postgres.child)
            self._migrated = postgres.folder / "migrated"
            environment["DATABASE_URL"] = postgres.app_url
            environment["DATABASE_OWNER_URL"] = postgres.owner_url
        if not environment.get("REDIS_URL"):
            redis = start_redis(self._home, logs=self._logs)
            at_the_end.callback(redis.stop)
            self._group.watch(redis.child)
            environment["REDIS_URL"] = redis.url
        at_the_end.callback(self._tell_environment().unlink)

    def _tell_environment(self) -> Path:
        """Leave the addresses to whoever wants `manage.py` on the running demo.

        `set -a; . .demo/environment; set +a` puts them into a shell.
        """
        django = ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "MEDIA_ROOT")
        told = (*django, "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        lines = [f"{name}={self._environment.get(name, '')}" for name in told]
        return write_privately(self._home / "environment", "\n".join(lines))

    def _migrate(self) -> None:
        """Bring the tables up to date, as their owner.

        Django needs a second to say that nothing is to be done; the files say it at once.
        """
        wanted = _fingerprint()
        done = self._migrated
        if done and done.exists() and done.read_text() == wanted:
            return
        _say("Making the tables …")
        migration = self._start("migrate", "manage.py", "migrate", "--no-input", as_owner=True)
        self._group.finish(migration, seconds=_PATIENCE)
        if done:
            done.write_text(wanted)

    def _serve(self) -> None:
        _say("Filling the demo districts; starting the web server, a worker and the beat …")
        told = self._home / "sign-ins.txt"
        told.unlink(missing_ok=True)
        seed = self._start("seed_demo", "manage.py", "seed_demo", output=told)
        self._start("web", "-m", "gunicorn", *self._gunicorn_options(), "config.wsgi:application")
        celery = ("-m", "celery", "--app", "config.celery:app")
        self._start("worker", *celery, *_WORKER_OPTIONS)
        schedule = str(self._home / "beat-schedule")
        self._start("beat", *celery, "beat", "--schedule", schedule, "--pidfile=")
        self._group.finish(seed, seconds=_PATIENCE)
        self._group.wait(self._page_answers, "The first page", seconds=_PATIENCE)
        took = time.time() - _start_of_the_command()
        _say(f"\nNinefold is at {self._address} ({took:.0f} s)\n\n{told.read_text().strip()}\n")
        _say(f"Data and logs are in {self._home}, mails in {self._mails}. Ctrl-C stops everything.")

    def _start(
        self, name: str, *arguments: str, output: Path | None = None, as_owner: bool = False
    ) -> Child:
        environment = dict(self._environment)
        owner_url = environment.pop("DATABASE_OWNER_URL", "")
        if as_owner and owner_url:
            environment["DATABASE_URL"] = owner_url
        return self._group.start(
            name,
            [sys.executable, *arguments],
            log=self._logs / f"{name}.log",
            environment=environment,
            output=output,
        )

    def _gunicorn_options(self) -> list[str]:
        return [
            *("--bind", f"{LOOPBACK}:{self._port}", "--threads", "4", "--keep-alive", "75"),
            *("--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket"),
            *(("--workers", "1", "--reload") if self._reload else ("--workers", "2")),
        ]

    def _page_answers(self) -> bool:
        # No proxy of the environment may stand between us and our own page.
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with browser.open(self._address, timeout=10) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False


def _port() -> int:
    asked = os.environ.get("PORT") or "8000"
    if not (asked.isascii() and asked.isdecimal() and 0 < int(asked) <= HIGHEST_PORT):
        raise ServiceError(f"PORT={asked} is no port: choose a number from 1 to {HIGHEST_PORT}.")
    return int(asked)


def _secret_key(file: Path) -> str:
    """The same at every start, so that nobody is signed out by it."""
    if not file.exists():
        write_privately(file, secrets.token_urlsafe(64))
    return file.read_text()


def _fingerprint() -> str:
    """Changes whenever a migration may have come: ours, a dependency's or an app's."""
    ours = sorted(str(path.relative_to(BASE)) for path in BASE.glob("*/migrations/*.py"))
    whole = [BASE / "requirements.lock", *sorted((BASE / "config" / "settings").glob("*.py"))]
    known = "\n".join([*ours, *(path.read_text() for path in whole)])
    return hashlib.sha256(known.encode()).hexdigest()


def _start_of_the_command() -> float:
    """When `make` began, so that installing counts too; else when this process did."""
    try:
        return float(os.environ["DEMO_STARTED"])
    except (KeyError, ValueError):
        return _BEGAN


def _say(words: str) -> None:
    print(words, flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """What stops the demo must not stop the stopping."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
