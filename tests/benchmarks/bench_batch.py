"""A batch killed at 37 % of its submit and gone on with, made by a real worker, while somebody submits by hand.

    python -m tests.benchmarks.bench_batch [ROWS]

Rows are submitted by the real command; procedural, draft. The worker works from the beginning, on the same cores. It
takes about a third of a second a row on two cores, so 1 000 rows take six minutes.

What an interactive job waits is said in units of one job: of the turn, from one start to the next, that the worker had
under way when it came. Below 1: no other job was begun before it.
"""

import os
import signal
import statistics
import sys
import tempfile
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from jobs.batch import JOBS_MAX, id_for
from jobs.job import Job
from jobs.job_document import readable
from jobs.job_store import JobQuery
from jobs.status import JobStatus
from tests.house import House
from tests.waiting import until

ROWS = 1_000
KILLED_AT = 0.37
INTERACTIVE = 10  # jobs of somebody at a terminal
PATIENCE_S = 3600.0
NAME = "bench"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print(f"{rows:,} rows on {os.cpu_count()} cores: about {rows * 0.35 / 60:.0f} min", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            house.puller()
            submit(house, rows)
            asked = interactive(house, rows)
            report(house, rows, asked)
        finally:
            house.close()


def submit(house: House, rows: int) -> None:
    """Killed, and gone on with."""
    path = house.folder / "birds.txt"
    path.write_text("".join(f"bird {n}\n" for n in range(rows)))
    options = ("--name", NAME, "--quality", "draft", "--manifest", str(house.folder / "manifest.jsonl"))
    command = ("batch", "submit", str(path), *options)
    running = house.start(*command)
    until(lambda: there(house), "the first is there", within_s=PATIENCE_S)
    begun = time.monotonic()
    until(lambda: there(house) >= KILLED_AT * rows, "so many are there", within_s=PATIENCE_S)
    running.send(signal.SIGKILL)
    running.ended()
    killed_at, took = there(house), time.monotonic() - begun
    print(f"killed at {killed_at:,} of {rows:,}: {killed_at / took:.0f} jobs/s submitted beside a worker", flush=True)
    again = house.start(*command)
    again.process.wait(PATIENCE_S)
    assert again.process.returncode == 0, again.said()
    print("gone on with: " + next(line for line in again.said().splitlines() if line.startswith("Submitted")))


def interactive(house: House, rows: int) -> list[str]:
    """Ids of jobs that are submitted by the real command, spread over the time the batch takes."""
    asked = []
    for n in range(INTERACTIVE):
        before = done(house) + (rows - done(house)) // (INTERACTIVE + 1 - n)
        until(lambda at=before: done(house) >= at, "some more are made", within_s=PATIENCE_S)  # type: ignore[misc]
        asked.append(house.json("submit", f"teapot {n}", "--quality", "draft")["id"])
    until(lambda: done(house) >= rows, "all are made", within_s=PATIENCE_S)
    return asked


def report(house: House, rows: int, asked: list[str]) -> None:
    jobs = list(readable(house.platform.store.find(JobQuery(), limit=rows + INTERACTIVE + 1)))
    batch = [job for job in jobs if job.batch_id]
    assert (len(batch), len({job.input.prompt for job in batch})) == (rows, rows), "each once"
    starts = sorted(started(job) for job in jobs)
    turns = [(after - before).total_seconds() for before, after in pairwise(starts)]
    turn, span_s = statistics.median(turns), (starts[-1] - starts[0]).total_seconds()
    ran = statistics.median(job.metrics.run_seconds for job in jobs if job.metrics)
    print(f"exactly {len(batch):,} jobs, each once; {len(jobs) / span_s:.1f} jobs/s made by one worker")
    print(f"one job: median {turn:.3f} s from start to start, of which {ran:.3f} s of run")
    waits, parts, passed = [], [], []
    for job in (job for job in jobs if job.id in asked):
        wait_s = (started(job) - job.created_at).total_seconds()
        waits.append(wait_s)
        parts.append(wait_s / (started(job) - max(start for start in starts if start < started(job))).total_seconds())
        passed.append(sum(job.created_at < started(other) < started(job) for other in batch))
    print(f"{len(asked)} interactive jobs waited {statistics.median(waits):.2f} s (median), {max(waits):.2f} at most:")
    print(f"  {statistics.median(parts):.2f} (median) and {max(parts):.2f} (most) of the turn that was under way;")
    print(f"  {max(passed)} jobs of the batch at most went before one of them")


def started(job: Job) -> datetime:
    assert job.started_at is not None
    return job.started_at


def there(house: House) -> int:
    return house.platform.store.count(JobQuery(owner_uid="local", batch_id=id_for("local", NAME)), limit=JOBS_MAX)


def done(house: House) -> int:
    wanted = JobQuery(JobStatus.SUCCEEDED, owner_uid="local", batch_id=id_for("local", NAME))
    return house.platform.store.count(wanted, limit=JOBS_MAX)


if __name__ == "__main__":
    main()
