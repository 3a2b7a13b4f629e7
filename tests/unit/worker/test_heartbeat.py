"""The beat holds the lease, shows progress, sees who wants it to end, and says nothing afterwards."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.errors import CancelRequested, LeaseLost, ShuttingDown
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.settings import Settings
from jobs.status import JobStatus
from jobs.stores.sqlite import SqliteDocumentStore
from tests.builders import LEASE_FOR, a_job, claim, finish, lease_of
from tests.fakes import FakeClock, Flaky
from tests.support_stages import acting
from tests.waiting import until
from worker import heartbeat
from worker.heartbeat import Heartbeat

OFTEN = Settings(lease_s=45, beat_s=10, progress_s=0.01)
STAGE = acting("shape")


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "LOOK_EVERY_S", 0.05)


@pytest.fixture
def job(store: JobStore) -> Job:
    store.create(a_job("a"))
    return claim(store, "a")


@contextmanager
def beating(
    store: JobStore, job: Job, stopping: threading.Event | None = None, settings: Settings = OFTEN
) -> Iterator[Heartbeat]:
    with Heartbeat(store, job, lease_of(job), settings, stopping or threading.Event()) as beat:
        yield beat


def test_a_beat_comes_when_there_is_nothing_to_say_and_extends_the_lease(
    store: JobStore, job: Job, clock: FakeClock
) -> None:
    with beating(store, job):
        clock.advance(11)
        until(lambda: lease_of(store.get("a")).expires_at == clock.now() + LEASE_FOR, "the lease is extended")
    assert store.get("a").progress == 0


def test_progress_and_checkpoints_arrive_in_the_document(store: JobStore, job: Job) -> None:
    with beating(store, job) as beat:
        beat.started(STAGE, 1, 6, 10)
        beat.stepped(50, 30, "1 of 2 parts")
        beat.finished(STAGE, key="k", seconds=0.5, hit=True)
        shown = until(lambda: (seen := store.get("a")).stages and seen, "the stage is in the document")
    assert shown.progress == 30
    assert shown.stage is not None
    assert (shown.stage.name, shown.stage.label, shown.stage.index, shown.stage.total) == ("shape", "Shape", 1, 6)
    assert (shown.stage.progress, shown.stage.message) == (50, "1 of 2 parts")
    assert [(done.name, done.seconds, done.hit) for done in shown.stages] == [("shape", 0.5, True)]
    assert (shown.checkpoints["shape"].key, shown.checkpoints["shape"].hit) == ("k", True)


def test_the_last_value_wins(store: JobStore, job: Job, documents: Flaky) -> None:
    with beating(store, job, settings=Settings(progress_s=0.05)) as beat:
        beat.started(STAGE, 0, 1, 0)
        for percent in range(100):
            beat.stepped(percent, percent, f"{percent}")
        until(lambda: store.get("a").progress == 99, "the newest progress is shown")
    assert documents.calls["write"] < 20, "most of the steps were never written"


def test_it_writes_at_most_once_every_progress_s(store: JobStore, job: Job, documents: Flaky) -> None:
    progress_s, before, begun = 0.05, documents.calls["write"], time.monotonic()
    with beating(store, job, settings=Settings(progress_s=progress_s)) as beat:
        beat.started(STAGE, 0, 1, 0)
        until(
            lambda: beat.stepped(0, 0, str(time.monotonic())) or documents.calls["write"] - before >= 5,
            "five beats are written",
        )
    assert documents.calls["write"] - before <= (time.monotonic() - begun) / progress_s + 1


def test_progress_never_goes_backwards_in_the_document(store: JobStore, job: Job) -> None:
    with beating(store, job) as beat:
        beat.started(STAGE, 0, 2, 0)
        beat.stepped(80, 80, "a")
        until(lambda: store.get("a").progress == 80, "80 % are shown")
        beat.stepped(10, 10, "b")
        until(lambda: "message='b'" in repr(store.get("a").stage), "the step is shown")
    assert store.get("a").progress == 80


def test_the_eta_comes_with_the_first_tenth(store: JobStore, job: Job, clock: FakeClock) -> None:
    with beating(store, job) as beat:
        beat.started(STAGE, 0, 2, 5)
        assert beat.report.eta_at is None
        clock.advance(10)
        beat.stepped(50, 50, "half")
        assert beat.report.eta_at == clock.now() + timedelta(seconds=10)


def test_without_a_pause_the_work_waits_until_each_step_is_in_the_document(
    store: JobStore, job: Job, documents: Flaky
) -> None:
    with beating(store, job, settings=Settings(progress_s=0)) as beat:
        beat.started(STAGE, 0, 1, 0)
        for percent in range(1, 6):
            beat.stepped(percent, percent, f"{percent}")
            assert documents.inner.read("jobs", "a").fields["progress"] == percent


def test_without_a_pause_a_store_out_of_reach_does_not_stop_the_work_either(
    store: JobStore, job: Job, documents: Flaky, caplog: pytest.LogCaptureFixture
) -> None:
    with beating(store, job, settings=Settings(progress_s=0)) as beat:
        documents.fail("write", 40)
        beat.started(STAGE, 0, 1, 20)
        assert "did not arrive" in caplog.text
        assert beat.interrupted() is None
        documents.heal()
        beat.stepped(50, 60, "on we go")
        assert store.get("a").progress == 60


# --- the pace: three beats fit into a lease -----------------------------------------------------------


@pytest.mark.parametrize("progress_s", [0, 0.01, 60])
def test_beats_come_in_time_however_rarely_progress_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, progress_s: float
) -> None:
    """And however rarely somebody looks: only `beat_s` decides. On the machine's clock, for it is a matter of time."""
    monkeypatch.setattr(heartbeat, "LOOK_EVERY_S", 60)
    store = JobStore(SqliteDocumentStore(tmp_path / "lumen.db"))
    store.create(a_job("a", now=store.clock.now()))
    job = claim(store, "a")
    with beating(store, job, settings=Settings(beat_s=0.02, progress_s=progress_s)) as beat:
        for _ in range(3):
            before = lease_of(store.get("a"))
            until(lambda last=before: lease_of(store.get("a")) != last, "the lease is extended")
        assert beat.interrupted() is None
        monkeypatch.setattr(heartbeat, "LOOK_EVERY_S", 0.05)


