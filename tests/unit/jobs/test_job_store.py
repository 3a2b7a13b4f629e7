"""Masks, lost answers, lost races and documents that are no jobs."""

from datetime import timedelta
from typing import Any

import pytest

from jobs.errors import BackendDown, JobExists, JobUnreadable, LeaseHeld, Outrun, Reason
from jobs.fields import LastWrite
from jobs.job import SCHEMA_VERSION, Job
from jobs.job_document import Unreadable, changed_fields, readable, to_fields, to_job
from jobs.job_store import JOBS, JobQuery, JobStore
from jobs.status import JobStatus
from jobs.store import Document
from tests.builders import a_job, claim, claimed, fail, finish, lease_of
from tests.fakes import START, FakeClock, Flaky


def put(documents: Flaky, **changes: Any) -> Document:
    """A raw document of a queued job, with these changes; None takes a field away."""
    fields = {name: value for name, value in (to_fields(a_job()) | changes).items() if value is not None}
    return documents.create(JOBS, "a", fields)


def raw(documents: Flaky) -> dict[str, Any]:
    return dict(documents.inner.read(JOBS, "a").fields)


# --- masks ---


def test_the_mask_names_what_changed_and_nothing_else() -> None:
    job = a_job()
    assert changed_fields(job, job) == {}
    assert changed_fields(job, job.model_copy(update={"turn": 3})) == {"turn": 3}
    expected = {"status", "claims", "attempt", "attempts_left", "attempts", "lease", "started_at"}
    assert set(changed_fields(job, claimed(job))) == expected


