"""10 000 jobs that make nothing, for three workers: do memory, files and threads stay, and how often is written?

python -m tests.benchmarks.bench_soak [jobs]

The stages do nothing; all else is the product's own: processes, pipe, queue, claims, beats, shelf and bucket, with its
own settings. Each lot is submitted while the workers serve; then they rest, and what they hold is looked at. The model
child is replaced after 500 jobs, as always; so what it holds is that of its youth, and what the worker holds is not.
"""

import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.memory import MB
from tests.footprint import Footprint
from tests.soak import Life, Lot, Soak

JOBS = 10_000
LOTS = 10
WORKERS = 3
SERIOUS = re.compile(r"WARNING|ERROR|CRITICAL|Traceback|ignored")
WARM_UP = 3  # lots: until then SQLite fills its caches, and Python its pools
HEAD = f"{'jobs':>7}{'jobs/s':>8}   {'workers hold, MB':<22}{'files+db':<20}{'threads':<10}{'children hold, MB'}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else JOBS
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lumen-soak-") as folder:
        soak = Soak(Path(folder))
        try:
            soak.begin(WORKERS)
            print(HEAD, flush=True)
            lots = [shown(soak.serve(count // LOTS)) for _ in range(LOTS)]
            complaints = [line for each in soak.workers for line in each.said().splitlines() if SERIOUS.search(line)]
            assert not complaints, "\n".join(complaints)
            judge(soak.lives(), soak.written(), soak.jobs)
            slopes(lots)
        finally:
            soak.close()
    print(f"{soak.jobs:,} jobs, {WORKERS} workers: {time.monotonic() - begun:.0f} s")


def shown(lot: Lot) -> Lot:
    files = " ".join(f"{each.files}+{each.database_files}" for each in lot.workers)
    threads = " ".join(str(each.threads) for each in lot.workers)
    print(
        f"{lot.jobs:>7,}{lot.rate:>8.1f}   {_held(lot.workers):<22}{files:<20}{threads:<10}{_held(lot.children)}",
        flush=True,
    )
    return lot


def _held(each: Sequence[Footprint]) -> str:
    return " ".join(f"{one.held_bytes / MB:.2f}" for one in each)


def judge(lives: Sequence[Life], written: dict[str, int], jobs: int) -> None:
    """Each job has exactly one end, and is written 4 times at most, and once a second."""
    assert len(lives) == jobs
    odd = [life for life in lives if (life.status, life.ends, life.claims) != ("succeeded", 1, 1)]
    assert not odd, odd
    often = [life for life in lives if life.writes > 4 + life.seconds]
    assert not often, often
    spread = ", ".join(f"{count:,} jobs {writes}" for writes, count in sorted(Counter(_writes(lives)).items()))
    print(f"writes of a job's document: {spread}; {np.mean(_writes(lives)):.2f} on average")
    print("all writes, for each job:", ", ".join(f"{name} {count / jobs:.2f}" for name, count in written.items()))


def _writes(lives: Sequence[Life]) -> list[int]:
    return [life.writes for life in lives]


def slopes(lots: Sequence[Lot]) -> None:
    """How much more each worker holds after 1 000 jobs of the house: a line through the lots behind the warm-up."""
    warm = lots[WARM_UP:]
    jobs = [lot.jobs / 1000 for lot in warm]
    for what, unit in (("held_bytes", "kB"), ("rss_bytes", "kB"), ("pss_bytes", "kB"), ("files", ""), ("threads", "")):
        found = [np.polyfit(jobs, [getattr(lot.workers[at], what) for lot in warm], 1)[0] for at in range(WORKERS)]
        said = ", ".join(f"{each / 1000:+.1f}" if unit else f"{each:+.2f}" for each in found)
        print(f"slope for 1,000 jobs from {warm[0].jobs:,} on, {what.removesuffix('_bytes')}: {said} {unit}")


if __name__ == "__main__":
    main()
