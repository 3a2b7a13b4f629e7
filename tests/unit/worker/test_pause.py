"""A paused worker claims nothing and spends nothing: a push comes back, a pull rests."""

import threading

import pytest

from jobs.job_store import JobStore
from jobs.pause import Pauses
from jobs.queue import Message, wake_up
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.status import JobStatus
from tests.builders import a_job
from tests.fakes import Flaky
from tests.unit.worker.conftest import Craft
from worker.app import answer
from worker.door import Door
from worker.fate import Fate
from worker.pull import PullLoop
from worker.runner import JobRunner

TRIES = 4  # jobs/retry.py asks no more often


@pytest.fixture
def pauses(records: Records) -> Pauses:
    return Pauses(records)


def test_a_paused_worker_leaves_the_job_as_it_is(runner: JobRunner, store: JobStore, pauses: Pauses) -> None:
    before = store.create(a_job("a"))
    pauses.begin(by="eve", reason="new weights")
    assert runner.serve("a") is Fate.NOT_READY
    assert store.get("a") == before


def test_it_goes_on_with_the_very_next_wake_up(runner: JobRunner, store: JobStore, pauses: Pauses) -> None:
    store.create(a_job("a"))
    pauses.begin(by="eve", reason="new weights")
    runner.serve("a")
    pauses.end(by="eve", reason="done")
    assert runner.serve("a") is Fate.FINISH


def test_a_push_comes_back(door: Door, store: JobStore, pauses: Pauses) -> None:
    store.create(a_job("a"))
    pauses.begin(by="eve", reason="new weights")
    said = answer(door.take(wake_up("a"), "1"))
    assert (said.status_code, said.headers["Retry-After"]) == (503, "10")


def test_garbage_is_filed_all_the_same(door: Door, topic: SqliteJobQueue, pauses: Pauses) -> None:
    pauses.begin(by="eve", reason="new weights")
    assert door.take(Message(b"{"), "1") is Fate.REJECT
    assert topic.pull(0) is not None


def test_a_job_that_runs_is_finished(runner: JobRunner, store: JobStore, craft: Craft, pauses: Pauses) -> None:
    craft.deed = lambda job, watcher: pauses.begin(by="eve", reason="new weights")
    store.create(a_job("a"))
    assert runner.serve("a") is Fate.FINISH
    assert store.get("a").status is JobStatus.SUCCEEDED


def test_where_the_pause_cannot_be_read_nothing_is_claimed(
    runner: JobRunner, store: JobStore, documents: Flaky
) -> None:
    before = store.create(a_job("a"))
    documents.fail("read", TRIES)
    assert runner.serve("a") is Fate.NOT_READY
    assert store.get("a") == before


def test_one_question_is_asked_of_a_paused_store(runner: JobRunner, pauses: Pauses, documents: Flaky) -> None:
    pauses.begin(by="eve", reason="new weights")
    documents.calls.clear()
    runner.serve("a")
    assert documents.calls == {"read": 1}


class Rests(threading.Event):
    """A stop that nobody asks for until the loop has rested; it tells how often that was."""

    def __init__(self, rests_max: int) -> None:
        super().__init__()
        self.rests: list[float | None] = []
        self.rests_max = rests_max

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout)
        if len(self.rests) == self.rests_max:
            self.set()
        return self.is_set()


def test_a_paused_pull_rests_between_messages(
    door: Door, store: JobStore, queue: SqliteJobQueue, pauses: Pauses
) -> None:
    for job_id in "abc":
        store.create(a_job(job_id))
        queue.publish(wake_up(job_id))
    pauses.begin(by="eve", reason="new weights")
    stopping = Rests(rests_max=2)
    PullLoop(queue, door, stopping).run()
    assert stopping.rests == [1.0, 1.0], "a second behind each message that could not be served"
    assert queue.pull(0) is not None, "the third was left for later"


def test_a_pull_that_serves_does_not_rest(door: Door, store: JobStore, queue: SqliteJobQueue, craft: Craft) -> None:
    stopping = Rests(rests_max=9)
    craft.deed = lambda job, watcher: stopping.set() if len(craft.made) == 2 else None
    for job_id in "ab":
        store.create(a_job(job_id))
        queue.publish(wake_up(job_id))
    PullLoop(queue, door, stopping).run()
    assert (len(craft.made), stopping.rests) == (2, [])
