"""The pull door: what is acked is gone, what is nacked comes again, and a queue that is down is waited for."""

import threading
from dataclasses import dataclass, field

import pytest

from jobs.errors import BackendDown
from jobs.queue import Delivery, Message, wake_up
from tests.waiting import until
from worker import pull
from worker.door import Door
from worker.fate import ANSWERS, Fate
from worker.pull import PullLoop


@pytest.fixture(autouse=True)
def _waits_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "WAIT_S", 0.01)
    monkeypatch.setattr(pull, "REST_S", 0.01)


@dataclass
class FakeDoor:
    """Gives every message the same fate."""

    fate: Fate = Fate.FINISH
    warm: threading.Event = field(default_factory=threading.Event)
    taken: list[str] = field(default_factory=list)

    def take(self, message: Message, message_id: str) -> Fate:
        self.taken.append(message_id)
        return self.fate


@dataclass
class FakeQueue:
    """Hands out each of its messages once, after some failures; notes what became of them."""

    ids: list[str]
    failures: int = 0
    held: list[tuple[str, float]] = field(default_factory=list)
    deaf: bool = False
    acked: list[str] = field(default_factory=list)
    nacked: list[str] = field(default_factory=list)

    def publish(self, message: Message) -> str:
        raise NotImplementedError

    def pull(self, wait_s: float) -> Delivery | None:
        if self.failures:
            self.failures -= 1
            raise BackendDown("The test pulled the plug.")
        return Delivery(self.ids.pop(0), wake_up("a"), "r") if self.ids else None

    def extend(self, delivery: Delivery, for_s: float) -> None:
        self.held.append((delivery.id, for_s))
        if self.deaf:
            raise BackendDown("The test pulled the plug.")

    def ack(self, delivery: Delivery) -> None:
        self.acked.append(delivery.id)

    def nack(self, delivery: Delivery, *, after_s: float) -> None:
        assert after_s > 0, "or it would be handed out again and again without a pause"
        self.nacked.append(delivery.id)


def running(queue: FakeQueue, door: FakeDoor, stopping: threading.Event) -> threading.Thread:
    loop = PullLoop(queue, door, stopping)  # type: ignore[arg-type]
    thread = threading.Thread(target=loop.run)
    thread.start()
    return thread


@pytest.mark.parametrize("fate", Fate)
def test_what_pubsub_would_be_told_is_done_here(stopping: threading.Event, fate: Fate) -> None:
    queue, door = FakeQueue(["1", "2"]), FakeDoor(fate)
    door.warm.set()
    thread = running(queue, door, stopping)
    until(lambda: len(queue.acked + queue.nacked) == 2, "both messages are dealt with")
    stopping.set()
    until(lambda: not thread.is_alive(), "the loop ends")
    assert (queue.acked if ANSWERS[fate].ack else queue.nacked) == ["1", "2"]


def test_nothing_is_pulled_before_the_models_are_loaded(stopping: threading.Event) -> None:
    queue, door = FakeQueue(["1"]), FakeDoor()
    thread = running(queue, door, stopping)
    stopping.set()
    until(lambda: not thread.is_alive(), "the loop ends")
    assert queue.ids == ["1"]


def test_a_queue_that_is_down_is_asked_again(stopping: threading.Event) -> None:
    queue, door = FakeQueue(["1"], failures=3), FakeDoor()
    door.warm.set()
    thread = running(queue, door, stopping)
    until(lambda: queue.acked == ["1"], "the message is served in the end")
    stopping.set()
    until(lambda: not thread.is_alive(), "the loop ends")


@pytest.mark.parametrize("deaf", [False, True])
def test_a_message_is_held_as_long_as_its_job_takes(
    stopping: threading.Event, monkeypatch: pytest.MonkeyPatch, deaf: bool
) -> None:
    monkeypatch.setattr(pull, "EXTEND_S", 0.01)
    queue, door, go_on = FakeQueue(["1"], deaf=deaf), FakeDoor(), threading.Event()
    monkeypatch.setattr(door, "take", lambda message, message_id: go_on.wait(30) and Fate.FINISH)
    door.warm.set()
    thread = running(queue, door, stopping)
    until(lambda: len(queue.held) > 3, "it is extended again and again")
    assert set(queue.held) == {("1", pull.HOLD_S)}
    go_on.set()
    until(lambda: queue.acked == ["1"], "the message is acked")
    held = len(queue.held)
    stopping.set()
    until(lambda: not thread.is_alive(), "the loop ends")
    assert len(queue.held) == held


def test_a_deadline_is_moved_on_well_before_it_passes() -> None:
    assert 3 * pull.EXTEND_S <= pull.HOLD_S


def test_the_real_door_has_what_the_loop_needs() -> None:
    assert {"take", "warm"} <= set(dir(Door)) | set(Door.__dataclass_fields__)


def test_a_message_is_held_from_the_first_moment_on(stopping: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """However short its subscription's own deadline is; the one made by hand has 10 s."""
    queue, door, go_on = FakeQueue(["1"]), FakeDoor(), threading.Event()
    monkeypatch.setattr(door, "take", lambda message, message_id: go_on.wait(30) and Fate.FINISH)
    door.warm.set()
    thread = running(queue, door, stopping)
    until(lambda: queue.held == [("1", pull.HOLD_S)], "it is extended at once")
    go_on.set()
    stopping.set()
    until(lambda: not thread.is_alive(), "the loop ends")
