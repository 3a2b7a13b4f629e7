"""One message, one fate: what is let in, and what is kept when it is not."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from jobs.deadletter import DeadLetters
from jobs.errors import Reason
from jobs.job import Job
from jobs.job_store import JOBS, JobStore
from jobs.letter import GARBAGE_BYTES_MAX
from jobs.queue import Message, wake_up
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.status import JobStatus
from models.stage import Watcher
from tests.builders import a_job, a_request, claim
from tests.fakes import START, DeafQueue, FakeClock, Flaky
from tests.unit.worker.conftest import Craft, Pausing
from worker.door import Door
from worker.fate import Fate
from worker.runner import JobRunner

GARBAGE = Message(b"not json")


@dataclass
class FakeRunner:
    """Serves every hint with the same fate, or error."""

    fate: Fate = Fate.IDLE
    error: Exception | None = None
    served: list[str | None] = field(default_factory=list)
    woken: int = 0

    def wake_another(self) -> None:
        self.woken += 1

    def serve(self, hint: str | None = None) -> Fate:
        self.served.append(hint)
        if self.error:
            raise self.error
        return self.fate


def a_door(runner: FakeRunner, letters: DeadLetters) -> Door:
    door = Door(runner, letters, threading.Event())  # type: ignore[arg-type]
    door.warm.set()
    return door


def letters_on(topic: SqliteJobQueue) -> list[Message]:
    messages = []
    while delivery := topic.pull(0):
        messages.append(delivery.message)
    return messages


def test_a_wake_up_is_served_with_its_hint(letters: DeadLetters) -> None:
    runner = FakeRunner(Fate.FINISH)
    assert a_door(runner, letters).take(wake_up("a"), "7") is Fate.FINISH
    assert runner.served == ["a"]


@pytest.mark.parametrize("fate", [fate for fate in Fate if fate is not Fate.REJECT])
def test_the_runners_fate_is_the_messages(letters: DeadLetters, topic: SqliteJobQueue, fate: Fate) -> None:
    assert a_door(FakeRunner(fate), letters).take(wake_up("a"), "7") is fate
    assert letters_on(topic) == []


@pytest.mark.parametrize("fate", Fate)
def test_after_an_attempt_and_only_then_somebody_is_woken(letters: DeadLetters, fate: Fate) -> None:
    runner = FakeRunner(fate)
    a_door(runner, letters).push(wake_up("a"), "7")
    attempted = fate not in {Fate.IDLE, Fate.NOT_DUE, Fate.BUSY, Fate.NOT_READY, Fate.REJECT}
    assert runner.woken == attempted


def test_the_gate_is_open_when_the_next_wake_up_goes_out(door: Door, store: JobStore, craft: Craft) -> None:
    """Or it would be pushed back to this very worker, find it busy, and wait for the queue's backoff."""
    for job_id in ("a", "b"):
        store.create(a_job(job_id))
    pushed: list[Fate] = []

    class PushesAtOnce(DeafQueue):
        def publish(self, message: Message) -> str:
            pushed.append(door.take(message, "1"))
            return "1"

    at_once = replace(door.runner, queue=PushesAtOnce())
    assert replace(door, runner=at_once).push(wake_up("a"), "0") is Fate.FINISH
    assert pushed == [Fate.FINISH]


def test_before_the_models_are_loaded_no_wake_up_gets_in(letters: DeadLetters) -> None:
    runner = FakeRunner()
    door = Door(runner, letters, threading.Event())  # type: ignore[arg-type]
    assert door.take(wake_up("a"), "7") is Fate.NOT_READY
    assert runner.served == []
    assert door.take(GARBAGE, "8") is Fate.REJECT, "garbage does not become better by waiting"


def test_while_a_job_is_served_the_next_message_is_told_to_come_back(door: Door, store: JobStore, craft: Craft) -> None:
    craft.deed = pausing = Pausing()
    store.create(a_job("a"))
    store.create(a_job("b"))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(door.take, wake_up("a"), "1")
        assert pausing.begun.wait(30)
        assert [door.take(wake_up(job), "2") for job in ("a", "b")] == [Fate.BUSY, Fate.BUSY]
        assert door.take(GARBAGE, "3") is Fate.REJECT
        assert store.get("b").status is JobStatus.QUEUED
        pausing.go_on.set()
        assert first.result() is Fate.FINISH
    assert door.take(wake_up("b"), "2") is Fate.FINISH
    assert [job.id for job in craft.made] == ["a", "b"]


def test_a_bug_does_not_leave_the_door_locked_nor_go_through_it(
    letters: DeadLetters, caplog: pytest.LogCaptureFixture
) -> None:
    door = a_door(FakeRunner(error=ZeroDivisionError("a bug")), letters)
    assert door.take(wake_up("a"), "1") is Fate.LOST
    assert door.take(wake_up("a"), "1") is Fate.LOST
    assert "ZeroDivisionError: a bug" in caplog.text


