"""Runs a Redis of our own on loopback. It only carries the queue: PostgreSQL holds the truth."""

import os
import secrets
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from config.services.accounts import account_for_servers
from config.services.binaries import redis_program
from config.services.folders import Hold, discard, make_home, service_folder
from config.services.listening import listen
from config.services.ports import LOOPBACK, require_free
from config.services.processes import Child, launch

# Each pytest worker has a number of its own.
DATABASES = 64


@dataclass
class RedisServer:
    """A running Redis: its address, its folder and its process."""

    port: int
    folder: Path
    child: Child
    password: str = field(repr=False)
    _hold: Hold = field(repr=False)
    _throwaway: bool = False

    @property
    def url(self) -> str:
        """The address of its first database."""
        return self.database_url(0)

    def database_url(self, number: int) -> str:
        """The address of one of its databases."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{number}"

    def stop(self) -> None:
        """End the server and let go of its folder. Twice changes nothing."""
        self.child.stop()
        self._hold.release()
        if self._throwaway:
            discard(self.folder)


def start_redis(
    home: Path,
    *,
    throwaway: bool = False,
    port: int | None = None,
    password: str = "",
    logs: Path | None = None,
) -> RedisServer:
    """Start Redis with its snapshot in `home/redis`, or without any when it is throwaway.

    Without `port` a free one is taken, without `password` a random one; the log goes to
    `logs/redis.log` or into `home`.

    Raises:
        ServiceError: when it cannot be had, with the reason in a sentence.
    """
    if port is not None:
        require_free(port, "Redis")
    home = make_home(home)
    account = account_for_servers()
    folder = service_folder(home, "redis", account)
    program = redis_program(account, copies=folder.parent / "programs")
    password = password or secrets.token_urlsafe(24)
    with ExitStack() as undo:
        hold = Hold(folder, f"process {os.getpid()} runs a Redis on it")
        undo.callback(hold.release)
        settings = _settings(folder, password, throwaway=throwaway)
        log = (logs or home) / "redis.log"
        # The settings come on standard input: arguments are everybody's to see.
        child, port = listen(
            lambda number: launch(
                "Redis",
                [program, "-"],
                log=log,
                account=account,
                stdin=f"{settings}\nport {number}\n".encode(),
            ),
            _answers,
            port,
        )
        undo.pop_all()
    return RedisServer(port, folder, child, password, hold, throwaway)


def _settings(folder: Path, password: str, *, throwaway: bool) -> str:
    return f"""
        bind {LOOPBACK}
        requirepass {password}
        dir "{folder}"
        databases {DATABASES}
        save {'""' if throwaway else "60 1"}
        stop-writes-on-bgsave-error no
        maxmemory-policy noeviction
        daemonize no
    """


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            # Without the password it says -NOAUTH, which is an answer too.
            return connection.recv(1) in {b"+", b"-"}
    except OSError:
        return False
