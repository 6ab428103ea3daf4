"""Runs a PostgreSQL of our own on loopback, with the roles that production has."""

import os
import signal
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from config.services.accounts import account_for_servers
from config.services.binaries import PostgresPrograms, postgres_programs
from config.services.errors import ServiceError
from config.services.folders import Hold, discard, make_home, service_folder
from config.services.listening import listen
from config.services.ports import LOOPBACK, require_free
from config.services.postgres_data import Passwords, make_data, passwords_beside
from config.services.processes import Child, StopPlan, launch

DATABASE = "ninefold"
_ROLES = Path(__file__).with_name("roles.sql")

# SIGINT ends sessions and writes a checkpoint; SIGTERM would wait for clients to leave.
_KEEP: StopPlan = ((signal.SIGINT, 15), (signal.SIGQUIT, 5), (signal.SIGKILL, 5))
_DISCARD: StopPlan = ((signal.SIGQUIT, 5), (signal.SIGKILL, 5))

_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass
class PostgresServer:
    """A running PostgreSQL: its addresses, its folder, its programs and its process."""

    port: int
    folder: Path
    programs: PostgresPrograms
    child: Child
    _passwords: Passwords = field(repr=False)
    _hold: Hold = field(repr=False)
    _throwaway: bool = False

    @property
    def app_url(self) -> str:
        """For pages, API, workers and tests: bound by row-level security."""
        return self._url("ninefold_app", self._passwords.app)

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self._url("ninefold_owner", self._passwords.owner)

    @property
    def backup_url(self) -> str:
        """For pg_dump and data migrations: not bound by row-level security."""
        return self._url("ninefold_backup", self._passwords.backup)

    @property
    def superuser_url(self) -> str:
        """For making databases and roles; nothing else needs it."""
        return self._url("postgres", self._passwords.superuser)

    def stop(self) -> None:
        """End the server and let go of its folder. Twice changes nothing."""
        self.child.stop()
        self._hold.release()
        if self._throwaway:
            discard(self.folder)

    def _url(self, role: str, password: str) -> str:
        return f"postgres://{role}:{password}@{LOOPBACK}:{self.port}/{DATABASE}"


def start_postgres(
    home: Path, *, throwaway: bool = False, port: int | None = None, logs: Path | None = None
) -> PostgresServer:
    """Start PostgreSQL on the data in `home/postgres`, made when there are none.

    Starting again keeps the data and the passwords. A throwaway server trades safety for speed.
    Without `port` a free one is taken; the log goes to `logs/postgres.log` or into `home`.

    Raises:
        ServiceError: when it cannot be had, with the reason in a sentence.
    """
    if port is not None:
        require_free(port, "PostgreSQL")
    home = make_home(home)
    account = account_for_servers()
    folder = service_folder(home, "postgres", account)
    programs = postgres_programs(account, copies=folder.parent / "programs")
    with ExitStack() as undo:
        hold = Hold(folder, f"process {os.getpid()} runs a PostgreSQL on it")
        undo.callback(hold.release)
        passwords = passwords_beside(folder)
        data = make_data(folder, programs, account, passwords.superuser)
        command = _command(programs, data, throwaway=throwaway)
        log = (logs or home) / "postgres.log"
        plan = _DISCARD if throwaway else _KEEP
        child, port = listen(
            lambda number: launch(
                "PostgreSQL", [*command, "-p", str(number)], log=log, account=account, plan=plan
            ),
            lambda _number: _is_ready(data),
            port,
        )
        undo.callback(child.stop)
        server = PostgresServer(port, folder, programs, child, passwords, hold, throwaway)
        _make_roles(server, passwords)
        undo.pop_all()
    return server


def _command(programs: PostgresPrograms, data: Path, *, throwaway: bool) -> list[str | Path]:
    settings = _SETTINGS | (_CARELESS if throwaway else {})
    if programs.has_library("pg_stat_statements"):
        settings["shared_preload_libraries"] = "pg_stat_statements"
    options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
    return [programs.folder / "postgres", "-D", data, *options]


def _is_ready(data: Path) -> bool:
    try:
        return (data / "postmaster.pid").read_text().rstrip().endswith("ready")
    except OSError:
        return False


def _make_roles(server: PostgresServer, passwords: Passwords) -> None:
    """Run roles.sql. The passwords travel in the environment: arguments are everybody's to see."""
    made = subprocess.run(
        [
            *(server.programs.folder / "psql", "--no-psqlrc", "--quiet", "--file", _ROLES),
            *("--host", LOOPBACK, "--port", str(server.port)),
            *("--username", "postgres", "--dbname", "postgres"),
        ],
        env={
            "PATH": os.defpath,
            "PGPASSWORD": passwords.superuser,
            "PGOPTIONS": "-c client_min_messages=warning",
            "NINEFOLD_DATABASE": DATABASE,
            "NINEFOLD_OWNER_PASSWORD": passwords.owner,
            "NINEFOLD_APP_PASSWORD": passwords.app,
            "NINEFOLD_BACKUP_PASSWORD": passwords.backup,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise ServiceError(f"The database roles could not be made:\n{made.stderr.strip()}")