# --- who wants it to end ----------------------------------------------------------------------------


def test_while_nobody_wants_it_to_end_it_goes_on(store: JobStore, job: Job, documents: Flaky) -> None:
    with beating(store, job) as beat:
        before = documents.calls["read"]
        beat.started(STAGE, 0, 1, 0)
        until(lambda: documents.calls["read"] > before + 1, "the document is read")
        assert beat.interrupted() is None


def test_a_cancel_is_seen_by_the_look_between_beats(store: JobStore, job: Job, documents: Flaky) -> None:
    with beating(store, job) as beat:
        store.update("a", lambda job, now: job.request_cancel(now=now))
        writes = documents.calls["write"]
        until(lambda: isinstance(beat.interrupted(), CancelRequested), "the cancel is seen")
        assert documents.calls["write"] == writes, "to look is not to write"


def test_a_cancel_is_seen_by_the_beat_itself(store: JobStore, job: Job) -> None:
    store.update("a", lambda job, now: job.request_cancel(now=now))
    with beating(store, job) as beat:
        beat.started(STAGE, 0, 1, 0)
        until(lambda: isinstance(beat.interrupted(), CancelRequested), "the cancel is seen")


def taken_over(store: JobStore, clock: FakeClock) -> Job:
    clock.advance(46)
    return claim(store, "a", holder="y")


@pytest.mark.parametrize("says_something", [True, False])
def test_a_lost_lease_is_seen_and_nothing_is_written_into_the_others_document(
    store: JobStore, job: Job, clock: FakeClock, says_something: bool
) -> None:
    theirs = taken_over(store, clock)
    with beating(store, job) as beat:
        if says_something:
            beat.started(STAGE, 0, 1, 50)
        until(lambda: isinstance(beat.interrupted(), LeaseLost), "the loss is seen")
    assert store.get("a") == theirs


