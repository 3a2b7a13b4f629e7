"""What is known of a job saves a read, and never makes a wrong write."""

from datetime import timedelta

import pytest

from jobs.errors import JobAlreadyDone
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.known import KNOWN_MAX, Known, Version
from jobs.status import JobStatus
from jobs.store import Document
from tests.builders import LEASE_FOR, a_job, claim, finish, lease_of
from tests.fakes import START, FakeClock, Flaky


@pytest.fixture
def other(documents: Flaky, clock: FakeClock) -> JobStore:
    """Another process."""
    return JobStore(documents.inner, clock)


def beat(store: JobStore, job: Job) -> Job:
    return store.update("a", lambda now_, now: now_.beat(lease_of(job), now=now, lease_for=LEASE_FOR))


def replay(store: JobStore) -> Job:
    return store.update("a", lambda job, now: job.again(attempts=3, by="ops", reason="mended", now=now))


def test_who_found_it_in_the_queue_claims_beats_and_finishes_without_a_read(
    store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    assert [found.id for found in store.queued(due_by=START, limit=4) if isinstance(found, Job)] == ["a"]
    job = claim(store, "a")
    clock.advance(5)
    assert lease_of(beat(store, job)).expires_at == clock.now() + LEASE_FOR, "the store's time, not that of a read"
    finished = finish(store, "a", lease_of(job))
    assert documents.calls["read"] == 0
    assert store.get("a") == finished


def test_what_somebody_else_wrote_since_is_seen(store: JobStore, other: JobStore, documents: Flaky) -> None:
    store.create(a_job())
    job = claim(store, "a")
    other.update("a", lambda job, now: job.request_cancel(now=now))
    reads = documents.calls["read"]
    assert beat(store, job).cancel_requested
    assert documents.calls["read"] == reads + 1


@pytest.mark.parametrize("gone_on", [False, True])
def test_no_is_only_said_of_what_is_true_now(store: JobStore, other: JobStore, gone_on: bool) -> None:
    store.create(a_job())
    store.update("a", lambda job, now: job.model_copy(update={"cancel_requested": True}))
    store.update("a", lambda job, now: job.request_cancel(now=now))
    if gone_on:
        replay(other)
        assert claim(store, "a").status is JobStatus.RUNNING
    else:
        with pytest.raises(JobAlreadyDone):
            claim(store, "a")


def test_no_difference_is_only_believed_of_what_is_true_now(store: JobStore, other: JobStore) -> None:
    store.create(a_job())
    store.update("a", lambda job, now: job.model_copy(update={"turn": 7}))
    other.update("a", lambda job, now: job.model_copy(update={"turn": 8}))
    assert store.update("a", lambda job, now: job.model_copy(update={"turn": 7})).turn == 7
    assert store.get("a").turn == 7


def test_a_write_that_landed_unheard_is_not_made_twice_although_it_became_known(
    store: JobStore, documents: Flaky, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it waits to try again, another of its threads looks at the queue."""
    store.create(a_job())
    monkeypatch.setattr(clock, "sleep", lambda _seconds: list(store.queued(due_by=START, limit=4)))
    documents.lose_answer("write")
    assert store.update("a", lambda job, now: job.model_copy(update={"turn": job.turn + 1})).turn == 1
    assert store.get("a").turn == 1


def test_a_known_job_that_was_deleted_is_missing(store: JobStore, other: JobStore) -> None:
    store.create(a_job())
    job = claim(store, "a")
    other.delete("a")
    other.create(a_job())
    later = claim(other, "a", holder="y")
    assert (lease_of(later).token, later.claims) == (1, 1), "as the one before"
    with pytest.raises(Exception, match="no longer ours"):
        beat(store, job)


def test_a_few_are_known_and_the_first_are_forgotten() -> None:
    known = Known()
    for n in range(3 * KNOWN_MAX):
        job = a_job(f"j{n}")
        known.keep(Version(Document("jobs", job.id, {}, str(n), START + timedelta(seconds=n)), job))
    found = [n for n in range(3 * KNOWN_MAX) if known.take(f"j{n}")]
    assert found == list(range(2 * KNOWN_MAX, 3 * KNOWN_MAX))
    assert known.take(f"j{found[-1]}") is None, "it is tried once"
