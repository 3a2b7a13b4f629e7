"""After an attempt that did not finish: its fate, decided first and then written once."""

import logging
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.deadletter import DeadLetters
from jobs.errors import REASONS, BackendDown, LumenError
from jobs.fields import Failure, Lease, Report
from jobs.job import Job
from jobs.job_store import Change, JobStore
from jobs.records import Records
from jobs.retry import Asking, backoff
from jobs.status import JobStatus
from models.errors import CraftError
from worker.fate import Fate, fate_of, reason_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settlement:
    """Says in the document what became of an attempt."""

    store: JobStore
    records: Records
    letters: DeadLetters
    lease_s: float

    def settle(self, job: Job, lease: Lease, error: Exception, report: Report, asking: Asking) -> Fate:
        """What cannot be written, however patiently we ask, is left to the lease's end."""
        fate = fate_of(error)
        log.warning("%s: %s (%s: %s)", job.id, fate.value, type(error).__name__, error, exc_info=_unexpected(error))
        if fate is Fate.LOST:
            return fate
        try:
            after = self.store.update(job.id, self._move(fate, job, lease, error, report), asking=asking)
        except LumenError as failed:
            log.warning("%s is left to its lease's end: %s", job.id, failed)
            return Fate.LOST
        self._keep_debug(job, error)
        if after.status is JobStatus.FAILED:
            self.letters.try_to_announce(after)
        return {JobStatus.FAILED: Fate.FAIL, JobStatus.CANCELED: Fate.CANCEL}.get(after.status, fate)

    def _move(self, fate: Fate, job: Job, lease: Lease, error: Exception, report: Report) -> Change:
        """The change that this fate makes in the document; what was reached is shown in the same write."""
        delay, lease_for = backoff(job.attempt), timedelta(seconds=self.lease_s)
        refused = isinstance(error, CraftError) and error.refused

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
                    return current.retry(lease, failure, not_before=now + delay, now=now, refused=refused)

        return change

    def _keep_debug(self, job: Job, error: Exception) -> None:
        """Tracebacks go where no client reads. Without one the job is still what it is."""
        trace = "".join(traceback.format_exception(error))
        debug = {"attempt": job.attempt, "traceback": trace, "detail": getattr(error, "detail", "")}
        try:
            self.records.update(f"jobs/{job.id}/private", "debug", lambda _old, now: {**debug, "written_at": now})
        except BackendDown as failed:
            log.warning("the traceback of %s is only here: %s\n%s", job.id, failed, trace)


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
