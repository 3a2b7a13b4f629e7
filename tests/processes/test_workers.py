"""Workers of their own: several that pull, and one behind gunicorn that is pushed to."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from jobs.status import JobStatus
from tests.house import LUMEN, PATIENCE_S, ROOT, House, envelope, get, locked, push
from tests.waiting import gone, until

JOBS = 12
WRITES_MOST_OF_THE_TIME = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
while True:
    connection.execute("BEGIN IMMEDIATE")
    time.sleep(0.02)
    connection.execute("COMMIT")
    time.sleep(0.001)
"""


def test_of_two_workers_each_job_is_claimed_by_one(house: House) -> None:
    workers = [house.puller(), house.puller()]
    jobs = [house.submit("cat", quality="draft", seed=seed) for seed in range(JOBS)]
    done = [house.becomes(job.id, JobStatus.SUCCEEDED) for job in jobs]
    assert [(job.claims, job.attempt, len(job.attempts)) for job in done] == [(1, 1, 1)] * JOBS
    assert {job.attempts[0].worker for job in done} <= {
        json.loads(line)["message"].rpartition(" ")[2]
        for worker in workers
        for line in worker.said().splitlines()
        if "serving" in line
    }
    for worker in workers:
        worker.send(signal.SIGTERM)
        assert worker.ended() == 0
    assert house.left_behind() == []


def test_a_worker_that_is_killed_leaves_its_job_to_the_other(house: House) -> None:
    first = house.puller()
    models = first.freeze_models()
    job = house.submit("cat", quality="draft")
    house.becomes(job.id, JobStatus.RUNNING)
    house.puller()
    first.send(signal.SIGKILL)
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert [each.event for each in done.attempts] == ["lapse", "finish"]
    assert done.attempts[0].worker != done.attempts[1].worker
    until(lambda: gone(models), "the model child of the dead worker is gone")


def test_a_frozen_worker_that_wakes_up_overwrites_nothing(house: House) -> None:
    """It slept through its own lease, and somebody else has done its job."""
    first = house.puller()
    models = first.freeze_models()
    job = house.submit("cat", quality="draft")
    house.becomes(job.id, JobStatus.RUNNING)
    house.freeze(first)
    house.puller()
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    first.send(signal.SIGCONT)
    until(lambda: "lost" in first.said(), "the sleeper gives up")
    assert house.job(job.id) == done
    with suppress(ProcessLookupError):  # killed, unless it saw what happened before it gave its models anything to do
        os.kill(models, signal.SIGCONT)
    other = house.submit("dog", quality="draft")
    house.becomes(other.id, JobStatus.SUCCEEDED)


def test_a_process_is_frozen_between_two_of_its_writes(house: House) -> None:
    """Of the test above: with the write lock in its hands a sleeper keeps everybody from doing its job."""
    house.submit("cat")
    writer = house.run([sys.executable, "-c", WRITES_MOST_OF_THE_TIME, str(house.database)], "writer")
    until(lambda: locked(house.database), "it writes")
    house.freeze(writer)
    house.submit("dog")


# --- push -----------------------------------------------------------------------------------------------


def test_a_push_makes_the_job_and_garbage_is_kept(house: House) -> None:
    worker = house.gunicorn()
    job = house.submit("cat", quality="draft")
    assert push(worker, envelope(job.id)) == (204, None)
    assert house.job(job.id).status is JobStatus.SUCCEEDED
    assert push(worker, envelope(job.id)) == (204, None)

    for garbage in (b"not json", b"{}", bytes(2 << 20), b"[" * 100_000, envelope("nobody")):
        assert push(worker, garbage) == (204, None)
    until(lambda: records_of(house) == 5, "sweep has filed each of them")
    assert house.job(job.id).claims == 1
    assert "Traceback" not in worker.said()


def records_of(house: House) -> int:
    """Garbage on record, and still on its topic."""
    return len([*house.platform.records.find("dead_letters", {"reason": "BAD_MESSAGE"}, limit=10)])


def test_while_a_job_runs_health_answers_and_the_next_push_comes_back_later(house: House) -> None:
    worker = house.gunicorn()
    worker.freeze_models()
    first, second = (house.submit(words, quality="draft") for words in ("cat", "dog"))
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(push, worker, envelope(first.id))
        house.becomes(first.id, JobStatus.RUNNING)
        assert get(worker, "/health/live")[0] == 200
        assert get(worker, "/health/ready")[0] == 200
        assert push(worker, envelope(second.id)) == (429, None)
        assert house.job(second.id).claims == 0
        house.client.cancel(first.id)
        assert pushed.result() == (204, None)
    assert house.job(first.id).status is JobStatus.CANCELED
    assert push(worker, envelope(second.id)) == (204, None)
    assert house.job(second.id).status is JobStatus.SUCCEEDED


def test_a_worker_that_is_told_to_end_hands_its_job_back_and_nacks(house: House) -> None:
    worker = house.gunicorn()
    models = worker.freeze_models()
    job = house.submit("cat", quality="draft")
    with ThreadPoolExecutor(1) as pool:
        pushed = pool.submit(push, worker, envelope(job.id))
        house.becomes(job.id, JobStatus.RUNNING)
        worker.send(signal.SIGTERM)
        assert pushed.result() == (503, None)
    assert worker.ended() == 0
    back = house.job(job.id)
    assert (back.status, back.attempts_left, back.attempts[0].event) == (JobStatus.QUEUED, 5, "hand_back")
    until(lambda: gone(models), "the model child is gone")
    assert "Traceback" not in worker.said()
    assert house.left_behind() == []


def test_a_worker_on_a_taken_port_says_so_in_one_sentence(house: House) -> None:
    dev = house.dev()
    done = subprocess.run(
        [*LUMEN, "worker", "--port", str(dev.port)],
        cwd=ROOT,
        env=house.env(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert f"port {dev.port} is taken" in done.stderr


def test_what_a_worker_says_has_no_data_in_it(house: House) -> None:
    """stdout is data, and a worker has none."""
    with subprocess.Popen(
        [*LUMEN, "worker", "--pull"],
        cwd=ROOT,
        env=house.env(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as worker:
        job = house.submit("cat", quality="draft")
        house.becomes(job.id, JobStatus.SUCCEEDED)
        worker.terminate()
        assert worker.stdout is not None
        assert worker.stdout.read() == ""
    assert json.loads(house.lumen("get", job.id, "--json").stdout)["id"] == job.id
