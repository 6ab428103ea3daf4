"""The one command: a throwaway PostgreSQL, migrated by its owner, measured by the app role."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it only

from config.services import (  # noqa: E402
    ServiceError,
    start_postgres,
    start_redis,
    throwaway_home,
)
from config.services.folders import discard  # noqa: E402


def main(arguments: list[str]) -> int:
    """Measure, with the arguments of `manage.py measure`; its exit status."""
    return with_services("measure", *arguments)


def with_services(*command: str, as_in_production: bool = False) -> int:
    """A command of Django's on a fresh, migrated database; its exit status.

    As in production there is a Redis, too, and PostgreSQL waits for its disk.
    """
    with ExitStack() as services:
        home, hold = throwaway_home()
        services.callback(shutil.rmtree, home, ignore_errors=True)
        services.callback(hold.release)
        postgres = start_postgres(home, throwaway=not as_in_production)
        services.callback(discard, postgres.folder)
        services.callback(postgres.stop)
        migrated = _manage(postgres.owner_url, "migrate", "--no-input", "--verbosity", "0")
        if migrated:
            return migrated
        # Only for laying the rows out: COPY is refused where row-level security binds.
        addresses = {"BENCHMARKS_LOADER_URL": postgres.superuser_url}
        if as_in_production:
            redis = start_redis(home, throwaway=True)
            services.callback(redis.stop)
            addresses["REDIS_URL"] = redis.url
        return _manage(postgres.app_url, *command, **addresses)


def _manage(database_url: str, *command: str, **environment: str) -> int:
    """Run a command of Django's with this database; its exit status."""
    inherited = {name: value for name, value in os.environ.items() if name != "LOG_LEVEL"}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=inherited
        | environment
        | {
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "LOG_LEVEL": "ERROR",
        },
        check=False,
    ).returncode


def exit_with(command: Callable[[list[str]], int]) -> None:
    """Run it with the arguments from the terminal; what refuses to start says why."""
    try:
        sys.exit(command(sys.argv[1:]))
    except ServiceError as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    exit_with(main)
