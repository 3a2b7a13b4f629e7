"""A hundred concepts in a row while workers are killed: all succeed, each once."""

import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from jobs.job import Job
from jobs.job_document import readable
from jobs.job_store import JobQuery
from jobs.status import JobStatus
from models.procedural.make import KINDS
from tests.chaos.houses import LEASE_S, a_house, findings
from tests.chaos.long import LONG, SEED
from tests.house import House, Running
from tests.waiting import until

CONCEPTS, KILLS = (100, 10) if LONG else (16, 2)
MINUTES = 10 * 60
RECOVERY_S = LEASE_S + 5


def concepts(count: int) -> list[str]:
    """So many, spread over all templates; those beyond the vocabulary do something."""
    looks = {look for kind in KINDS.values() for look in kind.looks}
    words = sorted(looks, key=lambda word: random.Random(word).random())
    return [*words, *(f"flying {word}" for word in words)][:count]


def done(house: House) -> list[Job]:
    found = house.platform.store.find(JobQuery(status=JobStatus.SUCCEEDED), limit=CONCEPTS + 1)
    return list(readable(found))


def holder_of(job: Job, workers: list[Running]) -> Running | None:
    """The process that has it: a holder's name has its pid."""
    pid = job.lease.holder.rpartition("/")[2].partition("-")[0] if job.lease else ""
    return next((worker for worker in workers if str(worker.pid) == pid), None)


def kill_one(house: House, workers: list[Running]) -> tuple[str, int, float]:
    """SIGKILL a worker that has a job; which job, its token, and when."""

    def struck() -> tuple[Job, Running] | None:
        for job in readable(house.platform.store.running()):
            if worker := holder_of(job, workers):
                return job, worker
        return None

    found = until(struck, "a worker has a job", within_s=MINUTES)
    assert found is not None
    job, worker = found
    worker.send(signal.SIGKILL)
    workers.remove(worker)
    return job.id, job.claims, time.monotonic()


def recovered(house: House, job_id: str, token: int, since: float) -> float | None:
    """Seconds until somebody else had it; None when it was over before its worker died."""
    until(lambda: house.job(job_id).claims > token or house.job(job_id).done, f"{job_id} goes on", within_s=MINUTES)
    return time.monotonic() - since if house.job(job_id).claims > token else None


@pytest.mark.timeout(MINUTES)
def test_every_concept_succeeds_once_however_often_a_worker_is_killed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, seconds = random.Random(SEED), []
    with a_house(tmp_path / "house") as house:
        jobs = [house.submit(words, quality="draft").id for words in concepts(CONCEPTS)]
        workers = [house.puller(), house.puller()]
        for at in sorted(chance.sample(range(1, CONCEPTS - 4), KILLS)):
            until(lambda least=at: len(done(house)) >= least, f"{at} are done", within_s=MINUTES)
            killed = kill_one(house, workers)
            workers.append(house.puller())
            seconds.append(recovered(house, *killed))
        until(lambda: len(done(house)) == CONCEPTS, "all are done", within_s=MINUTES)
        ended = done(house)
        assert findings(house, jobs) == []
    assert Counter(job.id for job in ended) == Counter(jobs)
    struck = [each for each in seconds if each is not None]
    lapses = sum(each.event == "lapse" for job in ended for each in job.attempts)
    with capsys.disabled():
        print(
            f"\n{len(ended)} of {CONCEPTS} succeeded, {KILLS} workers killed, {lapses} leases lapsed; recovered after"
        )
        print(f"{', '.join(f'{each:.1f}' for each in struck)} s (lease {LEASE_S:g} s)")
    assert lapses >= len(struck) > 0
    assert max(struck) < RECOVERY_S
