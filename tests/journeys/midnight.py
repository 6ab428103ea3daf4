"""A time zone in which it is about to be midnight: so a campaign closes while a test looks on."""

import os
import struct
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ZONE = "Test/Midnight"
_NO_DATA_BUT_ONE_KIND = struct.pack(">4s16x6l", b"TZif", 0, 0, 0, 0, 1, 4)


@contextmanager
def zone_where_midnight_is_near(folder: Path, *, seconds: float) -> Iterator[dict[str, str]]:
    """Make `ZONE`, in which it is midnight in so many seconds; what a server needs to know it.

    The file is as RFC 9636 has it: no changes, one offset from UTC.
    """
    now = datetime.now(UTC)
    since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = timedelta(days=1) - timedelta(seconds=seconds) - since_midnight
    if offset >= timedelta(hours=12):
        offset -= timedelta(days=1)
    path = folder / ZONE
    path.parent.mkdir(parents=True)
    kind = struct.pack(">lbb4s", round(offset.total_seconds()), 0, 0, b"MID\0")
    path.write_bytes(_NO_DATA_BUT_ONE_KIND + kind)
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([str(folder), *before])
    zoneinfo.ZoneInfo.clear_cache(only_keys=[ZONE])
    try:
        yield {"PYTHONTZPATH": os.pathsep.join(zoneinfo.TZPATH)}
    finally:
        zoneinfo.reset_tzpath(before)
        zoneinfo.ZoneInfo.clear_cache(only_keys=[ZONE])
