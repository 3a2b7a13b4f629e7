"""Who goes next when one owner has thousands of jobs and another has ten. What is urgent waits for one job at most."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from jobs.job_store import JobQuery
from jobs.request import Priority
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.wiring import wire
from tests.builders import a_request
from tests.chaos.light_host import LightHost, Moment
from tests.chaos.small_house import fast_folder
from worker.fate import Fate
from worker.main import Worker, worker_over

MANY, FEW = 4_990, 10


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = fast_folder()
    yield folder
    rmtree(folder)


def a_worker(folder: Path, host: LightHost | None = None) -> Worker:
    worker = worker_over(wire(Settings(data=folder)), host or LightHost({}), holder="only")
    worker.door.warm.set()
    return worker


def serve(worker: Worker, times: int) -> list[str]:
    """The owners of the jobs that were served, in their order."""
    for _ in range(times):
        assert worker.runner.serve() is Fate.FINISH
    found = worker.platform.store.find(JobQuery(status=JobStatus.SUCCEEDED), limit=times)
    jobs = sorted(found, key=lambda job: job.completed_at)
    return [job.owner_uid for job in jobs]


def test_ten_jobs_behind_thousands_of_another_owner_are_served_among_the_first_twenty(folder: Path) -> None:
    worker = a_worker(folder)
    for owner, count in (("many", MANY), ("few", FEW)):
        client = worker.platform.client(owner=owner)
        for n in range(count):
            client.submit(a_request(f"{owner} {n}"))
    owners = serve(worker, 2 * FEW)
    assert owners.count("few") == FEW
    assert owners.count("many") == FEW, "and those who were first are not kept waiting either"


def test_an_urgent_job_waits_for_the_one_that_runs_and_for_no_other(folder: Path) -> None:
    urgent = []

    def submit_urgent(moment: Moment) -> None:
        if not urgent:
            client = worker.platform.client(owner="late")
            urgent.append(client.submit(a_request("urgent", priority="high")).id)

    worker = a_worker(folder, LightHost({"shape": submit_urgent}))
    for n in range(50):
        worker.platform.client(owner="early").submit(a_request(f"early {n}"))
    assert serve(worker, 3) == ["early", "late", "early"]
    assert worker.platform.store.get(urgent[0]).priority is Priority.HIGH
