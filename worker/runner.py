"""A job's life on a worker, on one screen: choose, claim, make, keep, finish; or explain what went wrong."""

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.choose import anything_soon, choose, first_due
from jobs.deadletter import DeadLetters
from jobs.errors import REASONS, BackendDown, IllegalTransition, JobMissing, JobUnreadable, LumenError, NotOurs
from jobs.fields import Failure, Lease, Metrics, Output, Report
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.job_store import Change, JobStore
from jobs.queue import JobQueue, wake_up
from jobs.records import Records
from jobs.retry import backoff
from jobs.settings import Settings
from jobs.status import JobStatus
from models.errors import CraftError
from models.stage import Watcher
from worker.fate import Fate, fate_of, reason_of
from worker.heartbeat import Heartbeat

log = logging.getLogger(__name__)

CHOICES_MAX = 5  # each one lost to other workers, who then work: there is no need to insist

Make = Callable[[Job, Watcher], Output]


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Knows the order of things; does none of them itself."""

    store: JobStore
    records: Records
    queue: JobQueue
    letters: DeadLetters
    make: Make  #: a claimed job in, kept results out
    holder: str
    settings: Settings
    stopping: threading.Event

    def serve(self, hint: str | None = None) -> Fate:
        """A wake-up in, a fate out: brings at most one job to an end. `hint` goes first among equals."""
        if self.stopping.is_set():
            return Fate.NOT_READY
        try:
            job = self._claim(hint)
            if job is None:
                return Fate.NOT_DUE if anything_soon(self.store, now=self._now()) else Fate.IDLE
        except JobMissing:
            return Fate.REJECT
        except BackendDown as error:
            log.warning("no job could be claimed: %s", error)
            return Fate.NOT_READY

        return self._attempt(job, _lease(job))

    def wake_another(self) -> None:
        """One fresh wake-up if anything is due: the one just served comes back only after Pub/Sub's backoff, if at all.

        Called when this worker is free again, for the wake-up may be back here within a millisecond.
        """
        try:
            if job := first_due(self.store, now=self._now()):
                self.queue.publish(wake_up(job.id, job.trace))
        except BackendDown as error:
            log.warning("the next wake-up is left to sweep: %s", error)

    def _attempt(self, job: Job, lease: Lease) -> Fate:
        begun = self.store.clock.monotonic()
        with Heartbeat(self.store, job, lease, self.settings, self.stopping) as beat:
            try:
                output = self.make(job, beat)
                metrics = _metrics(job, beat, self.store.clock.monotonic() - begun)
                self.store.update(job.id, lambda job, now: job.finish(lease, output, metrics, beat.report, now=now))
            except Exception as error:  # noqa: BLE001 (the one place where an attempt's errors arrive)
                return self._settle(job, lease, error, beat.report)
        log.info("%s succeeded in %.2f s", job.id, metrics.run_seconds)
        return Fate.FINISH

    # --- before: which job ---------------------------------------------------------------------

    def _claim(self, hint: str | None) -> Job | None:
        """The most urgent job that lets itself be claimed, RUNNING; None when nothing is due.

        Raises: JobMissing when the hint names a job that never was; BackendDown.
        """
        for _ in range(CHOICES_MAX):
            found = choose(self.store, now=self._now(), hint=hint)
            if hint is not None and all(_id(each) != hint for each in found):
                self._must_exist(hint)
            if not found:
                return None
            for each in found:
                if (job := self._try(each)) is not None:
                    return job
        return None

    def _try(self, found: Job | Unreadable) -> Job | None:
        """One claim. None when somebody was faster, or the job turned out to be over."""
        if isinstance(found, Unreadable):
            self.store.condemn(found)
            log.error("%s", found.why)
            return None
        lease_for = timedelta(seconds=self.settings.lease_s)
        try:
            job = self.store.update(
                found.id, lambda job, now: job.claim(holder=self.holder, now=now, lease_for=lease_for)
            )
        except (NotOurs, IllegalTransition, JobMissing, JobUnreadable) as error:
            log.info("not claimed: %s", error)
            return None
        if job.status is JobStatus.FAILED:
            self.letters.try_to_announce(job)
        return job if job.status is JobStatus.RUNNING else None

    def _must_exist(self, hint: str) -> None:
        """A hint whose job is over is an old wake-up; one whose job never was is garbage. Raises: JobMissing."""
        try:
            self.store.get(hint)
        except JobUnreadable as error:
            log.warning("%s", error)

    # --- after: what became of it --------------------------------------------------------------

    def _settle(self, job: Job, lease: Lease, error: Exception, report: Report) -> Fate:
        """Decide the fate, then write it once. What cannot be written is left to the lease's end."""
        fate = fate_of(error)
        log.warning("%s: %s (%s: %s)", job.id, fate.value, type(error).__name__, error, exc_info=_unexpected(error))
        if fate is Fate.LOST:
            return fate
        try:
            after = self.store.update(job.id, self._move(fate, job, lease, error, report))
        except LumenError as failed:
            log.warning("%s is left to its lease's end: %s", job.id, failed)
            return Fate.LOST
        self._keep_debug(job, error)
        if after.status is JobStatus.FAILED:
            self.letters.try_to_announce(after)
        return {JobStatus.FAILED: Fate.FAIL, JobStatus.CANCELED: Fate.CANCEL}.get(after.status, fate)

    def _move(self, fate: Fate, job: Job, lease: Lease, error: Exception, report: Report) -> Change:
        """The change that this fate makes in the document; what was reached is shown in the same write."""
        delay, lease_for = backoff(job.attempt), timedelta(seconds=self.settings.lease_s)

        def change(current: Job, now: datetime) -> Job:
            current = current.beat(lease, report, now=now, lease_for=lease_for)
            failure = _failure(error, job, report, now)
            match fate:
                case Fate.FAIL:
                    return current.fail(lease, failure, now=now)
                case Fate.CANCEL:
                    return current.cancel(lease, failure, now=now)
                case Fate.HAND_BACK | Fate.NOT_READY:
                    return current.hand_back(lease, failure, now=now)
                case _:
                    return current.retry(lease, failure, not_before=now + delay, now=now)

        return change

    def _keep_debug(self, job: Job, error: Exception) -> None:
        """Tracebacks go where no client reads. Without one the job is still what it is."""
        trace = "".join(traceback.format_exception(error))
        debug = {"attempt": job.attempt, "traceback": trace, "detail": getattr(error, "detail", "")}
        try:
            self.records.update(f"jobs/{job.id}/private", "debug", lambda _old, now: {**debug, "written_at": now})
        except BackendDown as failed:
            log.warning("the traceback of %s is only here: %s\n%s", job.id, failed, trace)

    def _now(self) -> datetime:
        return self.store.now()


