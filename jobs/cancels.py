"""Many open jobs canceled at once: found first, then asked one by one. What ends meanwhile is counted, not an error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jobs.errors import JobAlreadyDone, JobMissing, JobUnreadable
from jobs.job import Job
from jobs.job_document import Unreadable
from jobs.job_filter import JobFilter
from jobs.job_store import JobQuery, JobStore
from jobs.status import JobStatus

CANCEL_MAX = 1_000  # jobs of one call: seconds on SQLite, half a minute on Firestore
LOOK_MAX = 20_000  # jobs that are looked at for them: a rare prompt in a long queue must end too
PAGE = 500


class Outcome(StrEnum):
    """What became of one job."""

    CANCELED = "canceled"  #: at once: it was waiting
    ASKED = "asked"  #: its worker sees it within seconds
    OVER = "over"  #: it ended, or was removed, before it was asked
    LEFT = "left"  #: it moved on and is not meant any more, or cannot be read


@dataclass(frozen=True, slots=True)
class Canceled:
    """One job, and what became of it."""

    job_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Found:
    """The jobs that are meant. `more`: there may be others, which one call does not reach."""

    jobs: Sequence[Job]
    more: bool


@dataclass(frozen=True, slots=True)
class Cancels:
    """Cut off anywhere, it is simply done again."""

    store: JobStore

    def find(self, wanted: JobFilter) -> Found:
        """The newest first, those that wait before those that run. Nothing is written. Raises: BackendDown."""
        jobs: list[Job] = []
        for looked, found in enumerate(self._open(wanted)):
            if looked == LOOK_MAX or len(jobs) == CANCEL_MAX:
                return Found(jobs, more=True)
            if isinstance(found, Job) and wanted.takes(found) and not found.cancel_requested:
                jobs.append(found)
        return Found(jobs, more=False)

    def go(self, jobs: Sequence[Job], wanted: JobFilter) -> Iterator[Canceled]:
        """Ask for the end of each that is still meant when it is asked. Raises: BackendDown."""

        def change(job: Job, now: datetime) -> Job:
            return job.request_cancel(now=now) if job.done or wanted.takes(job) else job

        for each in jobs:
            try:
                outcome = _outcome(self.store.update(each.id, change))
            except (JobAlreadyDone, JobMissing):
                outcome = Outcome.OVER
            except JobUnreadable:
                outcome = Outcome.LEFT
            yield Canceled(each.id, outcome)

    def _open(self, wanted: JobFilter) -> Iterator[Job | Unreadable]:
        for query in wanted.queries():
            yield from self._all(query)

    def _all(self, query: JobQuery) -> Iterator[Job | Unreadable]:
        """In pages, each behind the last one's place, be the job there still or not."""
        behind = None
        while page := list(self.store.find(query, limit=PAGE, behind=behind)):
            yield from page
            behind = _place(page[-1])


def _outcome(job: Job) -> Outcome:
    if job.status is JobStatus.CANCELED:
        return Outcome.CANCELED
    return Outcome.ASKED if job.cancel_requested else Outcome.LEFT


def _place(found: Job | Unreadable) -> tuple[datetime, str]:
    if isinstance(found, Job):
        return found.created_at, found.id
    return found.document.fields["created_at"], found.document.key
