"""Houses over Google's emulators: set up by `lumen init`, filled with jobs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from jobs.job import Job
from tests.house import House, Running
from tests.ports import free_port
from tests.waiting import until

CONCEPTS = "cat dog bird car tree chair fish airplane table horse".split()
LONG_S = 90.0  # only a failing test waits that long


def pushed_to(house: House, port: int) -> None:
    """Make everything there has to be; pushes go to this port of loopback."""
    house.more["LUMEN_PUSH_URL"] = f"http://127.0.0.1:{port}/pubsub/push"
    house.lumen("init")


def pushed_worker(house: House) -> Running:
    """`lumen init`, and the worker it leads to."""
    port = free_port()
    pushed_to(house, port)
    return house.gunicorn(port=port)


def submitted(house: House, count: int, **wanted: object) -> list[Job]:
    """That many jobs, all different, submitted at once."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda n: house.submit(CONCEPTS[n % 10], seed=n, quality="draft", **wanted), range(count)))


def all_done(house: House, jobs: Sequence[Job]) -> list[Job]:
    until(lambda: all(house.job(job.id).done for job in jobs), "every job is over", within_s=LONG_S)
    return [house.job(job.id) for job in jobs]


# --- how busy the workers were ---


def spans(done: Sequence[Job]) -> dict[str, list[tuple[datetime, datetime]]]:
    """From claim to end, by worker."""
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for attempt in (attempt for job in done for attempt in job.attempts):
        assert attempt.ended_at is not None
        found.setdefault(attempt.worker, []).append((attempt.started_at, attempt.ended_at))
    return found


def busy_shares(done: Sequence[Job]) -> dict[str, float]:
    """How much of the time between the first claim and the last end each worker had a job."""
    every = [span for each in spans(done).values() for span in each]
    whole = max(end for _, end in every) - min(begin for begin, _ in every)
    return {
        worker: sum((end - begin for begin, end in each), timedelta()) / whole for worker, each in spans(done).items()
    }


def idle_at_the_end(done: Sequence[Job]) -> timedelta:
    """How long the worker that stopped first had nothing to do."""
    last = [max(end for _, end in each) for each in spans(done).values()]
    return max(last) - min(last)


def longest(done: Sequence[Job]) -> timedelta:
    """How long the longest attempt took."""
    return max(end - begin for each in spans(done).values() for begin, end in each)
