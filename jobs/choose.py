"""Who goes next. Messages do not decide, documents do."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from jobs.job import Job
from jobs.job_document import Unreadable, readable
from jobs.job_store import JobStore

LOOKS = (4, 50, 1_000)  # a few are enough, unless the head of the queue is full of equals of what is running
HEAD = 50  # where so many wait for room in their batch, the others are asked for by batch
LANES_MAX = 100  # batches that are asked for in one look, the first by their ids
SOON = timedelta(seconds=600)  # Pub/Sub redelivers a nacked wake-up for sure within this; later is sweep's business

Found = Job | Unreadable


@dataclass(frozen=True, slots=True)
class AtWork:
    """The jobs that some worker is alive for, as far as they keep others from being started."""

    fingerprints: frozenset[str]
    inflight: Counter[tuple[str, str | None]]  #: by owner and batch: a stranger's job fills nobody's batch
    full_batches: frozenset[str | None]

    @classmethod
    def of(cls, running: Iterable[Job], now: datetime) -> Self:
        live = [job for job in running if job.lease is not None and not job.lease.expired(now)]
        inflight = Counter((job.owner_uid, job.batch_id) for job in live)
        full = frozenset(job.batch_id for job in live if _fills(job, inflight))
        return cls(frozenset(job.request_fingerprint for job in live), inflight, full)

    def keeps_back(self, job: Job) -> bool:
        """Whether it has to wait: for an equal, whose result will be on the shelf, or for room in its batch."""
        return job.request_fingerprint in self.fingerprints or self.leaves_no_room(job)

    def leaves_no_room(self, job: Job) -> bool:
        """Whether as many of its batch run as may run at a time."""
        return _fills(job, self.inflight)


def choose(store: JobStore, *, now: datetime, hint: str | None = None) -> list[Found]:
    """What a free worker should try to claim, the most urgent first.

    By priority, then the owners' turns, then age; the hinted job goes first among its equals. Running
    jobs whose lease has expired compete like any other. A job whose equal is running is passed over:
    its result will be on the shelf; and so is one whose batch runs as many as it may.
    Documents that cannot be read come first, to be dealt with.
    """
    running = list(store.running())
    at_work = AtWork.of(readable(iter(running)), now)
    queued = _queued(store, now, at_work, at_work.keeps_back)
    due = [*readable(iter(queued)), *(job for job in readable(iter(running)) if _lapsed(job, now))]
    jobs = sorted((job for job in due if not at_work.keeps_back(job)), key=lambda job: _urgency(job, hint))
    unreadable = [each for each in (*queued, *running) if isinstance(each, Unreadable) and not each.newer]
    return [*unreadable, *jobs]


def anything_soon(store: JobStore, *, now: datetime) -> bool:
    """Whether a queued job is due now or soon enough to be worth keeping the wake-up for.

    One that waits for room in its batch is not: whoever makes the room wakes somebody up.
    """
    at_work = AtWork.of(readable(store.running()), now)
    queued = _queued(store, now + SOON, at_work, at_work.leaves_no_room)
    return any(not at_work.leaves_no_room(job) for job in readable(iter(queued)))


def first_due(store: JobStore, *, now: datetime) -> Job | None:
    """The first queued job due by then. Documents of a later version in front of it do not hide it."""
    for limit in (1, *LOOKS):
        queued = list(store.queued(due_by=now, limit=limit))
        first = next(readable(iter(queued)), None)
        if first is not None or len(queued) < limit:
            return first
    return None


def _queued(store: JobStore, due_by: datetime, at_work: AtWork, keeps_back: Callable[[Job], bool]) -> list[Found]:
    """So much of the head of the queue that there is one in it that may start, if there is one at all.

    A batch that has no room may have a hundred thousand jobs there. Reading past them would cost as many reads, at
    every look; so the most urgent of every other batch is asked for, and of the jobs that are in none.
    """
    found: list[Found] = []
    for limit in LOOKS:
        found, enough = _look(store.queued(due_by=due_by, limit=limit), limit, keeps_back)
        if enough:
            break
        if limit >= HEAD and any(at_work.leaves_no_room(job) for job in readable(iter(found))):
            return [*found, *_behind_full_batches(store, due_by, at_work, keeps_back)]
    return found


def _behind_full_batches(
    store: JobStore, due_by: datetime, at_work: AtWork, keeps_back: Callable[[Job], bool]
) -> Iterator[Found]:
    for lane in (None, *_batches_waiting(store)):
        if lane is None or lane not in at_work.full_batches:
            for limit in LOOKS:
                found, enough = _look(store.queued_in(lane, due_by=due_by, limit=limit), limit, keeps_back)
                if enough:
                    yield from found
                    break


def _batches_waiting(store: JobStore) -> Iterator[str]:
    batch_id: str | None = None
    for _ in range(LANES_MAX):
        batch_id = store.next_batch_waiting(batch_id)
        if batch_id is None:
            return
        yield batch_id


def _look(asked: Iterator[Found], limit: int, keeps_back: Callable[[Job], bool]) -> tuple[list[Found], bool]:
    """What was found, and whether looking further is of no use."""
    found = list(asked)
    return found, len(found) < limit or any(not keeps_back(job) for job in readable(iter(found)))


def _fills(job: Job, inflight: Counter[tuple[str, str | None]]) -> bool:
    most = job.batch_inflight_max
    return most is not None and inflight[job.owner_uid, job.batch_id] >= most


def _lapsed(job: Job, now: datetime) -> bool:
    return job.lease is not None and job.lease.expired(now)


def _urgency(job: Job, hint: str | None) -> tuple[int, int, bool, datetime]:
    return job.priority, job.turn, job.id != hint, job.created_at
