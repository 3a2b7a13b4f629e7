"""The pull door: what is acked is gone, what is nacked comes again, and a queue that is down is waited for."""

import threading
from dataclasses import dataclass, field

import pytest

from jobs.errors import BackendDown
from jobs.queue import Delivery, Message, wake_up
from tests.waiting import until
from worker import pull
from worker.door import Door
from worker.fate import ANSWERS, OF_AN_ATTEMPT, Fate
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
    due: int = 0  #: jobs for which no message comes
    taken: list[str] = field(default_factory=list)
    woken: int = 0

    def take(self, message: Message, message_id: str) -> Fate:
        self.taken.append(message_id)
        return self.fate

    def go_on(self) -> Fate:
        self.taken.append("")
        self.due -= 1
        return self.fate if self.due >= 0 else Fate.IDLE

    @property
    def runner(self) -> "FakeDoor":
        return self

    def wake_another(self) -> None:
        self.woken += 1


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
    until(lambda: len(queue.held) > 3, "it is extended again and again, whether that is heard or not")
    assert set(queue.held) == {("1", pull.HOLD_S)}
    go_on.set()
    until(lambda: queue.acked == ["1"], "the message is acked")
    held = len(queue.held)
    stopping.set()
    until(lambda: not thread.is_alive(), "the loop ends")
    assert len(queue.held) == held


def test_a_deadline_is_moved_on_well_before_it_passes() -> None:
    """Somewhere within the first period for the first time; one that comes to nothing may follow."""
    assert 3 * pull.EXTEND_S <= pull.HOLD_S


@pytest.mark.parametrize("fate", Fate)
def test_after_an_attempt_and_only_then_it_goes_on_with_what_is_due(stopping: threading.Event, fate: Fate) -> None:
    """Without a message: some were nacked, and Pub/Sub keeps them back for minutes."""
    door = FakeDoor(fate, due=2)
    loop = PullLoop(FakeQueue(["1", "2"]), door, stopping)  # type: ignore[arg-type]
    fates = [loop.next(busy=False, wait_s=0)]
    while fates[-1] is not None:
        fates.append(loop.next(busy=fates[-1] in OF_AN_ATTEMPT, wait_s=0))
    if fate in OF_AN_ATTEMPT:
        assert fates == [fate, fate, fate, fate, Fate.IDLE, None], "two messages, two jobs without, and no more"
        assert door.taken == ["1", "2", "", "", ""]
    else:
        assert fates == [fate, fate, None]
        assert door.taken == ["1", "2"]
    assert door.woken == 0


@pytest.mark.parametrize("fate", Fate)
def test_who_has_to_end_leaves_what_is_due_to_another(stopping: threading.Event, fate: Fate) -> None:
    door = FakeDoor(fate)
    stopping.set()
    loop = PullLoop(FakeQueue(["1"]), door, stopping)  # type: ignore[arg-type]
    assert loop.next(busy=False, wait_s=0) is fate
    assert door.woken == (fate in OF_AN_ATTEMPT)


def test_the_real_door_has_what_the_loop_needs() -> None:
    assert {"take", "go_on", "warm", "runner"} <= set(dir(Door)) | set(Door.__dataclass_fields__)
