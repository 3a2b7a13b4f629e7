"""A worker is drained while it has a job: it finishes that, takes no other, and another worker does."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

from jobs.status import JobStatus
from tests.builders import lease_of
from tests.house import House, envelope, get, push


def test_a_drained_worker_finishes_its_job_and_leaves_the_next_to_others(house: House) -> None:
    worker = house.gunicorn()
    models = worker.freeze_models()
    first = house.submit("cat", quality="draft")
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(push, worker, envelope(first.id))
        holder = lease_of(house.becomes(first.id, JobStatus.RUNNING)).holder
        said = house.lumen("drain", holder, "--reason", "a new disk").stderr
        assert f"{holder}  {first.id}" in said
        os.kill(models, signal.SIGCONT)
        assert pushed.result() == (204, None)
    done = house.job(first.id)
    assert [(each.worker, each.event) for each in done.attempts] == [(holder, "finish")]

    second = house.submit("dog", quality="draft")
    assert push(worker, envelope(second.id)) == (503, None)
    assert house.job(second.id).claims == 0
    status, facts = get(worker, "/health/ready")
    assert (status, facts["status"], facts["drained"]) == (503, "not ready", "a new disk")
    assert get(worker, "/health/live")[0] == 200

    house.puller()
    done = house.becomes(second.id, JobStatus.SUCCEEDED)
    assert done.attempts[0].worker != holder

    house.lumen("drain", holder, "--undo")
    house.ready(worker)
