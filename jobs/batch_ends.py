"""When a batch is over: found once, by whoever looks, and put on its record.

An end is known by its time, so it is the same for everybody who asks again. What ends later than that (a job that was
tried again, or asked for later) makes another end, when all of them are over once more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jobs.batch_record import BATCH_ID, Batch, collection_of, read_batch
from jobs.errors import RecordMissing
from jobs.job import Job
from jobs.job_store import JobQuery, JobStore
from jobs.records import Record, Records
from jobs.status import DONE, JobStatus

JOBS_MAX = 100_000  # of one batch that are counted


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """One end of a batch."""

    batch: Batch
    at: datetime
    counts: Mapping[str, int]  #: jobs by status, and `total`


@dataclass(frozen=True, slots=True)
class LastEnds:
    """The last ends of jobs that were met, by batch."""

    met: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def note(self, job: Job, ended_at: datetime) -> None:
        if job.batch_id and BATCH_ID.fullmatch(job.batch_id):
            whose = job.owner_uid, job.batch_id
            self.met[whose] = max(ended_at, self.met.get(whose, ended_at))

    def __iter__(self) -> Iterator[tuple[str, str, datetime]]:
        """Owner, batch and time."""
        return ((*whose, at) for whose, at in self.met.items())


def end_of(store: JobStore, records: Records, owner: str, batch_id: str, last: datetime) -> BatchEnd | None:
    """The end that the owner's batch came to with the job that ended at `last`; None: it is not over.

    Raises: BackendDown.
    """
    try:
        batch, record = read_batch(records, batch_id)
    except RecordMissing:
        return None
    if batch.owner != owner:
        return None
    if not _includes(record, last):
        counts = _counts_if_over(store, batch, record)
        if counts is None:
            return None
        record = _noted(records, batch, last, counts)
    return BatchEnd(batch, record["ended_at"], record["ended_counts"])


def _includes(record: Record, last: datetime) -> bool:
    """Whether that job's end belongs to the end that is on record. Whatever had not ended by then came to another."""
    ended_at: datetime | None = record.get("ended_at")
    return ended_at is not None and last <= ended_at


def _counts_if_over(store: JobStore, batch: Batch, record: Record) -> dict[str, int] | None:
    """Those that are over are counted before all of them: a job that moves meanwhile is missed by no count."""
    if store.count(JobQuery(JobStatus.QUEUED, batch.owner, batch.id), limit=1):
        return None  # nearly always, and for one read
    done = {each.value: store.count(JobQuery(each, batch.owner, batch.id), limit=JOBS_MAX) for each in sorted(DONE)}
    there = store.count(JobQuery(owner_uid=batch.owner, batch_id=batch.id), limit=JOBS_MAX)
    all_asked_for = there >= batch.total or (record.get("closed_total") or 0) >= batch.total
    open_ = {JobStatus.QUEUED.value: 0, JobStatus.RUNNING.value: 0}
    return {"total": there, **open_, **done} if all_asked_for and sum(done.values()) >= there else None


def _noted(records: Records, batch: Batch, last: datetime, counts: Mapping[str, int]) -> Record:
    """The record with this end, by whoever was first."""

    def change(old: Record | None, now: datetime) -> Record:
        if old is None:
            raise RecordMissing(collection_of(batch.id), batch.id)
        return {} if _includes(old, last) else {"ended_at": now, "ended_counts": dict(counts)}

    return records.update(collection_of(batch.id), batch.id, change)
