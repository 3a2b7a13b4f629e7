"""How the queue is, for whoever collects numbers. Asked of the store, and not again within half a minute."""

import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jobs.errors import BackendDown
from jobs.job_store import JobQuery, JobStore
from jobs.metrics import DEAD_LETTERS, QUEUE_AGE, QUEUE_DEPTH, Label
from jobs.stats import COUNT_MAX, QueueState, queue_state
from jobs.status import JobStatus

FRESH_S = 30.0  # a scraper asks every 15 s; on Firestore one look is about 75 reads
Said = Iterator[tuple[float, Mapping[str, Label]]]

log = logging.getLogger(__name__)


def observe(store: JobStore) -> None:
    """From now on this store is asked, and no longer the one before it."""
    look = _Look(store)
    QUEUE_DEPTH.observe(look.depth)
    QUEUE_AGE.observe(look.age)
    DEAD_LETTERS.observe(look.dead)


@dataclass(slots=True)
class _Look:
    """The last look at the store. A store that cannot be reached says nothing, rather than something old."""

    store: JobStore
    _seen: tuple[QueueState, int] | None = None
    _fresh_until: float = 0.0
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def depth(self) -> Said:
        if seen := self._look():
            yield seen[0].queued, {"status": JobStatus.QUEUED.value}
            yield seen[0].running, {"status": JobStatus.RUNNING.value}

    def age(self) -> Said:
        if seen := self._look():
            yield seen[0].oldest_queued_seconds or 0.0, {}

    def dead(self) -> Said:
        if seen := self._look():
            yield seen[1], {}

    def _look(self) -> tuple[QueueState, int] | None:
        with self._looking:
            now = self.store.clock.monotonic()
            if now >= self._fresh_until:
                self._seen, self._fresh_until = self._ask(), now + FRESH_S
            return self._seen

    def _ask(self) -> tuple[QueueState, int] | None:
        try:
            failed = self.store.count(JobQuery(JobStatus.FAILED), limit=COUNT_MAX)
            return queue_state(self.store), failed
        except BackendDown as error:
            log.warning("the queue is not among the numbers: %s", error)
            return None