def test_what_a_change_does_not_touch_stays_to_the_last_unknown_field(store: JobStore, documents: Flaky) -> None:
    job = a_job()
    put(documents, input=to_fields(job)["input"] | {"from_the_future": 1}, stranger={"a": [1]})
    before = raw(documents)
    finish(store, "a", lease_of(claim(store, "a")))
    after = raw(documents)
    assert after["input"]["from_the_future"] == 1
    same = {"schema_version", "id", "owner_uid", "input", "priority", "tags", "created_at", "not_before", "stranger"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_every_write_says_who_made_it_and_when(store: JobStore, documents: Flaky, clock: FakeClock) -> None:
    store.create(a_job())
    clock.advance(5)
    job = claim(store, "a")
    assert job.last_write == LastWrite(holder=store.holder, n=1)
    assert job.updated_at == START + timedelta(seconds=5)


def test_a_document_holds_plain_values_only(documents: Flaky) -> None:
    def kinds(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {kind for each in value.values() for kind in kinds(each)}
        if isinstance(value, list):
            return {kind for each in value for kind in kinds(each)}
        return {type(value).__name__}

    assert kinds(to_fields(claimed(a_job()))) <= {"str", "int", "bool", "NoneType", "datetime"}


# --- answers that got lost ---


def test_a_create_that_landed_unheard_is_not_a_conflict(store: JobStore, documents: Flaky) -> None:
    documents.lose_answer("create")
    job = store.create(a_job())
    assert documents.calls["create"] == 2
    assert job == store.get("a")


def test_a_create_that_did_not_land_is_made_again(store: JobStore, documents: Flaky) -> None:
    documents.fail("create", 3)
    assert store.create(a_job()) == store.get("a")
    assert documents.calls["create"] == 4


def test_the_create_of_somebody_else_is_a_conflict(store: JobStore, documents: Flaky, clock: FakeClock) -> None:
    JobStore(documents.inner, clock).create(a_job())  # its first write, as ours will be
    with pytest.raises(JobExists):
        store.create(a_job())


def test_an_update_that_landed_unheard_is_not_made_twice(store: JobStore, documents: Flaky) -> None:
    store.create(a_job())
    documents.lose_answer("write")
    job = claim(store, "a")
    assert (job.claims, job.attempts_left) == (1, 2)
    assert job == store.get("a")
    assert documents.calls["write"] == 1


def test_an_end_that_landed_unheard_is_the_end(store: JobStore, documents: Flaky) -> None:
    store.create(a_job())
    lease = lease_of(claim(store, "a"))
    documents.lose_answer("write")
    assert finish(store, "a", lease).status is JobStatus.SUCCEEDED


@pytest.mark.parametrize("method", ["read", "write"])
def test_an_update_that_did_not_land_is_made_again(store: JobStore, documents: Flaky, method: str) -> None:
    store.create(a_job())
    documents.fail(method, 3)
    assert claim(store, "a").claims == store.get("a").claims == 1


def test_a_lost_claim_is_not_made_twice_although_somebody_wrote_since(
    store: JobStore, documents: Flaky, clock: FakeClock
) -> None:
    store.create(a_job())
    other = JobStore(documents.inner, clock)
    documents.lose_answer("write")
    documents.overtake("read", lambda: None)
    documents.overtake("read", lambda: other.update("a", lambda job, now: job.request_cancel(now=now)))
    with pytest.raises(LeaseHeld):
        claim(store, "a")
    assert (store.get("a").claims, store.get("a").cancel_requested) == (1, True)


def test_a_write_of_somebody_else_is_not_taken_for_ours(store: JobStore, documents: Flaky, clock: FakeClock) -> None:
    JobStore(documents.inner, clock).create(a_job())  # its write number 0
    assert claim(store, "a").status is JobStatus.RUNNING  # our write number 0


def test_each_update_is_a_write_of_its_own(store: JobStore) -> None:
    store.create(a_job())
    for turn in (1, 2, 3):
        assert store.update("a", lambda job, now: job.model_copy(update={"turn": job.turn + 1})).turn == turn


def test_an_outage_without_end_comes_out_and_nothing_is_written(store: JobStore, documents: Flaky) -> None:
    before = store.create(a_job())
    documents.fail("write", 99)
    with pytest.raises(BackendDown):
        claim(store, "a")
    assert documents.calls["write"] == 4
    documents.heal()
    assert store.get("a") == before


def test_a_document_written_without_end_surfaces_as_an_outage(store: JobStore, documents: Flaky) -> None:
    store.create(a_job())
    for _ in range(50):
        documents.overtake("write", lambda: documents.inner.write(documents.inner.read(JOBS, "a"), {"trace": "other"}))
    with pytest.raises(Outrun):
        claim(store, "a")
    assert documents.calls["write"] == 40
    assert store.get("a").claims == 0


# --- documents that are no jobs ---

NO_JOBS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown status": ({"status": "thinking"}, "status"),
    "a contradiction": ({"status": "running"}, "a job has a lease while it runs"),
    "no input": ({"input": None}, "input"),
    "a wrong type": ({"attempts_left": "many"}, "attempts_left"),
    "a bad number deep inside": ({"input": {"prompt": "x", "points": 1}}, "input.points"),
}


@pytest.mark.parametrize("name", NO_JOBS)
def test_a_document_that_is_no_job_says_why(name: str, store: JobStore, documents: Flaky) -> None:
    changes, why = NO_JOBS[name]
    put(documents, **changes)
    with pytest.raises(JobUnreadable, match=f"^a is not a job: .*{why}"):
        store.get("a")
    with pytest.raises(JobUnreadable):
        claim(store, "a")
    assert documents.calls["write"] == 0


def test_a_query_gives_what_it_cannot_read_as_that(store: JobStore, documents: Flaky) -> None:
    put(documents, attempts_left="many")
    store.create(a_job("b"))
    found = list(store.queued(due_by=START, limit=9))
    assert {type(each) for each in found} == {Job, Unreadable}
    assert [job.id for job in readable(iter(found))] == ["b"]
    (unreadable,) = (each for each in found if isinstance(each, Unreadable))
    assert unreadable.document.key == "a"
    assert "attempts_left" in unreadable.why
    assert not unreadable.newer


def test_a_document_of_a_later_version_is_left_alone(store: JobStore, documents: Flaky) -> None:
    put(documents, schema_version=SCHEMA_VERSION + 1)
    with pytest.raises(JobUnreadable, match="schema version 2; this program knows 1"):
        store.get("a")
    with pytest.raises(JobUnreadable):
        claim(store, "a")
    (found,) = store.queued(due_by=START, limit=9)
    assert isinstance(found, Unreadable)
    assert found.newer


def test_what_is_condemned_fails_by_mask(store: JobStore, documents: Flaky, clock: FakeClock) -> None:
    lease = {"holder": "x", "token": 1, "expires_at": START}
    put(documents, status="running", attempts="what", lease=lease, stranger={"a": 1})
    before = raw(documents)
    clock.advance(5)
    (found,) = store.running()
    assert isinstance(found, Unreadable)
    store.condemn(found)
    after = raw(documents)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"status", "done", "lease", "completed_at", "updated_at", "error", "dead_letter"}
    assert (after["status"], after["done"], after["lease"], after["stranger"]) == ("failed", True, None, {"a": 1})
    assert after["completed_at"] == START + timedelta(seconds=5)
    assert after["error"]["reason"] == Reason.INVALID_INPUT
    assert "attempts" in after["error"]["message"]
    assert not list(store.running())
    assert not list(store.queued(due_by=START + timedelta(days=1), limit=9))


def test_a_condemned_contradiction_becomes_a_failed_job(store: JobStore, documents: Flaky) -> None:
    put(documents, status="running")
    (found,) = store.running()
    assert isinstance(found, Unreadable)
    store.condemn(found)
    assert store.get("a").status is JobStatus.FAILED


def test_condemning_loses_its_race_gracefully(store: JobStore, documents: Flaky) -> None:
    document = put(documents, attempts_left="many")
    found = Unreadable(document, "why")
    documents.inner.write(document, {"attempts_left": 3})
    store.condemn(found)
    assert store.get("a").status is JobStatus.QUEUED


def test_a_job_survives_the_way_into_a_document_and_back(store: JobStore) -> None:
    store.create(a_job(attempts_left=1))
    job = fail(store, "a", lease_of(claim(store, "a")))
    document = Document(JOBS, "a", to_fields(job), "v", START)
    assert to_job(document) == job == store.get("a")


def test_a_count_is_asked_again_when_the_store_was_away(store: JobStore, documents: Flaky) -> None:
    job = store.create(a_job())
    documents.fail("count", 2)
    assert store.count(JobQuery(), limit=9) == 1
    documents.fail("count", 2)
    assert store.ahead(job, limit=9) == 0
