"""Which job a worker takes, and that no other has it, nor its equal."""

from datetime import timedelta

import pytest

from jobs.errors import Reason
from jobs.job_store import JOBS, JobStore
from jobs.queues.sqlite import SqliteJobQueue
from jobs.request import Priority
from jobs.status import JobStatus
from tests.builders import a_job, a_request, claim, lease_of
from tests.fakes import FakeClock, Flaky
from tests.unit.worker.conftest import Craft, messages_in
from worker.claim import CHOICES_MAX
from worker.fate import Fate
from worker.runner import JobRunner

# --- who goes next ----------------------------------------------------------------------------------


def test_when_nothing_is_queued_there_is_nothing_to_do(runner: JobRunner, craft: Craft) -> None:
    assert runner.serve() is Fate.IDLE
    assert craft.made == []


@pytest.mark.parametrize("later_s, fate", [(300, Fate.NOT_DUE), (3600, Fate.IDLE)])
def test_a_job_whose_time_has_not_come_is_left_alone(
    runner: JobRunner, store: JobStore, clock: FakeClock, later_s: int, fate: Fate
) -> None:
    later = clock.now() + timedelta(seconds=later_s)
    store.create(a_job("a").model_copy(update={"not_before": later}))
    assert runner.serve("a") is fate
    assert store.get("a").attempt == 0