# --- garbage ----------------------------------------------------------------------------------------


def test_a_bug_leaves_the_other_jobs_a_wake_up(letters: DeadLetters) -> None:
    runner = FakeRunner(error=RuntimeError("a bug"))
    assert a_door(runner, letters).push(wake_up("a"), "1") is Fate.LOST
    assert runner.woken == 1


def test_it_knows_for_how_long_it_has_been_busy(door: Door, store: JobStore, craft: Craft, clock: FakeClock) -> None:
    door = replace(door, monotonic=clock.monotonic)
    seen: list[float] = []

    def deed(job: Job, watcher: Watcher) -> None:
        clock.advance(7)
        seen.append(door.busy_s())

    craft.deed = deed
    store.create(a_job("a"))
    assert door.busy_s() == 0
    door.take(wake_up("a"), "1")
    assert seen == [7]
    assert door.busy_s() == 0


def test_garbage_is_kept_once_with_the_original_and_the_reason(door: Door, topic: SqliteJobQueue) -> None:
    message = Message(b"not json", {"x": "y"})
    assert door.take(message, "7") is Fate.REJECT
    (letter,) = letters_on(topic)
    record = json.loads(letter.data)
    assert base64.b64decode(record["original"]) == b"not json"
    assert record["attributes"] == {"x": "y"}
    assert record["reason"] == letter.attributes["reason"] == Reason.BAD_MESSAGE
    assert "JSON" in record["message"]
    assert record["job_id"] is None
    assert letter.attributes["source_message_id"] == "7"


def test_of_large_garbage_the_beginning_is_kept(door: Door, topic: SqliteJobQueue) -> None:
    noise = bytes(range(256)) * 1024
    assert door.take(Message(noise), "7") is Fate.REJECT
    record = json.loads(letters_on(topic)[0].data)
    assert base64.b64decode(record["original"]) == noise[:GARBAGE_BYTES_MAX]
    assert record["original_bytes"] == len(noise)


def test_a_wake_up_for_a_job_that_never_was_is_garbage(door: Door, topic: SqliteJobQueue) -> None:
    assert door.take(wake_up("nobody"), "7") is Fate.REJECT
    (letter,) = letters_on(topic)
    assert "there is no job nobody" in json.loads(letter.data)["message"]
    assert base64.b64decode(json.loads(letter.data)["original"]) == wake_up("nobody").data


def test_the_same_garbage_delivered_twice_is_one_record(door: Door, letters: DeadLetters, records: Records) -> None:
    door.take(GARBAGE, "7")
    door.take(GARBAGE, "7")
    assert letters.drain(limit=10) == 2
    assert [key for key, _ in records.find("dead_letters", {}, limit=10)] == ["m-7"]


def test_garbage_that_cannot_be_kept_has_to_come_again(runner: JobRunner, store: JobStore, records: Records) -> None:
    door = Door(runner, DeadLetters(store, records, DeafQueue()), threading.Event())
    door.warm.set()
    assert door.take(GARBAGE, "7") is Fate.NOT_READY
    assert door.take(wake_up("nobody"), "7") is Fate.NOT_READY


# --- the next wake-up -------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_next_wake_up_is_for_what_is_due_by_the_stores_time(
    runner: JobRunner, store: JobStore, documents: Flaky, queue: SqliteJobQueue, hours: int
) -> None:
    wrong = FakeClock(START + timedelta(hours=hours))
    ours = replace(runner, store=JobStore(documents, wrong))
    soon = START + timedelta(minutes=5)
    store.create(a_job("soon", request=a_request("a bird for later", not_before=soon)))
    ours.wake_another()
    assert queue.pull(0) is None
    store.create(a_job("due"))
    ours.wake_another()
    delivery = queue.pull(0)
    assert delivery is not None
    assert delivery.message == wake_up("due")


def test_what_is_handed_back_by_a_worker_that_ends_wakes_another_at_once(
    door: Door, store: JobStore, craft: Craft, queue: SqliteJobQueue, stopping: threading.Event
) -> None:
    craft.is_told_to_end(stopping)
    store.create(a_job("a"))
    assert door.push(wake_up("a"), "7") is Fate.HAND_BACK
    delivery = queue.pull(0)
    assert delivery is not None
    assert delivery.message == wake_up("a")


def test_a_running_document_that_lost_its_lease_is_condemned_by_whoever_wakes_up(
    door: Door, store: JobStore, documents: Flaky
) -> None:
    store.create(a_job("a"))
    claim(store, "a")
    documents.write(documents.read(JOBS, "a"), {"lease": None})
    door.take(wake_up("a"), "7")
    assert documents.read(JOBS, "a").fields["status"] == JobStatus.FAILED
