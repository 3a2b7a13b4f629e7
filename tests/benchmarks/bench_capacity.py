"""What `lumen capacity` says of three workers, beside what three workers do.

python -m tests.benchmarks.bench_capacity [jobs]

Real workers pull from SQLite; one stage of every job waits for about a second, each job its own time, and makes
nothing. Jobs are submitted at random moments, so that the workers are busy for about 80 % of the time. What a job
takes, and what a worker needs between two, is measured in that very run and given to the command; how long jobs wait
is what it has to find out. A second prediction is told the moments and seconds of the run: what is left is not chance.
"""

import sys
import tempfile
import time
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from statistics import fmean, median

from jobs.capacity import Load, Waits, arrivals, expect, summed_up, waits
from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.status import JobStatus
from tests.noop import SECONDS
from tests.soak import Soak

JOBS = 1_000
WORKERS = 3
RUN_S = 1.0
BUSY = 0.8
SEED = 7
AGREED = 0.20


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else JOBS
    with tempfile.TemporaryDirectory(prefix="lumen-capacity-") as folder:
        house = Soak(Path(folder))
        try:
            house.begin(WORKERS, **{SECONDS: f"{RUN_S:g}"})
            house.serve(WORKERS)  # the first of each worker is not like the others
            first = {job.id for job in ended(house)}
            begun = time.monotonic()
            submit(house, list(islice(arrivals(BUSY * WORKERS / RUN_S, Random(SEED)), count)))
            house.over()
            took = time.monotonic() - begun
            jobs = [job for job in ended(house) if job.id not in first]
            assert len(jobs) == count
            report(jobs, took)
        finally:
            house.close()


def submit(house: Soak, moments: list[float]) -> None:
    """Each at its moment; who is late does not make the others late."""
    begun = time.monotonic()
    for number, moment in enumerate(moments):
        time.sleep(max(begun + moment - time.monotonic(), 0))
        house.submit("cat", quality="draft", seed=1_000 + number)


def ended(house: Soak) -> list[Job]:
    """All that succeeded, in the order in which they came."""
    found = house.platform.store.find(JobQuery(JobStatus.SUCCEEDED), limit=10_000)
    return sorted((job for job in found if isinstance(job, Job)), key=lambda job: job.created_at)


def between(jobs: list[Job]) -> float:
    """Median seconds from the end of a job to the next claim of the same worker, where a job was waiting for it."""
    gaps = []
    for worker in {job.attempts[0].worker for job in jobs}:
        its = sorted(
            (job for job in jobs if job.attempts[0].worker == worker), key=lambda job: job.attempts[0].started_at
        )
        for one, other in pairwise(its):
            if one.completed_at and other.created_at < one.completed_at:
                gaps.append((other.attempts[0].started_at - one.completed_at).total_seconds())
    return median(gaps)


def report(jobs: list[Job], took: float) -> None:
    run_s = [job.metrics.run_seconds for job in jobs if job.metrics]
    waited = [job.metrics.wait_seconds for job in jobs if job.metrics]
    came = [(job.created_at - jobs[0].created_at).total_seconds() for job in jobs]
    gap = between(jobs)
    rate = (len(jobs) - 1) / came[-1]
    load = Load(rate=rate, run_s=run_s, between_s=gap)
    keeps = [seconds + gap for seconds in run_s]
    expected = expect(load, WORKERS)
    assert expected.wait_seconds, f"{100 * expected.busy:.0f} % busy: this machine has other work"
    print(
        f"{len(jobs):,} jobs in {took:.0f} s, {rate:.2f} a second, {fmean(run_s):.3f} s each, {gap:.3f} s between two;"
    )
    print(f"{WORKERS} workers, {100 * expected.busy:.0f} % busy")
    print(f"{'waits, s':<34}{'mean':>8}{'p50':>8}{'p95':>8}{'p99':>8}")
    seen = summed_up(waited)
    line("measured", seen)
    line("predicted by lumen capacity", expected.wait_seconds, seen)
    line("predicted for these very moments", summed_up(list(waits(came, keeps, WORKERS))), seen)


def line(name: str, found: Waits, seen: Waits | None = None) -> None:
    print(f"{name:<34}{found.mean:>8.3f}{found.p50:>8.3f}{found.p95:>8.3f}{found.p99:>8.3f}", end="")
    if seen:
        off = [found.mean / seen.mean - 1, found.p95 / seen.p95 - 1]
        judged = "within" if all(abs(each) <= AGREED for each in off) else "NOT within"
        print(f"   mean {100 * off[0]:+.0f} %, p95 {100 * off[1]:+.0f} %: {judged} {100 * AGREED:.0f} %", end="")
    print()


if __name__ == "__main__":
    main()