def test_a_hint_at_a_job_that_never_was_is_rejected(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    store.create(a_job("a"))
    assert runner.serve("nobody") is Fate.REJECT
    assert craft.made == []


def test_a_hint_at_a_job_that_is_over_wakes_up_for_another(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    store.create(a_job("old"))
    runner.serve("old")
    store.create(a_job("new"))
    assert runner.serve("old") is Fate.FINISH
    assert [job.id for job in craft.made] == ["old", "new"]


def test_the_hinted_job_goes_first_among_its_equals_and_no_further(
    runner: JobRunner, store: JobStore, craft: Craft
) -> None:
    for job_id in ("a", "b"):
        store.create(a_job(job_id))
    store.create(a_job("urgent", priority=Priority.HIGH))
    for _ in range(3):
        runner.serve("b")
    assert [job.id for job in craft.made] == ["urgent", "b", "a"]


def test_a_job_that_somebody_else_works_on_is_not_touched(runner: JobRunner, store: JobStore, craft: Craft) -> None:
    store.create(a_job("a"))
    theirs = claim(store, "a", holder="the other")
    assert runner.serve("a") is Fate.IDLE
    assert store.get("a") == theirs
    assert craft.made == []


def test_a_claim_that_loses_its_race_takes_the_next_job(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    for job_id in ("a", "b"):
        store.create(a_job(job_id))
    documents.overtake("write", lambda: claim(store, "a", holder="the other"))
    assert runner.serve("a") is Fate.FINISH
    assert [job.id for job in craft.made] == ["b"]
    assert lease_of(store.get("a")).holder == "the other"


def test_a_worker_that_loses_every_race_gives_up(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    """The others work: there is no need to insist."""
    for number in range(CHOICES_MAX * 4):
        store.create(a_job(f"j{number:02}"))
        documents.overtake("write", lambda n=number: claim(store, f"j{n:02}", holder="the other"))
    assert runner.serve() in {Fate.NOT_DUE, Fate.IDLE}
    assert craft.made == []


def test_a_lapsed_job_is_taken_over(runner: JobRunner, store: JobStore, clock: FakeClock, craft: Craft) -> None:
    store.create(a_job("a"))
    claim(store, "a", holder="the dead")
    clock.advance(301)
    assert runner.serve("a") is Fate.FINISH
    job = store.get("a")
    assert [(each.worker, each.event) for each in job.attempts] == [("the dead", "lapse"), ("me", "finish")]
    assert craft.made[0].claims == 2


def test_a_job_that_killed_every_worker_fails_and_the_next_one_is_served(
    runner: JobRunner, store: JobStore, clock: FakeClock, craft: Craft, topic: SqliteJobQueue
) -> None:
    store.create(a_job("a", attempts_left=1))
    claim(store, "a", holder="the dead")
    clock.advance(301)
    store.create(a_job("b", now=clock.now()))
    assert runner.serve("a") is Fate.FINISH
    job = store.get("a")
    assert job.error is not None
    assert (job.status, job.error.reason) == (JobStatus.FAILED, Reason.MAX_ATTEMPTS_EXCEEDED)
    assert [each.id for each in craft.made] == ["b"]
    assert messages_in(topic) == 1


def test_a_queued_job_with_the_cancel_flag_is_settled_and_not_made(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    store.create(a_job("a"))
    documents.write(documents.read(JOBS, "a"), {"cancel_requested": True})
    assert runner.serve("a") is Fate.IDLE
    assert store.get("a").status is JobStatus.CANCELED
    assert craft.made == []


def test_a_document_that_cannot_be_read_is_failed_and_passed_over(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    store.create(a_job("bad"))
    documents.write(documents.read(JOBS, "bad"), {"input": {"prompt": 7}, "extra": "kept"})
    store.create(a_job("good"))
    assert runner.serve("bad") is Fate.FINISH
    assert [job.id for job in craft.made] == ["good"]
    fields = documents.read(JOBS, "bad").fields
    assert (fields["status"], fields["error"]["reason"], fields["extra"]) == ("failed", "INVALID_INPUT", "kept")
    assert runner.serve("bad") is Fate.IDLE


def test_a_document_of_a_later_version_is_left_alone(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    store.create(a_job("newer"))
    before = documents.write(documents.read(JOBS, "newer"), {"schema_version": 99})
    store.create(a_job("good"))
    assert runner.serve("newer") is Fate.FINISH
    assert [job.id for job in craft.made] == ["good"]
    assert documents.read(JOBS, "newer").version == before.version


# --- equal requests ---------------------------------------------------------------------------------


def twins(store: JobStore, *ids: str) -> None:
    for job_id in ids:
        store.create(a_job(job_id, request=a_request("flying bird")))


def test_a_job_whose_equal_is_claimed_at_the_same_instant_steps_aside(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    twins(store, "a", "b")
    documents.overtake("write", lambda: claim(store, "b", holder="the other"))
    assert runner.serve("a") is Fate.NOT_DUE
    job = store.get("a")
    assert (job.status, job.attempt, job.attempts_left) == (JobStatus.QUEUED, 0, 3)
    assert job.attempts[0].event == "hand_back"
    assert craft.made == []


@pytest.mark.parametrize("method", ["find", "write"])
def test_in_an_outage_after_the_claim_the_job_is_made_all_the_same(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft, method: str
) -> None:
    """It is ours by then, and has spent an attempt: nobody else would work on it before the lease has ended."""
    twins(store, "a", "b")

    def overtaken() -> None:
        claim(store, "b", holder="the other")
        if method == "find":
            documents.fail("find", 10)
        else:
            documents.overtake("find", lambda: documents.fail("write", 10))

    documents.overtake("write", overtaken)
    craft.deed = lambda job, watcher: documents.heal()
    assert runner.serve("a") is Fate.FINISH
    assert store.get("a").claims == 1


def test_a_job_that_is_deleted_while_it_steps_aside_is_not_made(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    twins(store, "a", "b")

    def overtaken() -> None:
        claim(store, "b", holder="the other")
        documents.overtake("find", lambda: store.delete("a"))

    documents.overtake("write", overtaken)
    assert runner.serve() is Fate.IDLE
    assert craft.made == []


def test_whoever_steps_aside_takes_another_job_if_there_is_one(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft
) -> None:
    twins(store, "a", "b")
    store.create(a_job("c", turn=1))
    documents.overtake("write", lambda: claim(store, "b", holder="the other"))
    assert runner.serve("a") is Fate.FINISH
    assert [job.id for job in craft.made] == ["c"]


def test_an_equal_whose_worker_went_silent_is_waited_for_by_nobody(
    runner: JobRunner, store: JobStore, documents: Flaky, clock: FakeClock, craft: Craft
) -> None:
    twins(store, "a", "b")

    def overtaken() -> None:
        claim(store, "b", holder="the other", lease_s=1)
        clock.advance(2)

    documents.overtake("write", overtaken)
    assert runner.serve("a") is Fate.FINISH
    assert [job.id for job in craft.made] == ["a"]


def test_a_traceback_that_cannot_be_kept_is_logged(
    runner: JobRunner, store: JobStore, documents: Flaky, craft: Craft, caplog: pytest.LogCaptureFixture
) -> None:
    craft.raises(RuntimeError("a bug"))
    documents.fail("create", 0)
    store.create(a_job("a"))
    documents.fail("create", 100)
    assert runner.serve("a") is Fate.RETRY
    assert "is only here" in caplog.text
    assert store.get("a").status is JobStatus.QUEUED
