"""Times in a process file: absolute, or counted from the day on which the file is loaded."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FROM_LOAD = re.compile(r"load(?P<days>[+-]\d{1,4})d(?:\s+(?P<clock>\d{1,2}:\d{2}))?")


class MomentRefused(ValueError):
    """The text names no time; the message says how to write one."""


def moment_of(written: object, *, load: datetime, zone: str) -> datetime:
    """The aware time that a file means: `2026-06-16 13:00` or `load-14d 13:00`, in the process's zone."""
    local = ZoneInfo(zone)
    if isinstance(written, datetime):
        return written if written.tzinfo else written.replace(tzinfo=local)
    if isinstance(written, date):
        return datetime.combine(written, time(), local)
    found = _FROM_LOAD.fullmatch(str(written).strip())
    if found:
        day = load.astimezone(local).date() + timedelta(days=int(found["days"]))
        return datetime.combine(day, _clock(found["clock"]), local)
    try:
        return moment_of(datetime.fromisoformat(str(written)), load=load, zone=zone)
    except ValueError:
        raise MomentRefused(
            f"{written!r} is no time. Write 2026-06-16 13:00, or load-14d 13:00 for fourteen days before loading."
        ) from None


def _clock(written: str | None) -> time:
    return time.fromisoformat(written.zfill(5)) if written else time()
