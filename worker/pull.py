"""The other door: fetch messages instead of being pushed them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jobs.errors import BackendDown
from jobs.logs import bound, in_context
from jobs.queue import HOLD_S, Delivery, JobQueue
from worker.door import Door
from worker.fate import ANSWERS, Fate

log = logging.getLogger(__name__)

WAIT_S = 1.0  # how late a stop may be noticed while nothing comes
REST_S = 1.0  # before the queue is asked again after it, or this worker, could not serve
EXTEND_S = 20.0  # how often the deadline of a held message is moved on; two may fail
AGAIN_S = 1.0  # when a nacked wake-up is handed out again; the documents say whether anything is due


@dataclass(frozen=True, slots=True)
class PullLoop:
    """Serves one message after the other until it is told to stop."""

    queue: JobQueue
    door: Door
    stopping: threading.Event

    def run(self) -> None:
        while not self.door.warm.wait(WAIT_S):
            if self.stopping.is_set():
                return
        while not self.stopping.is_set():
            try:
                fate = self._one()
            except BackendDown as error:
                log.warning("the queue cannot be reached: %s", error)
                fate = Fate.NOT_READY
            if fate is Fate.NOT_READY:
                self.stopping.wait(REST_S)  # the next message would meet the same: a pause, an outage

    def _one(self) -> Fate | None:
        """What became of the next message, if one came. Raises: BackendDown."""
        delivery = self.queue.pull(WAIT_S)
        return self._serve(delivery) if delivery else None

    def _serve(self, delivery: Delivery) -> Fate:
        with bound(message_id=delivery.id), self._holding(delivery):
            fate = self.door.take(delivery.message, delivery.id)
        if ANSWERS[fate].ack:
            self.queue.ack(delivery)
        else:
            self.queue.nack(delivery, after_s=AGAIN_S)
        return fate

    @contextmanager
    def _holding(self, delivery: Delivery) -> Iterator[None]:
        """Nobody else is handed the message meanwhile, however long it takes."""
        over = threading.Event()

        def hold() -> None:
            while True:
                try:
                    self.queue.extend(delivery, HOLD_S)
                except BackendDown as error:
                    log.warning("message %s may be handed out again: %s", delivery.id, error)
                if over.wait(EXTEND_S):
                    return

        thread = threading.Thread(target=in_context(hold), name=f"hold-{delivery.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
