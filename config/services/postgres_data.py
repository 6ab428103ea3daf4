"""The data folder of a PostgreSQL: made once, with a password that is kept beside it."""

import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from config.services.accounts import Account, run_as
from config.services.binaries import PostgresPrograms
from config.services.errors import ServiceError
from config.services.folders import write_privately
from config.services.ports import wait_until
from config.services.processes import is_alive

# initdb learned to sort and compare text the same way on every machine in version 17.
_BUILTIN_LOCALE = 17
_LET_GO_SECONDS = 15.0


@dataclass(frozen=True)
class Passwords:
    """One for each role."""

    superuser: str
    owner: str
    app: str
    backup: str


def passwords_beside(folder: Path) -> Passwords:
    """The passwords of the data in this folder; random ones, kept from now on, when it is new.

    They need no quoting in an address.
    """
    file = folder / "passwords.json"
    if not (folder / "data").exists():
        fresh = Passwords(*(secrets.token_urlsafe(24) for _ in range(4)))
        write_privately(file, json.dumps(asdict(fresh)))
    try:
        return Passwords(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        raise ServiceError(
            f"The passwords of the data in {folder} are lost: move it away to start afresh."
        ) from None


def make_data(
    folder: Path, programs: PostgresPrograms, account: Account | None, password: str
) -> Path:
    """The data folder, made by initdb when there is none and free to be served.

    Raises:
        ServiceError: when it was made by another major version or user, or is being served.
    """
    data = folder / "data"
    if data.exists():
        _check_owner(data, account)
        _check_version(data, programs)
        _check_unserved(data)
    else:
        _initdb(data, programs, account, password)
    return data


def _check_owner(data: Path, account: Account | None) -> None:
    owner = data.stat().st_uid
    if owner != (account.uid if account else os.geteuid()):
        raise ServiceError(
            f"The data in {data} belong to the user {_user_name(owner)}: run as that user,"
            " or choose another folder by DEMO_HOME."
        )


def _check_version(data: Path, programs: PostgresPrograms) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        raise ServiceError(
            f"The data in {data} were made by PostgreSQL {made_by}, and this is"
            f" {programs.version}: move them away, or choose another folder by DEMO_HOME."
        )


def _check_unserved(data: Path) -> None:
    """A server whose runner was killed needs a moment to close the data."""
    file = data / "postmaster.pid"
    with suppress(FileNotFoundError, ValueError):
        pid = int(file.read_text().split()[0])
        if not wait_until(lambda: not _is_postgres(pid) or not file.exists(), _LET_GO_SECONDS):
            raise ServiceError(f"A PostgreSQL is already running on {data} (process {pid}).")
        # PostgreSQL itself takes a dead server that nobody has reaped for a living one.
        file.unlink()


def _is_postgres(pid: int) -> bool:
    if not is_alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return True


def _initdb(data: Path, programs: PostgresPrograms, account: Account | None, password: str) -> None:
    """Make the data aside and move them in place, so that there are whole ones or none."""
    unfinished = data.with_name("data.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with _password_file(data.parent, account, password) as password_file:
        made = subprocess.run(
            [
                *(programs.folder / "initdb", "--pgdata", unfinished),
                *("--username", "postgres", "--auth", "scram-sha-256", "--pwfile", password_file),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
                *(["--locale-provider", "builtin"] if programs.major >= _BUILTIN_LOCALE else []),
            ],
            capture_output=True,
            text=True,
            check=False,
            **run_as(account),
        )
    if made.returncode:
        raise ServiceError(f"PostgreSQL could not make its data in {data}:\n{made.stderr.strip()}")
    unfinished.rename(data)


@contextmanager
def _password_file(folder: Path, account: Account | None, password: str) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix="initdb-") as file:
        file.write(password)
        file.flush()
        if account:
            os.chown(file.name, account.uid, account.gid)
        yield Path(file.name)


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
