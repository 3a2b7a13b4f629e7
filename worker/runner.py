"""A job's life on a worker, on one screen: claim, make, keep, finish; or settle what went wrong."""

import logging
import threading
from dataclasses import dataclass
from typing import Protocol

from jobs.choose import anything_soon, first_due
from jobs.deadletter import DeadLetters
from jobs.drain import held_back
from jobs.errors import BackendDown, JobMissing
from jobs.fields import Metrics, Output
from jobs.job import Job
from jobs.job_store import JobStore
from jobs.logs import bound
from jobs.queue import JobQueue, wake_up
from jobs.records import Records
from jobs.retry import Asking, asking_until
from jobs.settings import Settings
from jobs.traces import span
from models.report import Made
from models.stage import Watcher
from worker.claim import Claims, lease_of
from worker.fate import Fate
from worker.heartbeat import Heartbeat
from worker.settle import Settlement
from worker.stages import StagesSeen

log = logging.getLogger(__name__)


class Craft(Protocol):
    """Makes a claimed job's object, and keeps its files. `worker.maker.Maker` is one."""

    def make(self, job: Job, watcher: Watcher) -> Made: ...

    def keep(self, job: Job, made: Made, watcher: Watcher) -> Output: ...


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Knows the order of things; does none of them itself."""

    store: JobStore
    records: Records
    queue: JobQueue
    letters: DeadLetters
    maker: Craft
    holder: str
    settings: Settings
    stopping: threading.Event

    def serve(self, hint: str | None = None) -> Fate:
        """A wake-up in, a fate out: brings at most one job to an end. `hint` goes first among equals."""
        if self.stopping.is_set():
            return Fate.NOT_READY
        try:
            if held_back(self.records, self.holder):
                return Fate.NOT_READY
            with span("claim"):
                job = Claims(self.store, self.letters, self.holder, self.settings.lease_s).claim(hint)
            if job is None:
                return Fate.NOT_DUE if anything_soon(self.store, now=self.store.now()) else Fate.IDLE
        except JobMissing:
            return Fate.REJECT
        except BackendDown as error:
            log.warning("no job could be claimed: %s", error)
            return Fate.NOT_READY
        with bound(**_said_of(job), worker=self.holder):
            return self._attempt(job)

    def serve_on(self) -> Fate:
        """Serve what is due, if anything is, although no message says so: some were nacked, and come late or never."""
        try:
            job = first_due(self.store, now=self.store.now())
        except BackendDown as error:
            log.warning("what is due now is left to the next wake-up: %s", error)
            return Fate.NOT_READY
        return self.serve(job.id) if job else Fate.IDLE

    def wake_another(self) -> None:
        """One fresh wake-up if anything is due: the one just served comes back only after Pub/Sub's backoff, if at all.

        Called when this worker is free again, for the wake-up may be back here within a millisecond.
        """
        try:
            if job := first_due(self.store, now=self.store.now()):
                self.queue.publish(wake_up(job.id, job.trace))
        except BackendDown as error:
            log.warning("the next wake-up is left to sweep: %s", error)

    def _attempt(self, job: Job) -> Fate:
        begun, lease = self.store.clock.monotonic(), lease_of(job)
        with (
            span("attempt", trace=job.trace, job=job.id, attempt=job.attempt, worker=self.holder),
            Heartbeat(self.store, job, lease, self.settings, self.stopping) as beat,
        ):
            asking = self._patience(begun, beat)
            try:
                with StagesSeen(beat) as seen:
                    made = self.maker.make(job, seen)
                with span("upload"):
                    output = asking(self.maker.keep, job, made, beat)
                metrics = _metrics(job, beat, self.store.clock.monotonic() - begun)
                with span("finish"):
                    self.store.update(
                        job.id, lambda job, now: job.finish(lease, output, metrics, beat.report, now=now), asking=asking
                    )
            except Exception as error:  # noqa: BLE001 (the one place where an attempt's errors arrive)
                settlement = Settlement(self.store, self.records, self.letters, self.settings.lease_s)
                with span("settle"):
                    return settlement.settle(job, lease, _reason_to_end(error, beat), beat.report, asking)
        log.info("%s succeeded in %.2f s", job.id, metrics.run_seconds)
        return Fate.FINISH

    def _patience(self, begun: float, beat: Heartbeat) -> Asking:
        """What was made is not given up because of an outage before the attempt's time is up, or it must end."""
        clock, until = self.store.clock, begun + self.settings.work_s
        return asking_until(lambda: clock.monotonic() >= until or beat.interrupted() is not None, clock.sleep)


def _said_of(job: Job) -> dict[str, object]:
    """On every line that is logged for it."""
    asked_by = job.request_id or None
    return {"job_id": job.id, "attempt": job.attempt, "traceparent": job.trace, "request_id": asked_by}


def _reason_to_end(error: Exception, beat: Heartbeat) -> Exception:
    """An outage was waited for until somebody wanted the attempt to end: then that is what ended it."""
    return (beat.interrupted() or error) if isinstance(error, BackendDown) else error


def _metrics(job: Job, beat: Heartbeat, seconds: float) -> Metrics:
    waited = (job.started_at - job.created_at).total_seconds() if job.started_at else 0.0
    stages = {stage.name: stage.seconds for stage in beat.report.stages}
    return Metrics(wait_seconds=max(waited, 0.0), run_seconds=seconds, stage_seconds=stages)
