"""The one command: a throwaway PostgreSQL, migrated by its owner, measured by the app role."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it only

from config.services import ServiceError, start_postgres, throwaway_home  # noqa: E402


def main(arguments: list[str]) -> int:
    """Measure, with the arguments of `manage.py measure`; its exit status."""
    with ExitStack() as services:
        home, hold = throwaway_home()
        services.callback(shutil.rmtree, home, ignore_errors=True)
        services.callback(hold.release)
        postgres = start_postgres(home, throwaway=True)
        services.callback(postgres.stop)
        migrated = _manage(postgres.owner_url, "migrate", "--no-input", "--verbosity", "0")
        if migrated:
            return migrated
        # Only for laying the rows out: COPY is refused where row-level security binds.
        loader = {"BENCHMARKS_LOADER_URL": postgres.superuser_url}
        return _manage(postgres.app_url, "measure", *arguments, **loader)


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


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServiceError as refused:
        sys.exit(str(refused))
