"""One message, one fate: what the push and the pull door have in common."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from opentelemetry.trace import SpanKind

from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, BadMessage
from jobs.logs import bound
from jobs.metrics import WAKE_UPS
from jobs.queue import Message
from jobs.traces import HEADER, span
from worker.envelope import read_hint
from worker.fate import OF_AN_ATTEMPT, Fate
from worker.runner import JobRunner

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Door:
    """Lets one message in at a time: one GPU, one job."""

    runner: JobRunner
    letters: DeadLetters
    warm: threading.Event  #: set once the models are loaded
    monotonic: Callable[[], float] = time.monotonic
    _gate: threading.Lock = field(default_factory=threading.Lock)
    _since: list[float] = field(default_factory=list)  #: when the message behind the gate came in

    def push(self, message: Message, message_id: str) -> Fate:
        """As `take`, of a queue that pushes: it is asked for nothing, so after an attempt another is woken."""
        fate = self.take(message, message_id)
        if fate in OF_AN_ATTEMPT:
            self.runner.wake_another()
        return fate

    def take(self, message: Message, message_id: str) -> Fate:
        """What becomes of this message. Never raises."""
        trace = message.attributes.get(HEADER, "")
        with span("serve", trace=trace, kind=SpanKind.CONSUMER, message=message_id) as here:
            with bound(message_id=message_id or None):
                fate = self._take(message, message_id)
            here.set_attribute("lumen.fate", fate.value)
        WAKE_UPS.add(fate=fate.value)
        return fate

    def _take(self, message: Message, message_id: str) -> Fate:
        try:
            hint = read_hint(message)
        except BadMessage as error:
            return self.reject(message, message_id, str(error))
        fate = self._alone(lambda: self.runner.serve(hint.job_id))
        return self.reject(message, message_id, f"there is no job {hint.job_id}") if fate is Fate.REJECT else fate

    def go_on(self) -> Fate:
        """What becomes of the next job that is due, if one is, without a message. Never raises."""
        return self._alone(self.runner.serve_on)

    def _alone(self, serve: Callable[[], Fate]) -> Fate:
        if not self.warm.is_set():
            return Fate.NOT_READY
        if not self._gate.acquire(blocking=False):
            return Fate.BUSY
        self._since.append(self.monotonic())
        try:
            return serve()
        except Exception:
            log.exception("a bug while serving; the job is left to its lease's end")
            return Fate.LOST
        finally:
            self._since.clear()
            self._gate.release()

    def busy_s(self) -> float:
        """For how long it has been serving the message it has; 0 without one."""
        return max((self.monotonic() - since for since in list(self._since)), default=0.0)

    def reject(self, message: Message, message_id: str, why: str) -> Fate:
        """Keep garbage where ops find it; garbage that cannot be kept has to come again."""
        log.warning("message %s names no job: %s", message_id or "without id", why)
        try:
            self.letters.reject(message, message_id=message_id, why=why)
        except BackendDown as error:
            log.warning("message %s cannot be kept: %s", message_id, error)
            return Fate.NOT_READY
        return Fate.REJECT
