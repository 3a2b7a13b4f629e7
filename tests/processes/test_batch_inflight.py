"""Of a batch that may run one job at a time two workers work on one, and on other jobs meanwhile."""

import os
import signal
from itertools import pairwise

from jobs.batch import Batches
from jobs.request import parse_request
from jobs.status import JobStatus
from tests.house import House


def test_two_workers_share_a_batch_that_may_run_one_job_at_a_time(house: House) -> None:
    batches = Batches(house.client)
    first = house.puller()
    models = first.freeze_models()
    of = [parse_request({"input": {"prompt": "cat", "quality": "draft", "seed": seed}}) for seed in range(3)]
    plan = batches.plan("nightly", of)
    batch = batches.begin(plan, inflight_max=1)
    list(batches.make(plan))
    running = house.one_running()

    house.puller()
    for other in ("dog", "duck"):  # between the two the second worker would have taken one of the batch
        house.becomes(house.submit(other, quality="draft").id, JobStatus.SUCCEEDED)
    waiting = [job for job in batches.jobs(batch) if job.id != running.id]
    assert [(job.status, job.attempt) for job in waiting] == [(JobStatus.QUEUED, 0)] * 2

    os.kill(models, signal.SIGCONT)
    done = [house.becomes(job.id, JobStatus.SUCCEEDED) for job in batches.jobs(batch)]
    worked = sorted((job.attempts[-1].started_at, job.completed_at) for job in done if job.completed_at)
    assert len(worked) == 3
    assert all(ended <= began for (_, ended), (began, _) in pairwise(worked)), "one after the other"
