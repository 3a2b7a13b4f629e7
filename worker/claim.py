"""Before an attempt: which job, and that it is ours."""

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.choose import AtWork, choose
from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, IllegalTransition, JobMissing, JobUnreadable, LumenError, NotOurs
from jobs.fields import Lease
from jobs.job import Job
from jobs.job_document import Unreadable, readable
from jobs.job_store import JobStore
from jobs.status import JobStatus

log = logging.getLogger(__name__)

CHOICES_MAX = 5  # each one lost to other workers, who then work: there is no need to insist
STEP_ASIDE_S = 0.2  # several times what it takes to claim and to look around, on Firestore too


@dataclass(frozen=True, slots=True)
class Claims:
    """Takes the most urgent job that lets itself be taken."""

    store: JobStore
    letters: DeadLetters
    holder: str
    lease_s: float

    def claim(self, hint: str | None) -> Job | None:
        """A job of ours, RUNNING; None when nothing is due.

        Raises: JobMissing when the hint names a job that never was; BackendDown.
        """
        for _ in range(CHOICES_MAX):
            found = choose(self.store, now=self.store.now(), hint=hint)
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
        try:
            job = self.store.update(found.id, self._claimed)
        except (NotOurs, IllegalTransition, JobMissing, JobUnreadable) as error:
            log.info("not claimed: %s", error)
            return None
        if job.status is JobStatus.FAILED:
            self.letters.try_to_announce(job)
        return job if job.status is JobStatus.RUNNING and not self._stepped_aside(job) else None

    def _claimed(self, job: Job, now: datetime) -> Job:
        return job.claim(holder=self.holder, now=now, lease_for=timedelta(seconds=self.lease_s))

    def _stepped_aside(self, job: Job) -> bool:
        """Give it back if an equal job is running, whose result will be on the shelf, or too many of its batch are.

        `choose` passes such jobs over, but two workers may have chosen at one instant. Each looks again after its
        claim, so the later one sees the other for sure; if both do, both step aside, for different moments.
        Whoever cannot look, or cannot give it back, goes on: the job is ours, and nobody else would work on it.
        """
        lease = lease_of(job)
        try:
            if not self._has_to_wait(job):
                return False
            self.store.update(job.id, lambda job, now: job.hand_back(lease, now=now))
        except BackendDown as error:
            log.warning("%s is made, whatever else runs: %s", job.id, error)
            return False
        except LumenError as error:
            log.info("%s was taken from us: %s", job.id, error)
            return True
        log.info("%s waits: an equal job is running, or as many of its batch as may", job.id)
        self.store.clock.sleep(random.uniform(0, STEP_ASIDE_S))  # noqa: S311 (spreads load; guards no secret)
        return True

    def _has_to_wait(self, job: Job) -> bool:
        now = self.store.now()
        others = (other for other in readable(self.store.running()) if other.id != job.id)
        return AtWork.of(others, now).keeps_back(job)

    def _must_exist(self, hint: str) -> None:
        """A hint whose job is over is an old wake-up; one whose job never was is garbage. Raises: JobMissing."""
        try:
            self.store.get(hint)
        except JobUnreadable as error:
            log.warning("%s", error)


def lease_of(job: Job) -> Lease:
    assert job.lease is not None  # a running job has one: the model says so
    return job.lease


def _id(found: Job | Unreadable) -> str:
    return found.id if isinstance(found, Job) else found.document.key
