"""Dead letters say everything, once, and garbage is kept."""

import base64
import json
from dataclasses import replace

import pytest

from jobs.deadletter import GARBAGE_BYTES_MAX, DeadLetters, letter_for
from jobs.errors import BackendDown, Reason
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.queue import JobQueue, Message
from jobs.records import Records
from tests.builders import a_failure, a_job, claim, fail, lease_of
from tests.fakes import START, DeafQueue, Flaky


@pytest.fixture
def job(store: JobStore) -> Job:
    store.create(a_job(trace="00-1-2-01"))
    return fail(store, "a", lease_of(claim(store, "a", holder="worker-1")))


def published_at(store: JobStore) -> object:
    letter = store.get("a").dead_letter
    assert letter is not None
    return letter.published_at


def test_a_letter_says_everything_about_its_job(job: Job) -> None:
    letter = letter_for(job)
    record = json.loads(letter.data)
    assert record["job_id"] == "a"
    assert (record["reason"], record["message"]) == ("GENERATION_FAILED", "It broke.")
    assert record["worker"] == "worker-1"
    assert record["created_at"] == record["failed_at"] == START.isoformat()
    assert letter.attributes == {
        "job_id": "a",
        "reason": "GENERATION_FAILED",
        "attempt": "0",
        "traceparent": "00-1-2-01",
    }


def test_only_a_failed_job_has_a_letter() -> None:
    with pytest.raises(AssertionError):
        letter_for(a_job())


def test_the_document_notes_that_the_letter_is_out(
    letters: DeadLetters, job: Job, store: JobStore, topic: JobQueue
) -> None:
    letters.announce(job)
    delivery = topic.pull(0)
    assert delivery is not None
    assert delivery.message == letter_for(job)
    assert published_at(store) == START


def test_a_letter_that_cannot_be_published_stays_due(letters: DeadLetters, job: Job, store: JobStore) -> None:
    deaf = replace(letters, topic=DeafQueue())
    with pytest.raises(BackendDown):
        deaf.announce(job)
    deaf.try_to_announce(job)
    assert published_at(store) is None
    assert [job.id for job in store.unannounced(limit=9) if isinstance(job, Job)] == ["a"]


def test_a_letter_whose_note_was_lost_is_published_again_rather_than_never(
    letters: DeadLetters, job: Job, store: JobStore, documents: Flaky, topic: JobQueue
) -> None:
    documents.fail("write", 99)
    letters.try_to_announce(job)
    documents.heal()
    assert published_at(store) is None
    letters.announce(job)
    assert topic.pull(0) is not None
    assert topic.pull(0) is not None
    assert published_at(store) is not None


def test_a_job_replayed_in_the_meantime_is_left_alone(letters: DeadLetters, job: Job, store: JobStore) -> None:
    again = store.update("a", lambda job, now: job.again(attempts=1, by="ops", reason="", now=now))
    letters.announce(job)
    assert store.get("a") == again


@pytest.mark.parametrize("size", [0, 10, GARBAGE_BYTES_MAX, GARBAGE_BYTES_MAX + 1], ids=str)
def test_garbage_is_kept_up_to_its_limit(letters: DeadLetters, records: Records, size: int) -> None:
    data = (b"\xff\x00{" * (size // 3 + 1))[:size]
    letters.reject(Message(data, {"who": "knows"}), message_id="7", why="not JSON")
    assert letters.drain(limit=9) == 1
    record = records.get("dead_letters", "m-7")
    assert base64.b64decode(record["original"]) == data[:GARBAGE_BYTES_MAX]
    assert (record["original_bytes"], record["attributes"], record["message"]) == (size, {"who": "knows"}, "not JSON")
    assert (record["job_id"], record["reason"]) == (None, Reason.BAD_MESSAGE)


def test_garbage_that_cannot_be_published_must_not_be_acked(letters: DeadLetters) -> None:
    with pytest.raises(BackendDown):
        replace(letters, topic=DeafQueue()).reject(Message(b""), message_id="7", why="")


def test_garbage_delivered_twice_is_one_record(letters: DeadLetters, records: Records) -> None:
    for _ in range(2):
        letters.reject(Message(b"x"), message_id="7", why="not JSON")
    assert letters.drain(limit=9) == 2
    assert [key for key, _ in records.find("dead_letters", {}, limit=9)] == ["m-7"]


def test_a_jobs_letter_needs_no_record(letters: DeadLetters, job: Job, records: Records) -> None:
    letters.announce(job)
    assert letters.drain(limit=9) == 1
    assert list(records.find("dead_letters", {}, limit=9)) == []


def test_draining_is_bounded(letters: DeadLetters) -> None:
    for n in range(5):
        letters.reject(Message(b"x"), message_id=str(n), why="")
    assert letters.drain(limit=3) == 3
    assert letters.drain(limit=3) == 2
    assert letters.drain(limit=3) == 0


def test_what_could_not_be_put_on_record_stays_on_the_topic(
    letters: DeadLetters, documents: Flaky, records: Records, topic: JobQueue
) -> None:
    letters.reject(Message(b"x"), message_id="7", why="")
    documents.fail("create", 99)
    with pytest.raises(BackendDown):
        letters.drain(limit=9)
    documents.heal()
    letters.records.clock.sleep(600)
    assert letters.drain(limit=9) == 1
    assert records.get("dead_letters", "m-7")


def test_a_failure_keeps_what_its_stage_said(store: JobStore) -> None:
    store.create(a_job("b"))
    lease = lease_of(claim(store, "b"))
    failure = a_failure().model_copy(update={"stage": "shape", "attempt": 1, "refusals": ("direct: empty",)})
    letter = letter_for(store.update("b", lambda job, now: job.fail(lease, failure, now=now)))
    assert json.loads(letter.data)["refusals"] == ["direct: empty"]
    assert (letter.attributes["stage"], letter.attributes["attempt"]) == ("shape", "1")
