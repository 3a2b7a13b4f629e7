"""Hundreds of jobs that make nothing: what a worker holds after the last third is what it held after the first.

The long form is `python -m tests.benchmarks.bench_soak`; its figures are in docs/measured.md.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.footprint import Footprint
from tests.noop import LEAKS, PLANTED
from tests.soak import Life, Lot, Soak

THIRD, LEAKY_THIRD = 50, 10  # jobs
# For each job. Python and SQLite still fill their pools: 4 to 7 kB for each of the first 150 jobs, 0.2 kB after
# thousands (measured 2026-11-26). A job that is kept is 12 kB, without anything that was made of it.
SLACK_BYTES = 10_000
# What one more connection holds of a database of some hundred jobs, once it has read and changed all of it (measured).
CONNECTION_BYTES, CONNECTION_FILES = 530_000, 2
# A pool of SQLite keeps as many connections as were in use at one moment: one for each of a worker's five threads
# that ask (its line, beat, hold, sweep, trim), of two files each, in three pools.
DATABASE_FILES_MAX = 5 * 2 * 3


@pytest.fixture
def soaks(tmp_path: Path) -> Iterator[Callable[..., Soak]]:
    with ExitStack() as stack:

        def soak(leaks: str = "") -> Soak:
            made = Soak(tmp_path / (leaks or "whole"))
            stack.callback(made.close)
            made.begin(1, **{LEAKS: leaks})
            return made

        yield soak


def test_memory_files_and_threads_of_a_worker_stay(soaks: Callable[..., Soak]) -> None:
    soak = soaks()
    assert grown([soak.serve(THIRD) for _ in range(3)]) == []
    lives = soak.lives()
    assert [(life.status, life.claims, life.ends) for life in lives] == [("succeeded", 1, 1)] * 3 * THIRD
    assert too_often_written(lives) == []


def test_every_leak_is_found(soaks: Callable[..., Soak]) -> None:
    soak = soaks(",".join(PLANTED))
    assert {name for name, _ in grown([soak.serve(LEAKY_THIRD) for _ in range(3)])} == set(PLANTED)


def too_often_written(lives: Sequence[Life]) -> list[Life]:
    """More than 4 times, and once a second of its run."""
    return [life for life in lives if life.writes > 4 + life.seconds]


def grown(lots: Sequence[Lot]) -> list[tuple[str, str]]:
    """What a worker or its model child holds more of after the last third than after the first; and how much more."""
    first, *_, last = lots
    pairs = [*zip(first.workers, last.workers, strict=True), *zip(first.children, last.children, strict=True)]
    return [found for before, after in pairs for found in _more(before, after, last.jobs - first.jobs)]


def _more(before: Footprint, after: Footprint, jobs: int) -> list[tuple[str, str]]:
    more = after.held_bytes - before.held_bytes
    connections = max(0, after.database_files - before.database_files) / CONNECTION_FILES
    checks = {
        "memory": more > SLACK_BYTES * jobs + CONNECTION_BYTES * connections,
        "files": after.files > before.files or after.database_files > DATABASE_FILES_MAX,
        "threads": after.threads > before.threads,
    }
    return [(name, f"{more / jobs:.0f} bytes a job; {before}; {after}") for name, wrong in checks.items() if wrong]