@pytest.mark.parametrize("how", ["finished by another", "deleted"])
def test_a_job_that_is_not_ours_any_more_is_a_lost_lease(store: JobStore, job: Job, how: str) -> None:
    with beating(store, job) as beat:
        if how == "deleted":
            store.delete("a")
        else:
            finish(store, "a", lease_of(job))
        until(lambda: isinstance(beat.interrupted(), LeaseLost), "the loss is seen")


def test_a_shutdown_is_seen_at_once(store: JobStore, job: Job, stopping: threading.Event) -> None:
    with beating(store, job, stopping) as beat:
        assert beat.interrupted() is None
        stopping.set()
        assert isinstance(beat.interrupted(), ShuttingDown)


# --- what must not stop the work ----------------------------------------------------------------------


def test_a_store_out_of_reach_does_not_stop_the_work(
    store: JobStore, job: Job, documents: Flaky, caplog: pytest.LogCaptureFixture
) -> None:
    with beating(store, job) as beat:
        documents.fail("read", 40)
        beat.started(STAGE, 0, 1, 20)
        until(lambda: "did not arrive" in caplog.text, "the beat fails")
        assert beat.interrupted() is None
        documents.heal()
        beat.stepped(50, 60, "on we go")
        until(lambda: store.get("a").progress == 60, "the next beat arrives")


def test_a_bug_in_a_beat_does_not_silence_the_beats_after_it(
    store: JobStore, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    with beating(store, job) as beat:
        beat.started(STAGE, 0, 1, 0)
        beat.stepped(0, 1_000, "no percent")
        until(lambda: "Traceback" in caplog.text, "the beat fails")
        beat.stepped(50, 50, "fine")
        until(lambda: store.get("a").progress == 50, "the next beat arrives")
        assert beat.interrupted() is None


# --- the end ----------------------------------------------------------------------------------------


def test_a_worker_that_hangs_does_not_hold_its_job_for_ever(
    store: JobStore, job: Job, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    with beating(store, job, settings=Settings(lease_s=45, beat_s=10, progress_s=0.01, work_s=20, push_s=30)) as beat:
        clock.advance(29)
        until(lambda: lease_of(store.get("a")).expires_at == clock.now() + LEASE_FOR, "it beats while a push lives")
        clock.advance(2)
        until(lambda: not beat._thread.is_alive(), "no beat comes any more")
        assert "left to its lease's end" in caplog.text
        expires_at = lease_of(store.get("a")).expires_at
        beat.stepped(50, 50, "as if nothing had happened")
        clock.advance(60)
        assert claim(store, "a", holder="the other").claims == 2
    assert expires_at < clock.now()


def test_nothing_is_written_after_the_end(store: JobStore, job: Job, documents: Flaky, clock: FakeClock) -> None:
    with beating(store, job) as beat:
        beat.started(STAGE, 0, 1, 20)
        until(lambda: store.get("a").progress == 20, "progress is shown")
    until(lambda: not beat._thread.is_alive(), "the thread ends")
    asked = documents.calls["read"], documents.calls["write"]
    beat.stepped(90, 90, "too late")
    clock.advance(60)
    assert (documents.calls["read"], documents.calls["write"]) == asked
    assert store.get("a").progress == 20


def test_a_beat_that_is_overtaken_by_the_end_writes_nothing(store: JobStore, job: Job, documents: Flaky) -> None:
    done: list[Job] = []
    documents.overtake("write", lambda: done.append(finish(store, "a", lease_of(job))))
    with beating(store, job) as beat:
        beat.started(STAGE, 0, 1, 20)
        until(lambda: isinstance(beat.interrupted(), LeaseLost), "the beat finds the job done")
    assert store.get("a") == done[0]
    assert store.get("a").status is JobStatus.SUCCEEDED


def test_a_beat_after_the_end_is_not_even_tried(store: JobStore, job: Job, documents: Flaky, clock: FakeClock) -> None:
    """Between the end and the thread's own end: the lease is still ours, and the last write is not made yet."""
    with beating(store, job) as beat:
        pass
    until(lambda: not beat._thread.is_alive(), "the thread ends")
    calls = dict(documents.calls)
    clock.advance(1)
    beat._try(beat._beat)
    assert dict(documents.calls) == calls
