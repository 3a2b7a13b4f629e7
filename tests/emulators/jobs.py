"""Houses over Google's emulators: set up by `lumen init`, filled with jobs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from jobs.job import Job
from tests.ports import free_port
from tests.processes.house import House, Running
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
