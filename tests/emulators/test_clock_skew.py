"""Workers whose clocks are wrong: the store's time decides whose lease it is."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobs.status import JobStatus
from tests.emulators.jobs import all_done, submitted
from tests.house import House, Running
from tests.needs import needs

pytestmark = needs(shutil.which("faketime") is not None, "faketime is not here: make system")

LIBRARIES = ":".join(str(path) for path in Path("/usr/lib").glob("*/faketime"))
SLEEPS_RIGHT = Path(__file__).parent / "skewed"
MINUTES = (-10, 0, 10)


def skewed(house: House, minutes: int) -> Running:
    """A worker whose clock is wrong by that much; its stopwatch (the monotonic clock) is right, as in real life."""
    return house.puller(
        LD_PRELOAD="libfaketime.so.1",
        LD_LIBRARY_PATH=LIBRARIES,
        FAKETIME=f"{minutes * 60:+d}",
        FAKETIME_DONT_FAKE_MONOTONIC="1",
        PYTHONPATH=str(SLEEPS_RIGHT),
    )


def test_three_workers_with_skewed_clocks_steal_no_lease_and_strand_no_job(house: House) -> None:
    house.lumen("init")
    workers = [skewed(house, minutes) for minutes in MINUTES]
    done = all_done(house, submitted(house, 12))
    assert {job.status for job in done} == {JobStatus.SUCCEEDED}
    assert {(job.claims, tuple(each.event for each in job.attempts)) for job in done} == {(1, ("finish",))}
    assert len({job.attempts[0].worker for job in done}) == len(workers), "a worker saw nothing to do"
    now = datetime.now(UTC)
    for job in done:
        assert job.started_at is not None
        assert abs(job.started_at - now) < timedelta(minutes=3), "a time in the document is a worker's own"
