"""SIGKILL, inside every stage: of the child and of the worker. What was finished is found, what was not is made.

At the boundaries between stages, and at every call in between, workers die in test_kill_points.py.
"""

import os
import signal
import time
from pathlib import Path

import pytest

from jobs.status import JobStatus
from tests.chaos.houses import LEASE_S, STAGES, Made, before, findings, hits_of, in_ice, side_by_side
from tests.house import House
from tests.waiting import gone, until

RECOVERY_S = LEASE_S + 5


def test_a_child_that_is_killed_inside_any_stage_costs_an_attempt_and_no_stage_before_it(
    tmp_path: Path, made: Made
) -> None:
    def kill_child(house: House, stage: str) -> None:
        job, models = in_ice(house, made, house.puller(), stage)
        os.kill(models, signal.SIGKILL)
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
        assert [each.event for each in done.attempts] == ["retry", "finish"], stage
        assert "SIGKILL" in done.attempts[0].message
        assert hits_of(done) == before(stage)
        assert findings(house, [job.id]) == []

    side_by_side(tmp_path, STAGES, kill_child)


def test_a_worker_that_is_killed_inside_any_stage_loses_nothing(
    tmp_path: Path, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next worker goes on as soon as the lease has ended, and with the stage that was begun."""

    def kill_worker(house: House, stage: str) -> float:
        worker = house.puller()
        job, models = in_ice(house, made, worker, stage)
        house.puller()  # waits for work: what is measured is how a job finds another worker, not how a process starts
        worker.send(signal.SIGKILL)
        died = time.monotonic()
        until(lambda: house.job(job.id).claims == 2, f"the job is taken over ({stage})")
        taken_over = time.monotonic() - died
        until(lambda: gone(models), "the child has died with its worker")
        done = house.becomes(job.id, JobStatus.SUCCEEDED)
        assert [each.event for each in done.attempts] == ["lapse", "finish"], stage
        assert hits_of(done) == before(stage)
        assert findings(house, [job.id]) == []
        return taken_over

    seconds = side_by_side(tmp_path, STAGES, kill_worker)
    with capsys.disabled():
        print(f"\ntaken over {min(seconds):.1f} to {max(seconds):.1f} s after SIGKILL, lease {LEASE_S:g} s")
    assert max(seconds) < RECOVERY_S


def test_a_worker_and_its_child_that_die_at_once_lose_nothing(house: House, made: Made) -> None:
    worker = house.puller()
    job, models = in_ice(house, made, worker, "export")
    for pid in (models, worker.pid):
        os.kill(pid, signal.SIGKILL)
    house.puller()
    done = house.becomes(job.id, JobStatus.SUCCEEDED)
    assert hits_of(done) == before("export")
    assert findings(house, [job.id]) == []
