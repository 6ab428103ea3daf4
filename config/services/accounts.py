"""Whom the servers run as: PostgreSQL refuses to run as root, and Redis has no need to."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from config.services.errors import ServiceError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A system user without privileges."""

    name: str
    uid: int
    gid: int


class Drop(TypedDict, total=False):
    """The arguments by which `subprocess` becomes somebody else."""

    user: int
    group: int
    extra_groups: list[int]
    cwd: str


def account_for_servers() -> Account | None:
    """The account to drop to; None when we are no root and servers run as ourselves.

    Raises:
        ServiceError: as root on a machine that has no such account.
    """
    if os.geteuid() != 0:
        return None
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ServiceError(
        "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody."
    )


def run_as(account: Account | None) -> Drop:
    """How `subprocess` drops to an account; nothing to stay who we are."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": [], "cwd": "/"}


def may(account: Account | None, flag: str, path: Path) -> bool:
    """Whether the account may read ("r"), write ("w") or execute and enter ("x") a path.

    The kernel is asked as that user: modes alone do not tell of closed parents, access lists or
    read-only mounts.
    """
    if account is None:
        return os.access(path, {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}[flag])
    asked = subprocess.run(["test", f"-{flag}", path], check=False, **run_as(account))
    return asked.returncode == 0
