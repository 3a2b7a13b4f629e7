"""Whether more jobs are taken on: places for the open jobs of one owner, and the age of the queue for everybody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from jobs.clock import Clock
from jobs.errors import InvalidRequest, Overloaded, QuotaExceeded
from jobs.job_store import JobQuery, JobStore
from jobs.status import JobStatus

OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)
COMING_S = 1.0  # a job is written within some hundredths of a second; who is on the way longer is counted
PLACE_FREE_S = 10.0  # when a place may be free: a worker without a GPU makes a job in less, one with a GPU in more
QUEUE_SHORTER_S = 30.0  # when an overlong queue may be shorter: a GPU makes a job in about half a minute
LOOK_EVERY_S = 1.0  # how often a process looks at the queue's age, which is half an hour and more when it matters


@dataclass(slots=True)
class Coming:
    """Jobs of one owner that this process has let in and that may not be in the store yet."""

    jobs: int = 0
    people: int = 0  #: threads that look at this; with the last of them it goes
    changed: threading.Condition = field(default_factory=threading.Condition)


class Places:
    """Places for jobs about to be written. Given back when the jobs are in the store, or will never be."""

    def __init__(self, open_jobs: "OpenJobs", owner: str, jobs: int) -> None:
        self._of: OpenJobs | None = open_jobs
        self._owner = owner
        self._jobs = jobs

    def give_back(self) -> None:
        """Once, however often it is said."""
        of, self._of = self._of, None
        if of is not None:
            of.arrived(self._owner, self._jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()


class OpenJobs:
    """At most `jobs_max` jobs of one owner that wait or run.

    They are counted in the store. What one process has let in and not written yet counts as well, so within one process
    the limit is exact. Another process may let in as many at the same moment: p processes get to p times the limit at
    most, and only if all they let in is asked for in the hundredth of a second between count and write.
    """

    def __init__(self, store: JobStore, clock: Clock, jobs_max: int) -> None:
        self._store = store
        self._clock = clock
        self._jobs_max = jobs_max
        self._coming: dict[str, Coming] = {}  # as many as there are submits at this moment
        self._lock = threading.Lock()

    def take(self, owner: str, jobs: int) -> Places:
        """Places for so many jobs. Raises: QuotaExceeded; InvalidRequest for more than there can be; BackendDown."""
        if jobs > self._jobs_max:
            raise InvalidRequest("", f"{jobs} jobs at once, and one owner may have {self._jobs_max} that wait or run")
        with self._looking(owner) as coming, coming.changed:
            until = self._clock.monotonic() + COMING_S
            while self._open(owner) + coming.jobs + jobs > self._jobs_max:
                left_s = until - self._clock.monotonic()
                if coming.jobs == 0 or left_s <= 0 or not coming.changed.wait(left_s):
                    why = f"At most {self._jobs_max} jobs of {owner} may wait or run at a time."
                    raise QuotaExceeded(why, retry_after_s=PLACE_FREE_S)
            coming.jobs += jobs
            coming.people += 1
        return Places(self, owner, jobs)

    def arrived(self, owner: str, jobs: int) -> None:
        """Jobs that were let in are in the store, or will never be."""
        coming = self._coming[owner]
        with coming.changed:
            coming.jobs -= jobs
            coming.changed.notify_all()
        self._left(owner)

    def _open(self, owner: str) -> int:
        """As many as matter: one more than the limit of each."""
        limit = self._jobs_max + 1
        return sum(self._store.count(JobQuery(status, owner), limit=limit) for status in OPEN)

    @contextmanager
    def _looking(self, owner: str) -> Iterator[Coming]:
        with self._lock:
            coming = self._coming.setdefault(owner, Coming())
            coming.people += 1
        try:
            yield coming
        finally:
            self._left(owner)

    def _left(self, owner: str) -> None:
        with self._lock:
            self._coming[owner].people -= 1
            if self._coming[owner].people == 0:
                del self._coming[owner]


class Backlog:
    """Whether the queue is so far behind that taking on more would be a promise nobody keeps."""

    def __init__(self, store: JobStore, clock: Clock, age_max_s: float) -> None:
        self._store = store
        self._clock = clock
        self._age_max = timedelta(seconds=age_max_s)
        self._look_at = float("-inf")
        self._too_old = False
        self._lock = threading.Lock()

    def require_room(self) -> None:
        """Raises: Overloaded; BackendDown."""
        if self._is_too_old():
            why = f"A job that is due has been waiting for more than {self._age_max.total_seconds():g} s."
            raise Overloaded(why, retry_after_s=QUEUE_SHORTER_S)

    def _is_too_old(self) -> bool:
        """As it was at the last look, a second ago at most; while one thread looks, others go by the look before."""
        now_s = self._clock.monotonic()
        with self._lock:
            if now_s < self._look_at:
                return self._too_old
            self._look_at = now_s + LOOK_EVERY_S
        since = self._store.now() - self._age_max
        self._too_old = any(self._store.unclaimed(since=since, limit=1))
        return self._too_old
