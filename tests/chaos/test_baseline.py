"""After all of it a worker has as many files, threads and processes as before, and no more memory."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from jobs.status import JobStatus
from tests.chaos.houses import WANTED, findings
from tests.house import PATIENCE_S, House, Running
from tests.waiting import children_of, until

JOBS = 60
DEAD_CHILDREN = 4  # whose end of a pipe waits for the garbage collector; two go in each life below
GROWN_MB_MAX = 20.0  # allocators keep some; a leak of one result a job would be more than twice that


@dataclass(frozen=True)
class Held:
    """What a process has of the machine."""

    files: int
    threads: int
    processes: int

    def no_more_than(self, other: "Held") -> bool:
        files = self.files <= other.files + DEAD_CHILDREN
        return files and self.threads <= other.threads and self.processes <= other.processes

    @classmethod
    def by(cls, pid: int) -> "Held":
        return cls(_entries(f"/proc/{pid}/fd"), _entries(f"/proc/{pid}/task"), len(children_of(pid)))


def _entries(folder: str) -> int:
    return len(list(Path(folder).iterdir()))


def resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def lived(house: House, worker: Running, count: int) -> list[str]:
    """Jobs that succeed, one that is canceled while it runs, one whose child is killed."""
    jobs = [house.submit(**WANTED).id for _ in range(count)]
    for job in jobs:
        house.becomes(job, JobStatus.SUCCEEDED)
    worker.freeze_models()
    canceled = house.submit("bench", quality="draft", seed=count)  # another one each time, so that something is made
    house.becomes(canceled.id, JobStatus.RUNNING)
    house.client.cancel(canceled.id)
    house.becomes(canceled.id, JobStatus.CANCELED)
    models = worker.freeze_models()
    broken = house.submit("stool", quality="draft", seed=count)
    house.becomes(broken.id, JobStatus.RUNNING)
    os.kill(models, signal.SIGKILL)
    house.becomes(broken.id, JobStatus.SUCCEEDED)
    return [*jobs, canceled.id, broken.id]


def test_a_worker_that_has_lived_through_much_holds_no_more_than_before(house: House) -> None:
    worker = house.puller()
    jobs = lived(house, worker, 3)
    before, used_mb = Held.by(worker.pid), resident_mb(worker.pid)
    jobs += lived(house, worker, JOBS)
    until(lambda: Held.by(worker.pid).no_more_than(before), f"it holds {before} again", within_s=PATIENCE_S)
    assert resident_mb(worker.pid) < used_mb + GROWN_MB_MAX
    assert findings(house, jobs) == []
    assert len(house.left_behind()) <= 1, "the temporary folder of the child that lives"
