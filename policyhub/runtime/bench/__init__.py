"""The project's own benchmarks: each beside its peer, interleaved in one run, told as ratios.

Machines drift by a factor of three within an hour; what two things cost in the same minute compares.
"""

from __future__ import annotations

from policyhub.runtime.bench import pages, record, starting
from policyhub.runtime.bench.measuring import Bench, Measured, measure

__all__ = ["BENCHES", "Bench", "Measured", "measure"]

_RECORD = (record.APPENDING, record.TO_THE_LIMIT, record.PROVING, record.HASHING, record.TELLING)
BENCHES: dict[str, Bench] = {bench.name: bench for bench in (pages.BENCH, starting.BENCH, *_RECORD)}