def _id(found: Job | Unreadable) -> str:
    return found.id if isinstance(found, Job) else found.document.key


def _lease(job: Job) -> Lease:
    assert job.lease is not None  # a running job has one: the model says so
    return job.lease


def _failure(error: Exception, job: Job, report: Report, now: datetime) -> Failure:
    """What the document says of `error`; of a bug only its name, for a client may read it."""
    reason = reason_of(error)
    reached = report.stage.name if report.stage else None
    return Failure.of(
        reason,
        f"{REASONS[reason].sentence} ({type(error).__name__})" if _unexpected(error) else str(error),
        at=now,
        stage=getattr(error, "stage", "") or reached,
        route=getattr(error, "route", "") or None,
        refusals=getattr(error, "refusals", ()),
        attempt=job.attempt,
    )


def _unexpected(error: Exception) -> bool:
    """Whether nobody meant to raise it: then the log needs the traceback, and its message is not for clients."""
    return not isinstance(error, LumenError | CraftError)


def _metrics(job: Job, beat: Heartbeat, seconds: float) -> Metrics:
    waited = (job.started_at - job.created_at).total_seconds() if job.started_at else 0.0
    stages = {stage.name: stage.seconds for stage in beat.report.stages}
    return Metrics(wait_seconds=max(waited, 0.0), run_seconds=seconds, stage_seconds=stages)
