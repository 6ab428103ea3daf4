"""The folders of the services: writable, large enough, used by one runner at a time."""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from config.services.accounts import Account, may
from config.services.errors import ServiceError

# Where root keeps the data of a home that the servers' account cannot enter.
_REACHABLE = Path("/var/lib/ninefold-demo")
_THROWAWAY = "ninefold-throwaway-"
_LOCK = "running.lock"
_ENOUGH = 400 * 1024 * 1024
_AN_HOUR = 3600.0


class Hold:
    """A folder in use by this process. The kernel lets go of it when the process ends."""

    def __init__(self, folder: Path, use: str) -> None:
        """Take hold of the folder; `use` is what others are told meanwhile.

        Raises:
            ServiceError: when somebody holds it.
        """
        self._file = (folder / _LOCK).open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            told = self._file.read().strip()
            self._file.close()
            raise ServiceError(f"{folder} is in use: {told}.") from None
        self._file.truncate(0)
        self._file.write(use)
        self._file.flush()

    def release(self) -> None:
        """Let go. Twice changes nothing."""
        self._file.close()


def make_home(home: Path) -> Path:
    """Make the folder when it is not there, and check that it can be used; its absolute path.

    Raises:
        ServiceError: when it cannot be written, or the disk is too full.
    """
    home = home.absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError as refused:
        raise ServiceError(f"The folder {home} cannot be written: {refused.strerror}.") from None
    free = shutil.disk_usage(home).free
    if free < _ENOUGH:
        raise ServiceError(
            f"Not enough disk for {home}: {_ENOUGH >> 20} MB are needed and {free >> 20} are free."
        )
    return home


def service_folder(home: Path, name: str, account: Account | None) -> Path:
    """The folder of one service in a home, made when needed, that its account can work in.

    A home that the account cannot enter gets a link to a folder that it can.
    """
    link = home / name
    if account is None:
        link.mkdir(exist_ok=True)
        return link
    if not link.is_symlink() and may(account, "x", home):
        link.mkdir(exist_ok=True)
        _own(link, account)
        return link
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    place = _REACHABLE / mark / name
    if not link.is_symlink():
        # The home was deleted, and with it the wish to keep its data.
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    for parent in (_REACHABLE, place.parent):
        parent.chmod(0o755)
    _own(place, account)
    if not link.is_symlink():
        link.symlink_to(place)
    return place


def discard(folder: Path) -> None:
    """Remove what a throwaway server kept outside its home; who gave the home removes the rest."""
    if _REACHABLE not in folder.parents:
        return
    shutil.rmtree(folder, ignore_errors=True)
    if {path.name for path in folder.parent.iterdir()} <= {"programs"}:
        shutil.rmtree(folder.parent, ignore_errors=True)


def throwaway_home() -> tuple[Path, Hold]:
    """A fresh folder for one run, held by it. Those of dead runs are swept first."""
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=_THROWAWAY))
    home.chmod(0o755)
    return home, Hold(home, f"process {os.getpid()}")


def write_privately(file: Path, text: str) -> Path:
    """Write a secret for nobody but us to read; the file."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    return file


def _own(folder: Path, account: Account) -> None:
    os.chown(folder, account.uid, account.gid)


def _sweep() -> None:
    """Remove what runs that were killed have left. A folder that is held is alive."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_THROWAWAY}*"):
        with suppress(OSError, ServiceError):
            if _is_stale(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_stale(folder: Path) -> bool:
    """A folder without a lock is being made just now, or was left a while ago."""
    state = folder.lstat()
    if state.st_uid != os.geteuid():
        return False
    if not (folder / _LOCK).exists():
        return time.time() - state.st_mtime > _AN_HOUR
    Hold(folder, "a sweep").release()
    return True
