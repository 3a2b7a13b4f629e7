"""The lifeline: finds what everybody else forgot. Automatic, bounded, and harmless when two run at once."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta

from jobs.batch_record import forget_if_empty
from jobs.bucket import Bucket
from jobs.choose import anything_soon
from jobs.client import remove
from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, LumenError, StillRunning
from jobs.job import Job
from jobs.job_document import Unreadable, readable
from jobs.job_store import JobStore
from jobs.metrics import SWEPT
from jobs.pause import is_paused
from jobs.queue import JobQueue, wake_up
from jobs.status import JobStatus

log = logging.getLogger(__name__)

EACH_MAX = 100  # per kind and run, so that a run ends; the next one goes on
UNCLAIMED = timedelta(seconds=60)  # a due job that long untouched has lost its wake-up
# Whoever failed a job says so itself: 5 s for the topic (jobs/gcp.py), 10 s of tries to note it and 5 s for the last.
ANNOUNCING = timedelta(seconds=20)
WAKE_UPS_MAX = 10  # wake-ups are interchangeable: enough to wake every worker there is


@dataclass(slots=True)
class Swept:
    """What one run did."""

    lapsed: int = 0
    late: int = 0
    condemned: int = 0
    woken: int = 0
    canceled: int = 0
    announced: int = 0
    drained: int = 0
    removed: int = 0
    left: int = 0  #: steps that the next run has to do, because a backend could not be reached

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Sweep:
    """One run looks for everything once. A fault in one place does not keep it from the others."""

    store: JobStore
    queue: JobQueue
    letters: DeadLetters
    bucket: Bucket

    def run(self) -> Swept:
        swept = Swept()
        for step in (
            self._lapse,
            self._settle_canceled,
            self._give_up,
            self._announce,
            self._drain,
            self._remove,
            self._wake,
        ):
            try:
                step(swept)
            except BackendDown as error:
                swept.left += 1
                log.warning("sweep left %s for the next run: %s", step.__name__, error)
        for each in fields(swept):
            SWEPT.add(getattr(swept, each.name), what=each.name)
        return swept

    def _lapse(self, swept: Swept) -> None:
        """Running jobs whose worker went silent: back to the queue, or failed, or canceled."""
        for found in _ours(self.store.lapsed(by=self.store.now(), limit=EACH_MAX)):
            if isinstance(found, Unreadable):
                self.store.condemn(found)
                swept.condemned += 1
            elif job := self._changed(found, lambda job, now: job.lapse(now=now)):
                swept.lapsed += 1
                self._go_on(job)

    def _settle_canceled(self, swept: Swept) -> None:
        """Queued jobs whose client set the flag in the document, where no worker looks."""
        for found in readable(self.store.to_cancel(limit=EACH_MAX)):
            swept.canceled += self._changed(found, lambda job, now: job.request_cancel(now=now)) is not None

    def _give_up(self, swept: Swept) -> None:
        """Queued jobs that nobody started by when they had to be."""
        for found in readable(self.store.too_late(by=self.store.now(), limit=EACH_MAX)):
            if (job := self._changed(found, lambda job, now: job.give_up(now=now))) and job.done:
                swept.late += 1
                self._go_on(job)

    def _announce(self, swept: Swept) -> None:
        """The outbox of dead letters, without those that whoever failed the job may be about to publish."""
        overdue = self.store.now() - ANNOUNCING
        for found in _ours(self.store.unannounced(limit=EACH_MAX)):
            if isinstance(found, Unreadable):
                self.letters.announce_unreadable(found)
            elif found.updated_at <= overdue:
                self.letters.announce(found)
            else:
                continue
            swept.announced += 1

    def _drain(self, swept: Swept) -> None:
        swept.drained += self.letters.drain(limit=EACH_MAX)

    def _remove(self, swept: Swept) -> None:
        """Jobs that were kept as long as was promised: files first, so that nothing is left that nobody names.

        A batch goes with its last job.
        """
        for found in _ours(self.store.expired(by=self.store.now(), limit=EACH_MAX)):
            try:
                remove(found, self.store, self.letters.records, self.bucket)
            except StillRunning as error:
                log.info("sweep leaves it: %s", error)
            else:
                swept.removed += 1
                if isinstance(found, Job):
                    forget_if_empty(self.store, self.letters.records, found)

    def _wake(self, swept: Swept) -> None:
        """Wake-ups for due jobs that nobody has claimed for a while, announced or not.

        None during a pause, when each would come back, and be one more after every run. None while all that wait do so
        for room in their batch: whoever makes the room wakes somebody up.
        """
        if is_paused(self.letters.records):
            return
        now = self.store.now()
        waiting = list(readable(self.store.unclaimed(since=now - UNCLAIMED, limit=WAKE_UPS_MAX)))
        if waiting and not anything_soon(self.store, now=now):
            return
        for job in waiting:
            self.queue.publish(wake_up(job.id, job.trace))
            swept.woken += 1

    def _go_on(self, job: Job) -> None:
        if job.status is JobStatus.QUEUED:
            self.queue.publish(wake_up(job.id, job.trace))
        elif job.status is JobStatus.FAILED:
            self.letters.try_to_announce(job)

    def _changed(self, job: Job, change: Callable[..., Job]) -> Job | None:
        """The job after `change`, or None when somebody else was there first."""
        try:
            return self.store.update(job.id, change)
        except BackendDown:
            raise
        except LumenError as error:
            log.info("sweep leaves %s alone: %s", job.id, error)
            return None


def _ours(found: Iterator[Job | Unreadable]) -> Iterator[Job | Unreadable]:
    """Without the documents of a later version of this program: it will sweep them itself."""
    return (each for each in found if isinstance(each, Job) or not each.newer)
