"""A job's life on a worker: every fate, what is written for it, and what is not."""

import json
import threading
from datetime import timedelta

import pytest

from jobs import errors as j
from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, CancelRequested, LeaseLost, Reason, ShuttingDown
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.queue import wake_up
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.settings import Settings
from jobs.status import JobStatus
from models import errors as m
from models.stage import Watcher
from tests.builders import a_job, claim, finish, lease_of
from tests.fakes import DeafQueue, FakeClock, Flaky
from tests.support_stages import acting
from tests.unit.worker.conftest import Craft, debug_of, messages_in
from worker.fate import Fate
from worker.runner import JobRunner

# --- a job comes to its end -------------------------------------------------------------------------


def test_a_job_is_claimed_made_and_finished(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH
    job = store.get("a")
    assert (job.status, job.progress, job.lease, job.attempt) == (JobStatus.SUCCEEDED, 100, None, 1)
    assert job.output is not None
    assert job.metrics is not None
    (attempt,) = job.attempts
    assert (attempt.worker, attempt.event, attempt.token) == ("me", "finish", 1)
    (given,) = craft.made
    assert (given.status, given.claims) == (JobStatus.RUNNING, 1)


def test_what_was_told_while_it_was_made_is_in_the_last_write(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    def deed(job: Job, watcher: Watcher) -> None:
        watcher.started(acting("shape"), 0, 1, 0)
        watcher.finished(acting("shape"), key="k", seconds=0.25, hit=False)

    craft.deed = deed
    store.create(a_job("a"))
    runner.serve("a")
    job = store.get("a")
    assert [stage.name for stage in job.stages] == ["shape"]
    assert job.checkpoints["shape"].key == "k"
    assert job.metrics is not None
    assert job.metrics.stage_seconds == {"shape": 0.25}
    assert job.stage is None


def test_the_wait_in_the_queue_is_measured(runner: JobRunner, store: JobStore, clock: FakeClock) -> None:
    store.create(a_job("a"))
    clock.advance(12)
    runner.serve()
    metrics = store.get("a").metrics
    assert metrics is not None
    assert metrics.wait_seconds == 12


@pytest.mark.parametrize(
    "error", [m.BadInput("no words"), j.InvalidRequest("input.image", "no"), j.BlobMissing("uploads/x")]
)
def test_what_is_hopeless_fails_at_once_and_is_announced(
    runner: JobRunner, store: JobStore, craft: Craft, topic: SqliteJobQueue, records: Records, error: Exception
) -> None:
    craft.raises(error)
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FAIL
    job = store.get("a")
    assert (job.status, job.attempts_left) == (JobStatus.FAILED, 2)
    assert job.error is not None
    assert job.error.message == str(error)
    assert job.error.refusals == getattr(error, "refusals", ())
    assert job.dead_letter is not None
    assert job.dead_letter.published_at is not None
    delivery = topic.pull(0)
    assert delivery is not None
    assert delivery.message.attributes["job_id"] == "a"
    assert delivery.message.attributes["reason"] == job.error.reason
    assert json.loads(delivery.message.data)["worker"] == "me"
    assert topic.pull(0) is None
    assert type(error).__name__ in debug_of(records)["traceback"]


def test_a_letter_that_cannot_be_published_is_left_to_sweep(
    runner: JobRunner, store: JobStore, craft: Craft, records: Records
) -> None:
    deaf = JobRunner(
        **{name: getattr(runner, name) for name in JobRunner.__dataclass_fields__}
        | {"letters": DeadLetters(store, records, DeafQueue())}
    )
    craft.raises(m.BadInput("no words"))
    store.create(a_job("a"))
    assert deaf.serve("a") is Fate.FAIL
    letter = store.get("a").dead_letter
    assert letter is not None
    assert letter.published_at is None


@pytest.mark.parametrize(
    "error, reason",
    [
        (m.StageFailed("ValueError: no"), Reason.GENERATION_FAILED),
        (m.StageTimeout("slow"), Reason.STAGE_TIMEOUT),
        (m.ChildDied("SIGSEGV"), Reason.GENERATION_FAILED),
        (m.ChildStuck("pid 1"), Reason.GENERATION_FAILED),
        (m.GpuExhausted("8 GiB"), Reason.GPU_OUT_OF_MEMORY),
        (m.LoadFailed("weights"), Reason.MODEL_LOAD_FAILED),
        (m.OutOfTime("510 s"), Reason.JOB_TIMEOUT),
        (m.NoUsableMesh(("one: no head",)), Reason.MESH_INVALID),
        (m.MemoryExhausted("9 GB"), Reason.GENERATION_FAILED),
        (m.CircuitOpen("its circuit is open"), Reason.GENERATION_FAILED),
        (BackendDown("bucket"), Reason.STORAGE_UNAVAILABLE),
    ],
)
def test_what_may_do_better_next_time_is_queued_again_after_a_while(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock, error: Exception, reason: Reason
) -> None:
    craft.raises(error)
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.RETRY
    job = store.get("a")
    assert (job.status, job.lease, job.attempts_left) == (JobStatus.QUEUED, None, 2)
    assert job.not_before > clock.now()
    (attempt,) = job.attempts
    assert (attempt.event, attempt.reason, attempt.message) == ("retry", reason, str(error))


def test_the_last_attempt_fails_for_good(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock, topic: SqliteJobQueue
) -> None:
    craft.raises(m.ChildDied("SIGSEGV"))
    store.create(a_job("a"))
    fates = []
    while store.get("a").status is JobStatus.QUEUED:
        fates.append(runner.serve("a"))
        clock.advance(600)
    assert fates == [Fate.RETRY, Fate.RETRY, Fate.FAIL]
    job = store.get("a")
    assert job.error is not None
    assert (job.error.reason, job.error.attempt, job.attempts_left) == (Reason.GENERATION_FAILED, 3, 0)
    assert messages_in(topic) == 1


@pytest.mark.parametrize("error", [ShuttingDown("SIGTERM"), m.HandOver("510 s")])
def test_a_job_that_is_handed_back_has_its_attempt_back(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock, error: Exception
) -> None:
    craft.raises(error)
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.HAND_BACK
    job = store.get("a")
    assert (job.status, job.attempt, job.attempts_left, job.claims) == (JobStatus.QUEUED, 0, 3, 1)
    assert job.not_before <= clock.now(), "at once"
    assert job.attempts[0].event == "hand_back"


def test_a_cancel_ends_the_job(runner: JobRunner, store: JobStore, craft: Craft, topic: SqliteJobQueue) -> None:
    def deed(job: Job, watcher: Watcher) -> None:
        store.update("a", lambda job, now: job.request_cancel(now=now))
        raise CancelRequested("The client asked.")

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.CANCEL
    job = store.get("a")
    assert (job.status, job.attempts[0].event, job.error) == (JobStatus.CANCELED, "cancel", None)
    assert messages_in(topic) == 0


@pytest.mark.parametrize("error", [m.BadInput("no"), m.ChildDied("SIGSEGV"), ShuttingDown("SIGTERM")])
def test_who_asked_for_a_cancel_gets_one_whatever_else_happened(
    runner: JobRunner, store: JobStore, craft: Craft, error: Exception
) -> None:
    def deed(job: Job, watcher: Watcher) -> None:
        store.update("a", lambda job, now: job.request_cancel(now=now))
        raise error

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.CANCEL
    assert store.get("a").status is JobStatus.CANCELED


def test_a_finish_that_came_first_stays_a_success(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    craft.deed = lambda job, watcher: store.update("a", lambda job, now: job.request_cancel(now=now))
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH
    assert store.get("a").status is JobStatus.SUCCEEDED


# --- the lease is lost ------------------------------------------------------------------------------


def take_over(store: JobStore, clock: FakeClock) -> Job:
    clock.advance(301)
    return claim(store, "a", holder="the other")


@pytest.mark.parametrize(
    "error", [None, LeaseLost("seen"), m.BadInput("no"), m.ChildDied("SIGSEGV"), ShuttingDown("x"), RuntimeError("bug")]
)
def test_whoever_lost_the_lease_writes_nothing_whatever_became_of_the_work(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock, topic: SqliteJobQueue, error: Exception | None
) -> None:
    theirs: list[Job] = []

    def deed(job: Job, watcher: Watcher) -> None:
        theirs.append(take_over(store, clock))
        if error:
            raise error

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.LOST
    assert store.get("a") == theirs[0]
    assert messages_in(topic) == 0
    with pytest.raises(j.RecordMissing):
        debug_of(runner.records)


def test_a_job_deleted_in_the_middle_is_lost_and_stays_deleted(
    runner: JobRunner, store: JobStore, craft: Craft
) -> None:
    craft.deed = lambda job, watcher: store.delete("a")
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.LOST
    with pytest.raises(j.JobMissing):
        store.get("a")


# --- the store is down ------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["find", "read", "write"])
def test_a_store_that_is_down_before_the_claim_costs_no_attempt(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft, method: str
) -> None:
    store.create(a_job("a"))
    documents.fail(method, 100)
    assert runner.serve("a") is Fate.NOT_READY
    documents.heal()
    job = store.get("a")
    assert (job.status, job.attempt, job.attempts_left, craft.made) == (JobStatus.QUEUED, 0, 3, [])
    assert runner.serve("a") is Fate.FINISH


def test_a_claim_whose_answer_got_lost_is_ours(runner: JobRunner, store: JobStore, documents: Flaky) -> None:
    store.create(a_job("a"))
    documents.lose_answer("write")
    assert runner.serve("a") is Fate.FINISH
    assert store.get("a").claims == 1


def test_a_finish_whose_answer_got_lost_is_a_success(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    craft.deed = lambda job, watcher: documents.lose_answer("write")
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH
    assert store.get("a").status is JobStatus.SUCCEEDED


def test_what_cannot_be_written_is_left_to_the_leases_end(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    craft.deed = lambda job, watcher: documents.fail("write", 100_000)
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.LOST
    documents.heal()
    assert store.get("a").status is JobStatus.RUNNING


OUTAGE = 60  # calls that fail: 20 times more than one question is asked


def test_finished_work_waits_for_a_store_that_is_down_for_minutes(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft, clock: FakeClock
) -> None:
    def deed(job: Job, watcher: Watcher) -> None:
        documents.fail("write", OUTAGE // 2)
        documents.fail("read", OUTAGE // 2)

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH
    assert clock.monotonic() > 30, "it was a long outage"
    assert len(craft.made) == 1


def test_finished_work_waits_for_a_bucket_that_is_down_for_minutes(
    runner: JobRunner, store: JobStore, craft: Craft
) -> None:
    craft.full = OUTAGE
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH
    assert (len(craft.made), craft.full) == (1, 0)


def test_nobody_waits_longer_than_an_attempt_may_work(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock, settings: Settings
) -> None:
    craft.full = 100_000
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.RETRY
    assert settings.work_s <= clock.monotonic() < settings.work_s + 10
    assert store.get("a").attempts[0].reason is Reason.STORAGE_UNAVAILABLE


def test_a_finish_that_landed_in_an_outage_of_minutes_is_a_success(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    """Its answer got lost, and so did many after it: it is still known as our own."""

    def deed(job: Job, watcher: Watcher) -> None:
        documents.lose_answer("write")
        documents.overtake("read", lambda: documents.fail("read", OUTAGE))

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH


@pytest.mark.parametrize("method", ["read", "write"])
def test_a_failure_waits_for_the_store_as_well(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft, method: str
) -> None:
    def deed(job: Job, watcher: Watcher) -> None:
        documents.fail(method, OUTAGE)
        raise m.ChildDied("SIGSEGV")

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.RETRY


def test_a_worker_that_has_to_end_does_not_wait_for_the_bucket(
    runner: JobRunner, store: JobStore, craft: Craft, stopping: threading.Event, clock: FakeClock
) -> None:
    craft.full = 100_000
    craft.is_full = stopping.set
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.HAND_BACK
    assert clock.monotonic() < 12, "as long as any other question"
    assert store.get("a").attempts_left == 3


# --- wake-ups ---------------------------------------------------------------------------------------


def test_what_is_due_is_served_without_a_message(runner: JobRunner, store: JobStore, queue: SqliteJobQueue) -> None:
    assert runner.serve_on() is Fate.IDLE
    store.create(a_job("a"))
    assert runner.serve_on() is Fate.FINISH
    assert store.get("a").status is JobStatus.SUCCEEDED
    assert runner.serve_on() is Fate.IDLE
    assert messages_in(queue) == 0


def test_a_store_out_of_reach_has_nothing_to_go_on_with(
    runner: JobRunner, documents: Flaky, caplog: pytest.LogCaptureFixture
) -> None:
    documents.fail("find", OUTAGE)
    assert runner.serve_on() is Fate.NOT_READY
    assert "left to the next wake-up" in caplog.text


def test_somebody_is_woken_if_a_job_is_due(runner: JobRunner, store: JobStore, queue: SqliteJobQueue) -> None:
    runner.wake_another()
    assert messages_in(queue) == 0
    store.create(a_job("a", trace="t"))
    runner.wake_another()
    delivery = queue.pull(0)
    assert delivery is not None
    assert delivery.message == wake_up("a", "t")


def test_a_wake_up_that_cannot_be_published_is_left_to_sweep(
    runner: JobRunner, store: JobStore, caplog: pytest.LogCaptureFixture
) -> None:
    deaf = JobRunner(
        **{name: getattr(runner, name) for name in JobRunner.__dataclass_fields__} | {"queue": DeafQueue()}
    )
    store.create(a_job("a"))
    deaf.wake_another()
    assert "left to sweep" in caplog.text


# --- the end of a worker ----------------------------------------------------------------------------


def test_a_worker_that_is_told_to_end_claims_nothing(
    runner: JobRunner, store: JobStore, stopping: threading.Event
) -> None:
    store.create(a_job("a"))
    stopping.set()
    assert runner.serve("a") is Fate.NOT_READY
    assert store.get("a").claims == 0


def test_a_job_in_the_hands_of_a_worker_that_ends_is_handed_back(
    runner: JobRunner, store: JobStore, craft: Craft, stopping: threading.Event
) -> None:
    craft.is_told_to_end(stopping)
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.HAND_BACK
    assert (store.get("a").attempts_left, store.get("a").attempt) == (3, 0)


def test_no_thread_is_left_when_a_job_is_over(runner: JobRunner, store: JobStore) -> None:
    before = threading.active_count()
    for number in range(5):
        store.create(a_job(f"j{number}"))
        assert runner.serve() is Fate.FINISH
    assert threading.active_count() == before


def test_the_lease_is_as_long_as_the_settings_say(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock, settings: Settings
) -> None:
    store.create(a_job("a"))
    runner.serve("a")
    assert lease_of(craft.made[0]).expires_at == clock.now() + timedelta(seconds=settings.lease_s)


def test_a_result_of_somebody_else_is_not_overwritten(
    runner: JobRunner, store: JobStore, craft: Craft, clock: FakeClock
) -> None:
    done: list[Job] = []

    def deed(job: Job, watcher: Watcher) -> None:
        theirs = take_over(store, clock)
        done.append(finish(store, "a", lease_of(theirs)))

    craft.deed = deed
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.LOST
    assert store.get("a") == done[0]
