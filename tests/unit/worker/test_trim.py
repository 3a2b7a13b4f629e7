"""A worker trims the shelf: soon after its start, then now and then, and whatever goes wrong."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from jobs import uploads
from jobs.bucket import UPLOADS, Found
from jobs.buckets.disk import DiskBucket
from jobs.errors import BackendDown
from jobs.job_store import JobStore
from jobs.queue import Message
from jobs.settings import Settings
from jobs.wiring import wire
from models.host import Host
from models.shelf import FOLDER, REMOVALS_MAX
from tests.fakes import START, FakeClock, Flaky
from worker import main
from worker.craft import craft_of
from worker.main import TRIM_REST_S, Worker, worker_over

Step = Callable[[], object]
SWEEP_S = 5.0


class Shelved(DiskBucket):
    """Counts how often the whole shelf is listed; fails when the test wants it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.root = root / FOLDER
        self.listed = 0
        self.problem: Exception | None = None

    def find(self, prefix: str) -> Iterator[Found]:
        if prefix == FOLDER:
            self.listed += 1
            if self.problem:
                raise self.problem
        return super().find(prefix)

    def lay(self, key: str, days_ago: float) -> None:
        """An entry that was last used then."""
        path, at = self.root / key, (START - timedelta(days=days_ago)).timestamp()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        os.utime(path, (at, at))

    def left(self) -> list[str]:
        return [found.name.removeprefix(FOLDER) for found in super().find(FOLDER)]


class Rounds(threading.Event):
    """Before each trim the test takes a step; after the last one it is over. Remembers how long each rest was to be."""

    def __init__(self, steps: tuple[Step, ...]) -> None:
        super().__init__()
        self.steps = list(steps)
        self.rests: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout)
        if not self.steps:
            return True
        self.steps.pop(0)()
        return False


@pytest.fixture
def bucket(tmp_path: Path) -> Shelved:
    return Shelved(tmp_path / "bucket")


@pytest.fixture
def worker(tmp_path: Path, clock: FakeClock, store: JobStore, bucket: Shelved) -> Worker:
    platform = wire(Settings(data=tmp_path, shelf_days=90, shelf_max=100, sweep_s=SWEEP_S), clock)
    return worker_over(replace(platform, store=store, bucket=bucket), Host(craft_of(platform.settings)))


def trim(worker: Worker, *before: Step) -> list[float | None]:
    """The rests before each trim, and after the last one."""
    rounds = Rounds(before)
    replace(worker, stopping=rounds).trim()
    return rounds.rests


def nothing() -> None:
    """The time between two trims passes, and that is all."""


def test_it_trims_by_the_settings(worker: Worker, bucket: Shelved) -> None:
    bucket.lay("s/old", 91)
    bucket.lay("s/young", 89)
    for n in range(102):
        bucket.lay(f"t/{n:03}", n / 24)
    trim(worker, nothing)
    assert bucket.left() == ["s/young", *(f"t/{n:03}" for n in range(100))]


def test_it_forgets_old_uploads_too(worker: Worker, bucket: Shelved, store: JobStore) -> None:
    found = bucket.put(uploads.name_of("ada", "0" * 64), b"x")
    at = (START - uploads.KEPT_FOR - timedelta(minutes=1)).timestamp()
    os.utime(bucket.root.parent / found.name, (at, at))
    young = bucket.put(uploads.name_of("ada", "1" * 64), b"x")
    trim(worker, nothing)
    assert [each.name for each in bucket.find(UPLOADS)] == [young.name]


def test_it_forgets_garbage_that_was_kept_long_enough(worker: Worker, clock: FakeClock) -> None:
    letters, sweep = worker.platform.letters, worker.platform.sweep()
    for name in ("old", "young"):
        letters.reject(Message(b"x"), message_id=name, why="not JSON")
        assert sweep.run().drained == 1
        clock.advance(timedelta(days=worker.platform.settings.keep_days).total_seconds() / 2 + 1)
    trim(worker, nothing)
    assert [dead.id for dead in letters.find(limit=9)] == ["m-young"]


def test_it_trims_soon_after_the_start_then_hourly_and_not_at_the_same_minute_as_others(
    worker: Worker, bucket: Shelved, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[float, float]] = []

    def draw(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    monkeypatch.setattr(main.random, "uniform", draw)
    assert trim(worker, nothing, nothing) == [1.5 * SWEEP_S, 1.5 * TRIM_REST_S, 1.5 * TRIM_REST_S]
    assert set(drawn) == {(1, 1.5)}
    assert bucket.listed == 2


def test_what_one_trim_leaves_another_goes_on_with_soon(worker: Worker, bucket: Shelved) -> None:
    for n in range(2 * REMOVALS_MAX + 1):
        bucket.lay(f"s/{n:03}", 91)
    left: list[int] = []
    rests = trim(worker, nothing, *(lambda: left.append(len(bucket.left())) for _ in range(3)))
    assert left == [REMOVALS_MAX + 1, 1, 0]
    assert [rest is not None and rest < TRIM_REST_S for rest in rests] == [True, True, True, False, False]


@pytest.mark.parametrize("problem", [BackendDown("The test pulled the plug."), KeyError("a bug")])
def test_a_shelf_that_cannot_be_trimmed_is_tried_again_in_an_hour(
    worker: Worker, bucket: Shelved, problem: Exception
) -> None:
    bucket.lay("s/old", 91)
    bucket.problem = problem

    def mend() -> None:
        bucket.problem = None

    rests = trim(worker, nothing, mend)
    assert rests[1] is not None
    assert rests[1] >= TRIM_REST_S
    assert bucket.listed == 2
    assert bucket.left() == []


def test_without_the_stores_time_nothing_is_trimmed(
    worker: Worker, bucket: Shelved, documents: Flaky, caplog: pytest.LogCaptureFixture
) -> None:
    def mend() -> None:
        assert bucket.left() == ["s/old"]
        documents.heal()

    bucket.lay("s/old", 91)
    documents.fail("now", times=100)
    trim(worker, nothing, mend)
    assert caplog.text.count("the shelf was not trimmed") == 1
    assert bucket.listed == 1
    assert bucket.left() == []
