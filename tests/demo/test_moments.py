"""Times in a process file."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyhub.demo.moments import MomentRefused, moment_of

ZONE = "America/New_York"
HERE = ZoneInfo(ZONE)
LOAD = datetime(2026, 6, 16, 2, 30, tzinfo=UTC)  # the evening of 15 June in New York


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-06-16 13:00", datetime(2026, 6, 16, 13, tzinfo=HERE)),
        ("2026-06-16", datetime(2026, 6, 16, tzinfo=HERE)),
        ("2026-06-16T13:00+02:00", datetime(2026, 6, 16, 11, tzinfo=UTC)),
        ("load-14d 13:00", datetime(2026, 6, 1, 13, tzinfo=HERE)),
        ("load+9d 9:05", datetime(2026, 6, 24, 9, 5, tzinfo=HERE)),
        ("load+0d", datetime(2026, 6, 15, tzinfo=HERE)),
    ],
)
def test_a_time_is_read_in_the_zone_of_the_process(written: str, meant: datetime) -> None:
    assert moment_of(written, load=LOAD, zone=ZONE) == meant


@pytest.mark.parametrize(
    "written",
    ["", "soon", "load", "load-14", "load-14d 25:00", "load+99999d", "2026-02-30", "0001-01-01", "9999-12-31", "13:00"],
)
def test_what_is_no_time_is_refused_with_how_to_write_one(written: str) -> None:
    with pytest.raises(MomentRefused) as refusal:
        moment_of(written, load=LOAD, zone=ZONE)
    assert str(refusal.value) == (
        f"{written!r} is no time. Write 2026-06-16 13:00, or load-14d 13:00 for fourteen days before loading."
    )


@given(st.integers(-5000, 5000), st.times())
def test_days_are_counted_in_the_calendar_whatever_the_clock_does(days: int, clock: time) -> None:
    written = f"load{days:+d}d {clock:%H:%M}"
    found = moment_of(written, load=LOAD, zone=ZONE)
    assert (found.date() - LOAD.astimezone(HERE).date(), f"{found:%H:%M}") == (timedelta(days), f"{clock:%H:%M}")
