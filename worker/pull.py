"""The other door: fetch messages instead of being pushed them. On a laptop, from the SQLite queue."""

import logging
import threading
from dataclasses import dataclass

from jobs.errors import BackendDown
from jobs.queue import Delivery, JobQueue
from worker.door import Door
from worker.fate import ANSWERS

log = logging.getLogger(__name__)

WAIT_S = 1.0  # how late a stop may be noticed while nothing comes
REST_S = 1.0  # before the queue is asked again after it could not be reached
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
                self._one()
            except BackendDown as error:
                log.warning("the queue cannot be reached: %s", error)
                self.stopping.wait(REST_S)

    def _one(self) -> None:
        delivery = self.queue.pull(WAIT_S)
        if delivery is not None:
            self._serve(delivery)

    def _serve(self, delivery: Delivery) -> None:
        fate = self.door.take(delivery.message, delivery.id)
        if ANSWERS[fate].ack:
            self.queue.ack(delivery)
        else:
            self.queue.nack(delivery, after_s=AGAIN_S)
