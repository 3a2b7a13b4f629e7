"""Jobs through Google's own emulators: `lumen init`, workers that are pushed to, and what a queue does to them."""

import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from jobs.queue import wake_up
from jobs.status import JobStatus
from tests.emulators.balancer import balancing
from tests.emulators.jobs import all_done, busy_shares, idle_at_the_end, longest, pushed_to, pushed_worker, submitted
from tests.house import House, envelope, push
from tests.ports import free_port
from tests.waiting import gone, until


def test_twenty_at_once_are_claimed_once_each_and_old_wake_ups_change_nothing(house: House) -> None:
    worker = pushed_worker(house)
    done = all_done(house, submitted(house, 20))
    assert Counter(job.status for job in done) == {JobStatus.SUCCEEDED: 20}
    assert {(job.claims, job.attempt, len(job.attempts)) for job in done} == {(1, 1, 1)}

    again = [job.id for job in done for _ in range(3)]
    random.Random(0).shuffle(again)
    for job_id in again:
        house.platform.queue.publish(wake_up(job_id))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda job_id: push(worker, envelope(job_id))[0], again))
    assert set(answers) <= {204, 429}
    last = house.submit("cat", seed=99, quality="draft")
    house.becomes(last.id, JobStatus.SUCCEEDED)
    assert [house.job(job.id) for job in done] == done


def test_two_workers_share_forty_jobs_to_the_end(house: House) -> None:
    ports = free_port(), free_port()
    with balancing(*ports) as front:
        pushed_to(house, front.port)
        workers = [house.gunicorn(port=port) for port in ports]
        done = all_done(house, submitted(house, 40))
    assert Counter(job.status for job in done) == {JobStatus.SUCCEEDED: 40}
    assert {(job.claims, len(job.attempts)) for job in done} == {(1, 1)}
    busy = busy_shares(done)
    assert len(busy) == len(workers)
    assert min(busy.values()) > 0.5
    assert idle_at_the_end(done) < 3 * longest(done), "one had jobs while the other had none"


def test_a_worker_that_is_told_to_end_hands_back_and_another_goes_on(house: House) -> None:
    ports = free_port(), free_port()
    with balancing(ports[0]) as front:
        pushed_to(house, front.port)
        first, _second = (house.gunicorn(port=port) for port in ports)
        models = first.freeze_models()
        job = house.submit("cat", quality="draft")
        house.becomes(job.id, JobStatus.RUNNING)
        front.add(ports[1])
        asked = time.monotonic()
        first.send(signal.SIGTERM)
        assert first.ended() == 0
        assert time.monotonic() - asked < 8, "Cloud Run kills after 10 s"
        until(lambda: gone(models), "the model child is gone")
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert [each.event for each in done.attempts] == ["hand_back", "finish"]
    assert (done.attempt, done.attempts_left) == (1, 4), "what was handed back was not spent"
