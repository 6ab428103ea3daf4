"""A deadline day: `.venv/bin/python benchmarks/deadline_day.py [--minutes 10] [--schools 1600]`.

1,600 schools of one district save and submit within ten minutes while forty dashboards are open:
gunicorn, a worker and beat as in production, PostgreSQL that waits for its disk, Redis.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it only

from benchmarks.run import exit_with, with_services  # noqa: E402


def main(arguments: list[str]) -> int:
    """The day, with the arguments of `manage.py deadline_day`; its exit status."""
    return with_services("deadline_day", *arguments, as_in_production=True)


if __name__ == "__main__":
    exit_with(main)
