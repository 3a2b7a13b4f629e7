"""SIGTERM, SIGSTOP and cancel at every awkward moment: handed back, fenced, settled."""

import os
import signal
from pathlib import Path

import pytest

from jobs.errors import JobAlreadyDone
from jobs.status import JobStatus
from tests.chaos.houses import STAGES, WANTED, Made, before, findings, hits_of, in_ice, side_by_side
from tests.house import House
from tests.waiting import gone, until

# --- SIGTERM ----------------------------------------------------------------------------------------


def test_a_worker_that_has_nothing_to_do_ends_at_once_and_leaves_nothing(house: House) -> None:
    worker = house.puller()
    models = worker.models()
    worker.send(signal.SIGTERM)
    assert worker.ended() == 0
    until(lambda: gone(models), "the child is gone")
    assert house.left_behind() == []


def test_a_worker_that_is_told_to_end_in_any_stage_hands_its_job_back_at_once(tmp_path: Path, made: Made) -> None:
    """The stage stands still, so the child has to be killed: within the grace, and the attempt is not spent."""

    def terminate(house: House, stage: str) -> None:
        worker = house.puller()
        job, _ = in_ice(house, made, worker, stage)
        worker.send(signal.SIGTERM)
        back = house.becomes(job.id, JobStatus.QUEUED)
        assert (back.attempt, back.attempts_left) == (0, job.attempts_left + 1), stage
        assert worker.ended() == 0
        house.puller()
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
        assert [each.event for each in done.attempts] == ["hand_back", "finish"], stage
        assert hits_of(done) == before(stage)
        assert findings(house, [job.id]) == []

    side_by_side(tmp_path, STAGES, terminate)


def test_to_be_told_twice_changes_nothing(tmp_path: Path, made: Made) -> None:
    def tell_twice(house: House, number: signal.Signals) -> None:
        worker = house.puller()
        job, models = in_ice(house, made, worker, "shape")
        worker.send(signal.SIGTERM)
        worker.send(number)
        assert house.becomes(job.id, JobStatus.QUEUED).attempts[0].event == "hand_back"
        assert worker.ended() == 0
        until(lambda: gone(models), "the child is gone")
        house.puller()
        house.becomes(job.id, JobStatus.SUCCEEDED)
        assert findings(house, [job.id]) == []

    side_by_side(tmp_path, (signal.SIGTERM, signal.SIGINT), tell_twice)


def test_a_worker_that_is_killed_while_it_hands_back_loses_nothing(house: House, made: Made) -> None:
    """As a platform does when its patience is over."""
    worker = house.puller()
    job, _ = in_ice(house, made, worker, "shape")
    worker.send(signal.SIGTERM)
    worker.send(signal.SIGKILL)
    house.puller()
    house.becomes(job.id, JobStatus.SUCCEEDED)
    assert findings(house, [job.id]) == []


# --- SIGSTOP past the lease, then SIGCONT -----------------------------------------------------------


def test_a_worker_that_sleeps_through_its_lease_writes_nothing_when_it_wakes_up(tmp_path: Path, made: Made) -> None:
    def sleep(house: House, stage: str) -> None:
        sleeper = house.puller()
        job, models = in_ice(house, made, sleeper, stage)
        house.freeze(sleeper)
        house.puller()
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
        assert done.output is not None
        os.kill(models, signal.SIGCONT)  # the stage ends as well, and its worker has everything to finish with
        sleeper.send(signal.SIGCONT)
        until(lambda: "lost" in sleeper.said(), "the sleeper sees what happened")
        assert house.job(job.id) == done
        kept = {found.name for found in house.platform.bucket.find(f"jobs/{job.id}/{done.claims}/")}
        assert kept == {f"jobs/{job.id}/{done.claims}/{file}" for file in done.output.files}
        other = house.submit("bench", quality="draft")
        house.becomes(other.id, JobStatus.SUCCEEDED)
        assert findings(house, [job.id, other.id]) == []

    side_by_side(tmp_path, ("plan", "preview"), sleep)


# --- cancel -----------------------------------------------------------------------------------------


def test_a_job_that_is_canceled_before_anybody_claims_it_is_never_made(house: House) -> None:
    job = house.submit(**WANTED)
    assert house.client.cancel(job.id).status is JobStatus.CANCELED
    other = house.submit("bench", quality="draft")
    house.puller()
    house.becomes(other.id, JobStatus.SUCCEEDED)
    assert house.job(job.id).claims == 0
    assert findings(house, [job.id, other.id]) == []


def test_a_job_whose_worker_dies_while_it_is_canceled_is_canceled(house: House, made: Made) -> None:
    worker = house.puller()
    job, _ = in_ice(house, made, worker, "shape")
    house.freeze(worker)  # it sees no flag any more
    house.client.cancel(job.id)
    worker.send(signal.SIGKILL)
    house.puller()
    done = house.becomes(job.id, JobStatus.CANCELED)
    assert [each.event for each in done.attempts] == ["cancel"]
    assert findings(house, [job.id]) == []


def test_a_running_job_that_is_canceled_costs_the_next_one_nothing(house: House, made: Made) -> None:
    worker = house.puller()
    job, models = in_ice(house, made, worker, "shape")
    other = house.submit("bench", quality="draft")
    house.client.cancel(job.id)
    house.becomes(job.id, JobStatus.CANCELED)
    until(lambda: gone(models), "the child that would not stop is gone")
    assert house.becomes(other.id, JobStatus.SUCCEEDED).attempt == 1
    assert findings(house, [job.id, other.id]) == []


def test_what_is_over_stays_as_it_is_when_somebody_cancels_it(house: House) -> None:
    house.puller()
    done = house.becomes(house.submit(**WANTED).id, JobStatus.SUCCEEDED)
    with pytest.raises(JobAlreadyDone):
        house.client.cancel(done.id)
    assert house.job(done.id) == done
