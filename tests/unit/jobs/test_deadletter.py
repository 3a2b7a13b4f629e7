"""Dead letters say everything, once, and garbage is kept."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from jobs.deadletter import DeadLetters, died_at, id_of
from jobs.errors import BackendDown, JobMissing, NotFound, Reason, RecordMissing
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.job_store import JobStore
from jobs.letter import (
    ATTRIBUTES_MAX,
    GARBAGE_BYTES_MAX,
    NAME_BYTES_MAX,
    VALUE_BYTES_MAX,
    WHY_BYTES_MAX,
    Garbage,
    letter_for,
    letter_for_unreadable,
)
from jobs.queue import JobQueue, Message
from jobs.records import Records
from tests.builders import a_failure, a_job, claim, fail, lease_of
from tests.fakes import START, DeafQueue, FakeClock, Flaky


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
    assert (record["original_bytes"], record["message"], record["reason"]) == (size, "not JSON", Reason.BAD_MESSAGE)
    assert record["attributes"] == [{"name": "who", "value": "knows"}]
    assert (record["source_message_id"], record["filed_at"]) == ("7", START)


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


# --- what a letter carries ---

FACTS = {"job_id", "reason", "message", "stage", "route", "attempt", "refusals", "worker", "failed_at"}


def a_condemned(store: JobStore, documents: Flaky, key: str = "odd") -> Unreadable:
    """A document that was failed because it could not be read."""
    documents.create("jobs", key, {"status": "queued", "not_before": store.now(), "priority": 1, "turn": 0})
    unreadable = Unreadable(documents.read("jobs", key), f"{key} is not a job: id: Field required")
    store.condemn(unreadable)
    return Unreadable(documents.read("jobs", key), unreadable.why)


def test_letters_of_every_kind_carry_the_same_facts(
    letters: DeadLetters, job: Job, store: JobStore, documents: Flaky, topic: JobQueue
) -> None:
    letters.announce(job)
    letters.announce_unreadable(a_condemned(store, documents))
    letters.reject(Message(b"x"), message_id="7", why="not JSON")
    said = [json.loads(message.data) for message in on(topic)]
    assert [FACTS - set(record) for record in said] == [set()] * 3
    assert [record["job_id"] for record in said] == ["a", "odd", None]
    assert [record["failed_at"] for record in said] == [START.isoformat()] * 3


def on(topic: JobQueue) -> Iterator[Message]:
    while delivery := topic.pull(0):
        yield delivery.message


# --- what strangers push ---

LONG = "ä" * 10_000
HOSTILE = {"k.dot": LONG, "__x__": "v", LONG: "named at length", "": "no name", "half": "\ud800"}


def fits_pub_sub(message: Message) -> bool:
    sizes = [(len(name.encode()), len(value.encode())) for name, value in message.attributes.items()]
    return len(sizes) <= 100 and all(0 < name <= 256 and value <= 1024 for name, value in sizes)


def test_a_letter_never_has_more_than_pub_sub_takes(
    letters: DeadLetters, store: JobStore, documents: Flaky, topic: JobQueue
) -> None:
    store.create(a_job("b", trace=LONG))
    lease = lease_of(claim(store, "b"))
    failure = a_failure().model_copy(update={"stage": LONG})
    letters.announce(store.update("b", lambda job, now: job.fail(lease, failure, now=now)))
    letters.announce_unreadable(a_condemned(store, documents, LONG))
    letters.reject(Message(b"x", HOSTILE), message_id=LONG, why=LONG)
    sent = list(on(topic))
    assert [fits_pub_sub(message) for message in sent] == [True] * 3
    assert json.loads(sent[0].data)["stage"] == LONG, "the data says it in full"


def the_record(letters: DeadLetters, records: Records) -> dict[str, object]:
    assert letters.drain(limit=9) == 1
    ((_, record),) = records.find("dead_letters", {}, limit=9)
    return dict(record)


def test_a_record_of_hostile_garbage_is_one_that_firestore_takes(letters: DeadLetters, records: Records) -> None:
    flood = {f"__{n}__.": LONG for n in range(2 * ATTRIBUTES_MAX)}
    letters.reject(Message(bytes(1 << 20), HOSTILE | flood), message_id=LONG, why=LONG)
    record = the_record(letters, records)
    assert len(json.dumps(record, default=str, ensure_ascii=False).encode()) < 1 << 19, "a document has 1 MiB"
    assert len(str(record["message"]).encode()) <= WHY_BYTES_MAX
    pairs = record["attributes"]
    assert isinstance(pairs, list)
    assert len(pairs) == ATTRIBUTES_MAX
    assert {"name": "__x__", "value": "v"} in pairs
    assert {"name": "half", "value": "?"} in pairs
    assert all(len(pair["name"].encode()) <= NAME_BYTES_MAX for pair in pairs)
    assert all(len(pair["value"].encode()) <= VALUE_BYTES_MAX for pair in pairs)
    assert [key for pair in pairs for key in pair] == ["name", "value"] * ATTRIBUTES_MAX, "no stranger's word is a key"
    assert not [key for key in record if re.fullmatch("__.*__", key)]


@pytest.mark.parametrize("message_id", ["x" * 129, "../../jobs/a", "ü", "a b", "__x__/", "\ud800", "1\n"])
def test_a_strange_message_id_is_known_by_its_digest(
    letters: DeadLetters, records: Records, topic: JobQueue, message_id: str
) -> None:
    for _ in range(2):
        letters.reject(Message(b"x"), message_id=message_id, why="")
    letters.reject(Message(b"x"), message_id=f"{message_id}!", why="")
    assert letters.drain(limit=9) == 3
    keys = [key for key, _ in records.find("dead_letters", {}, limit=9)]
    assert len(keys) == 2, "the same id is the same record, another is another"
    assert all(re.fullmatch(r"m-sha256-[0-9a-f]{64}", key) for key in keys)


@pytest.mark.parametrize("message_id", ["x" * 128, "projects-1_2.3", "11862358221"])
def test_a_plain_message_id_is_the_key(letters: DeadLetters, records: Records, message_id: str) -> None:
    letters.reject(Message(b"x"), message_id=message_id, why="")
    letters.drain(limit=9)
    assert records.get("dead_letters", f"m-{message_id}")


def test_garbage_without_an_id_is_a_record_each(letters: DeadLetters, records: Records) -> None:
    for _ in range(2):
        letters.reject(Message(b"x"), message_id="", why="not JSON")
    assert letters.drain(limit=9) == 2
    assert len(list(records.find("dead_letters", {}, limit=9))) == 2


NOT_OURS = {
    "no JSON": b"\xff not JSON",
    "no object": b"[1]",
    "nothing in it": b"{}",
    "brackets": b"[" * 100_000,
    "lists in lists": b'{"message": [[1]], "original": "", "original_bytes": 0}',
    "no base64": b'{"message": "", "original": "!", "original_bytes": 0}',
    "a number too large": b'{"message": "", "original": "", "original_bytes": 99999999999999999999}',
}


@pytest.mark.parametrize("data", NOT_OURS.values(), ids=NOT_OURS)
def test_a_letter_that_is_none_of_ours_is_kept_as_garbage(
    letters: DeadLetters, records: Records, topic: JobQueue, data: bytes
) -> None:
    topic.publish(Message(data))
    record = the_record(letters, records)
    assert base64.b64decode(str(record["original"])) == data[:GARBAGE_BYTES_MAX]
    assert (record["reason"], record["message"]) == ("BAD_MESSAGE", "a dead letter that is none of ours")
    assert topic.pull(0) is None


def test_what_a_stranger_puts_into_a_letter_stays_out_of_its_record(
    letters: DeadLetters, records: Records, topic: JobQueue
) -> None:
    ours = {"message": LONG, "original": base64.b64encode(bytes(1 << 18)).decode(), "original_bytes": 1 << 18}
    topic.publish(Message(json.dumps(ours | {"__x__": 1, "id": "m-1", "filed_at": "1999-01-01T00:00:00Z"}).encode()))
    record = the_record(letters, records)
    assert set(record) == set(Garbage.model_fields) - {"id"}
    assert record["filed_at"] == START
    assert len(base64.b64decode(str(record["original"]))) == GARBAGE_BYTES_MAX
    assert len(str(record["message"]).encode()) <= WHY_BYTES_MAX


# --- what ops find ---


def a_dead_job(store: JobStore, job_id: str) -> None:
    store.create(a_job(job_id))
    fail(store, job_id, lease_of(claim(store, job_id)))


def some_garbage(letters: DeadLetters, message_id: str) -> None:
    letters.reject(Message(b"x", {"who": "knows"}), message_id=message_id, why="not JSON")
    letters.drain(limit=9)


@pytest.fixture
def six(letters: DeadLetters, store: JobStore, documents: Flaky, clock: FakeClock) -> list[str]:
    """Dead letters of every kind, the newest first. Two of them died in the same moment."""
    store.create(a_job("early"))
    store.create(a_job("alive"))
    a_dead_job(store, "b")
    clock.advance(1)
    some_garbage(letters, "1")
    clock.advance(1)
    a_condemned(store, documents)
    clock.advance(1)
    some_garbage(letters, "2")
    a_dead_job(store, "c")
    clock.advance(1)
    fail(store, "early", lease_of(claim(store, "early")))
    return ["early", "m-2", "c", "odd", "m-1", "b"]


def test_jobs_garbage_and_what_nobody_can_read_are_one_list_newest_first(letters: DeadLetters, six: list[str]) -> None:
    found = letters.find(limit=9)
    assert [id_of(dead) for dead in found] == six
    assert [type(dead) for dead in found] == [Job, Garbage, Job, Unreadable, Garbage, Job]
    assert all(died_at(dead) for dead in found)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_pages_of_dead_letters_leave_none_out_and_none_twice(letters: DeadLetters, six: list[str], size: int) -> None:
    seen: list[str] = []
    while page := letters.find(limit=size, after=seen[-1] if seen else None):
        assert len(page) <= size
        seen += map(id_of, page)
        assert len(seen) <= len(six), "the pages go round in circles"
    assert seen == six


def test_what_has_no_time_that_anybody_can_read_is_listed_last(
    letters: DeadLetters, documents: Flaky, six: list[str]
) -> None:
    documents.create("jobs", "timeless", {"status": "failed", "completed_at": "yesterday"})
    documents.create("dead_letters", "m-odd", {"filed_at": "today"})
    assert [id_of(dead) for dead in letters.find(limit=9)] == [*six, "timeless", "m-odd"]
    with pytest.raises(NotFound, match="timeless is not among"):
        letters.find(limit=9, after="timeless")


def test_a_replayed_job_is_off_the_list_and_no_place_to_go_on_from(
    letters: DeadLetters, store: JobStore, six: list[str]
) -> None:
    store.update("c", lambda job, now: job.again(attempts=1, by="ops", reason="", now=now))
    assert [id_of(dead) for dead in letters.find(limit=9)] == [each for each in six if each != "c"]
    with pytest.raises(NotFound, match="c is not among the dead letters any more"):
        letters.find(limit=9, after="c")


def test_each_is_found_by_its_id(letters: DeadLetters, six: list[str]) -> None:
    assert [id_of(letters.get(each)) for each in six] == six
    garbage = letters.get("m-1")
    assert isinstance(garbage, Garbage)
    assert (garbage.data, garbage.message, garbage.attributes[0].value) == (b"x", "not JSON", "knows")
    odd = letters.get("odd")
    assert isinstance(odd, Unreadable)
    assert "odd is not a job" in odd.why


def test_what_is_not_there_is_not_found(letters: DeadLetters) -> None:
    with pytest.raises(JobMissing):
        letters.get("nobody")
    with pytest.raises(RecordMissing):
        letters.get("m-1")


def test_a_record_that_is_none_of_ours_is_shown_as_it_is(letters: DeadLetters, records: Records) -> None:
    records.create("dead_letters", "m-1", {"what": "is this", "filed_at": START})
    (garbage,) = letters.find(limit=9)
    assert isinstance(garbage, Garbage)
    assert b'"what": "is this"' in garbage.data
    assert (garbage.id, garbage.filed_at) == ("m-1", START)


def test_a_store_that_stutters_is_asked_again(letters: DeadLetters, documents: Flaky, six: list[str]) -> None:
    documents.fail("find", 2)
    assert [id_of(dead) for dead in letters.find(limit=9)] == six
    documents.fail("find", 99)
    with pytest.raises(BackendDown):
        letters.find(limit=9)


def test_the_letter_of_what_nobody_can_read_names_it(store: JobStore, documents: Flaky) -> None:
    letter = letter_for_unreadable(a_condemned(store, documents))
    assert letter.attributes == {"job_id": "odd", "reason": "INVALID_INPUT", "attempt": "0"}
    assert "Field required" in json.loads(letter.data)["message"]
