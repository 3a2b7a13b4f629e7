"""The other door: fetch messages instead of being pushed them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from jobs.errors import BackendDown
from jobs.logs import bound
from jobs.queue import HOLD_S, Delivery, JobQueue
from worker.door import Door
from worker.fate import ANSWERS, OF_AN_ATTEMPT, Fate

log = logging.getLogger(__name__)

WAIT_S = 1.0  # how late a stop may be noticed while nothing comes
REST_S = 1.0  # before the queue is asked again after it, or this worker, could not serve
EXTEND_S = 20.0  # how often the deadline of a held message is moved on; one may fail
AGAIN_S = 1.0  # when a nacked wake-up is handed out again; the documents say whether anything is due


@dataclass(frozen=True, slots=True)
class PullLoop:
    """Serves one message after the other until it is told to stop; and what is due, while there is no message."""

    queue: JobQueue
    door: Door
    stopping: threading.Event
    _held: list[Delivery] = field(default_factory=list)

    def run(self) -> None:
        while not self.door.warm.wait(WAIT_S):
            if self.stopping.is_set():
                return
        fate: Fate | None = None
        with self._holding():
            while not self.stopping.is_set():
                try:
                    fate = self.next(busy=fate in OF_AN_ATTEMPT)
                except BackendDown as error:
                    log.warning("the queue cannot be reached: %s", error)
                    fate = Fate.NOT_READY
                if fate is Fate.NOT_READY:
                    self.stopping.wait(REST_S)  # the next message would meet the same: a pause, an outage

    def next(self, *, busy: bool, wait_s: float = WAIT_S) -> Fate | None:
        """What became of the next message, if one came; `busy` with jobs it waits for none, and goes on without.

        Who has been told to stop goes on with nothing: another is woken.

        Raises: BackendDown.
        """
        delivery = self.queue.pull(0 if busy else wait_s)
        fate = self._serve(delivery) if delivery else self.door.go_on() if busy else None
        if fate in OF_AN_ATTEMPT and self.stopping.is_set():
            self.door.runner.wake_another()
        return fate

    def _serve(self, delivery: Delivery) -> Fate:
        self._held.append(delivery)
        try:
            with bound(message_id=delivery.id):
                fate = self.door.take(delivery.message, delivery.id)
        finally:
            self._held.clear()
        if ANSWERS[fate].ack:
            self.queue.ack(delivery)
        else:
            self.queue.nack(delivery, after_s=AGAIN_S)
        return fate

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Nobody else is handed a message that is being served, however long that takes."""
        over = threading.Event()

        def hold() -> None:
            while not over.wait(EXTEND_S):
                for delivery in list(self._held):
                    try:
                        self.queue.extend(delivery, HOLD_S)
                    except BackendDown as error:
                        log.warning("message %s may be handed out again: %s", delivery.id, error)

        thread = threading.Thread(target=hold, name="hold", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
