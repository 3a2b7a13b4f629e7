"""Only what is dead is removed, and all of it."""

from dataclasses import replace

import pytest

from jobs.buckets.disk import DiskBucket
from jobs.dead_filter import ANY, DeadFilter, parse_filter
from jobs.deadletter import DeadLetters, id_of
from jobs.errors import BackendDown, JobMissing, RecordMissing
from jobs.job import SCHEMA_VERSION
from jobs.job_document import Unreadable
from jobs.job_store import JobStore
from jobs.purge import Purge
from jobs.queue import Message
from jobs.records import Records
from jobs.status import JobStatus
from tests.builders import a_job, claim, fail, finish, lease_of
from tests.fakes import START, FakeClock, Flaky


@pytest.fixture
def purge(letters: DeadLetters, bucket: DiskBucket) -> Purge:
    return Purge(letters, bucket)


@pytest.fixture
def dead(
    letters: DeadLetters, store: JobStore, records: Records, bucket: DiskBucket, documents: Flaky, clock: FakeClock
) -> list[str]:
    """A job with files and a traceback, a document nobody can read, garbage; and neighbours that live."""
    for job_id in ("failed", "waits", "runs", "done", "gone"):
        store.create(a_job(job_id))
        bucket.put(f"jobs/{job_id}/1/object.glb", b"glb")
        records.create(f"jobs/{job_id}/private", "debug", {"traceback": "..."})
    fail(store, "failed", lease_of(claim(store, "failed")))
    claim(store, "runs")
    finish(store, "done", lease_of(claim(store, "done")))
    store.update("gone", lambda job, now: job.request_cancel(now=now))
    clock.advance(60)
    documents.create("jobs", "odd", {"status": "queued"})
    store.condemn(Unreadable(documents.read("jobs", "odd"), "odd is not a job"))
    clock.advance(60)
    letters.reject(Message(b"x"), message_id="7", why="")
    letters.drain(limit=9)
    return ["m-7", "odd", "failed"]


def left(purge: Purge, ids: list[str]) -> dict[str, str]:
    return {each.id: str(each.error) for each in purge.go(ids) if each.error}


def test_what_is_dead_goes_with_everything_there_is_of_it(
    purge: Purge, dead: list[str], letters: DeadLetters, bucket: DiskBucket, records: Records
) -> None:
    assert left(purge, dead) == {}
    assert letters.find(limit=9) == []
    assert list(bucket.find("jobs/failed/")) == []
    with pytest.raises(RecordMissing):
        records.get("jobs/failed/private", "debug")
    for key, missing in {"failed": JobMissing, "odd": JobMissing, "m-7": RecordMissing}.items():
        with pytest.raises(missing):
            letters.get(key)


def test_nothing_else_goes_however_it_is_named(
    purge: Purge, dead: list[str], bucket: DiskBucket, store: JobStore
) -> None:
    said = left(purge, ["waits", "runs", "done", "gone", "nobody", "m-8"])
    assert said == {
        "waits": "A job that is queued has no event purge.",
        "runs": "A job that is running has no event purge.",
        "done": "A job that is succeeded has no event purge.",
        "gone": "A job that is canceled has no event purge.",
        "nobody": "There is no job nobody.",
        "m-8": "There is no m-8 in dead_letters.",
    }
    for job_id in ("waits", "runs", "done", "gone"):
        assert store.get(job_id)
        assert len(list(bucket.find(f"jobs/{job_id}/"))) == 1


@pytest.mark.parametrize(
    "wanted, found",
    [
        (ANY, ["m-7", "odd", "failed"]),
        (parse_filter(["reason=BAD_MESSAGE"]), ["m-7"]),
        (DeadFilter(until=START), ["failed"]),
    ],
)
def test_a_plan_is_what_the_filter_takes_and_writes_nothing(
    purge: Purge, dead: list[str], documents: Flaky, wanted: DeadFilter, found: list[str]
) -> None:
    documents.calls.clear()
    assert [id_of(each) for each in purge.plan(wanted)] == found
    assert set(documents.calls) == {"find"}


def test_what_a_later_version_wrote_is_not_ours_to_remove(purge: Purge, dead: list[str], documents: Flaky) -> None:
    fields = {"status": "failed", "schema_version": SCHEMA_VERSION + 1, "completed_at": START}
    documents.create("jobs", "newer", fields)
    assert "newer" not in [id_of(each) for each in purge.plan(ANY)]
    assert "schema version" in left(purge, ["newer"])["newer"]


def test_a_job_that_was_replayed_meanwhile_is_left(purge: Purge, dead: list[str], store: JobStore) -> None:
    planned = [id_of(each) for each in purge.plan(ANY)]
    store.update("failed", lambda job, now: job.again(attempts=1, by="ops", reason="", now=now))
    assert set(left(purge, planned)) == {"failed"}
    assert store.get("failed").status is JobStatus.QUEUED


@pytest.mark.parametrize("calls", range(6))
def test_cut_off_anywhere_it_is_done_again(
    purge: Purge, dead: list[str], letters: DeadLetters, documents: Flaky, bucket: DiskBucket, calls: int
) -> None:
    for _ in range(calls):
        documents.overtake("delete", lambda: None)
    documents.fail("delete", 99)
    try:
        left(purge, dead)
    except BackendDown:
        assert calls < 5
    documents.heal()
    assert all("There is no" in why for why in left(purge, dead).values())
    assert letters.find(limit=9) == []
    assert list(bucket.find("jobs/failed/")) == []


def test_a_bucket_out_of_reach_leaves_the_job_to_be_named(purge: Purge, dead: list[str], store: JobStore) -> None:
    class Down:
        def find(self, prefix: str) -> list[str]:
            raise BackendDown("The test pulled the bucket's plug.")

    with pytest.raises(BackendDown):
        left(replace(purge, bucket=Down()), ["failed"])  # type: ignore[arg-type]
    assert store.get("failed").status is JobStatus.FAILED


def test_a_purge_is_bounded(purge: Purge, dead: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.purge.PURGE_MAX", 2)
    assert [id_of(each) for each in purge.plan(ANY)] == dead[:2]
