"""Who goes next. Messages do not decide, documents do."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jobs.job import Job
from jobs.job_document import Unreadable, readable
from jobs.job_store import JobStore

LOOKS = (4, 50, 1_000)  # a few are enough, unless the head of the queue is full of equals of what is running
SOON = timedelta(seconds=600)  # Pub/Sub redelivers a nacked wake-up for sure within this; later is sweep's business


def choose(store: JobStore, *, now: datetime, hint: str | None = None) -> list[Job | Unreadable]:
    """What a free worker should try to claim, the most urgent first.

    By priority, then the owners' turns, then age; the hinted job goes first among its equals. Running
    jobs whose lease has expired compete like any other. A job whose equal is running is passed over:
    its result will be on the shelf. Documents that cannot be read come first, to be dealt with.
    """
    running = list(store.running())
    found: list[Job | Unreadable] = []
    for limit in LOOKS:
        queued = list(store.queued(due_by=now, limit=limit))
        found = _claimable(queued, running, now, hint)
        # Lapsed jobs alone are no reason to stop: more urgent ones may wait behind the equals.
        if len(queued) < limit or any(isinstance(each, Job) and each.lease is None for each in found):
            break
    return found


def anything_soon(store: JobStore, *, now: datetime) -> bool:
    """Whether a queued job is due now or soon enough to be worth keeping the wake-up for."""
    return first_due(store, now=now + SOON) is not None


def first_due(store: JobStore, *, now: datetime) -> Job | None:
    """The first queued job due by then. Documents of a later version in front of it do not hide it."""
    for limit in LOOKS:
        queued = list(store.queued(due_by=now, limit=limit))
        first = next(readable(iter(queued)), None)
        if first is not None or len(queued) < limit:
            return first
    return None


def _claimable(
    queued: list[Job | Unreadable], running: list[Job | Unreadable], now: datetime, hint: str | None
) -> list[Job | Unreadable]:
    at_work = {job.request_fingerprint for job in _leased(running) if not _lapsed(job, now)}
    due = [*readable(iter(queued)), *(job for job in _leased(running) if _lapsed(job, now))]
    jobs = sorted((job for job in due if job.request_fingerprint not in at_work), key=lambda job: _urgency(job, hint))
    unreadable = [found for found in (*queued, *running) if isinstance(found, Unreadable) and not found.newer]
    return [*unreadable, *jobs]


def _leased(running: list[Job | Unreadable]) -> Iterator[Job]:
    return (job for job in readable(iter(running)) if job.lease is not None)


def _lapsed(job: Job, now: datetime) -> bool:
    return job.lease is not None and job.lease.expired(now)


def _urgency(job: Job, hint: str | None) -> tuple[int, int, bool, datetime]:
    return job.priority, job.turn, job.id != hint, job.created_at
