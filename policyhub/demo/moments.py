"""Times in a process file: absolute, or counted from the day on which the file is loaded."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1900, 2199
_FROM_LOAD = re.compile(r"load(?P<days>[+-]\d{1,4})d(?:\s+(?P<clock>\d{1,2}:\d{2}))?")


class MomentRefused(ValueError):
    """The text names no time; the message says how to write one."""

    def __init__(self, written: str) -> None:
        super().__init__(
            f"{written!r} is no time. Write 2026-06-16 13:00, or load-14d 13:00 for fourteen days before loading."
        )


def moment_of(written: str, *, load: datetime, zone: str) -> datetime:
    """The aware time that a file means: `2026-06-16 13:00` or `load-14d 13:00`, in the process's zone."""
    try:
        found = _read(written.strip(), load.astimezone(ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise MomentRefused(written) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise MomentRefused(written)
    return found


def _read(written: str, load: datetime) -> datetime:
    counted = _FROM_LOAD.fullmatch(written)
    if counted is None:
        absolute = datetime.fromisoformat(written)
        return absolute if absolute.tzinfo else absolute.replace(tzinfo=load.tzinfo)
    day = load.date() + timedelta(days=int(counted["days"]))
    clock = time.fromisoformat(counted["clock"].zfill(5)) if counted["clock"] else time()
    return datetime.combine(day, clock, load.tzinfo)
