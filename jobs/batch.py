"""Many jobs under one name: asked for as often as it takes, each of them made once.

A job's id comes from its owner, its batch and its custom_id, or its input where it has none. So whoever was cut off in
the middle asks for the same again, and exactly the jobs that are missing are made.

    plan = batches.plan("nightly", requests)
    batch = batches.begin(plan, inflight_max=4)
    made = list(batches.make(plan))
    batches.close(batch)

Whoever streams makes jobs by `client.submit_or_find(..., batch_inflight_max=batch.inflight_max)` between the two.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from jobs import batch_retry
from jobs.batch_estimate import Estimate, estimate
from jobs.batch_plan import Plan, Refused, Sorting, Taken, Twin, Wanted, as_wanted
from jobs.batch_record import (
    BATCH_ID,
    BATCHES,
    INFLIGHT_MAX,
    Batch,
    checked_inflight_max,
    collection_of,
    id_for,
    read_batch,
)
from jobs.client import JobClient
from jobs.errors import IdempotencyConflict, InvalidRequest, JobAlreadyDone, JobMissing, RecordMissing
from jobs.job import Job
from jobs.job_document import Unreadable, readable
from jobs.job_store import JobQuery, JobStore
from jobs.records import Record
from jobs.request import JobInput, JobRequest, Quality
from jobs.status import JobStatus

__all__ = [
    "BATCHES",
    "BATCH_ID",
    "INFLIGHT_MAX",
    "Batch",
    "Batches",
    "Estimate",
    "Plan",
    "Refused",
    "Taken",
    "Twin",
    "Wanted",
    "as_wanted",
    "counts_of",
    "id_for",
]

LOOK_MAX = 1_000  # jobs that are looked for before others are made; what is there beyond is found when it is written
JOBS_MAX = 100_000  # of one batch that are counted: Firestore counts a thousand for the price of a read
CANCEL_MAX = 1_000  # jobs at once: seconds on SQLite, half a minute on Firestore
PAGE = 200  # jobs a question


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of one owner. Every method may raise BackendDown."""

    client: JobClient

    # --- making one ----------------------------------------------------------------------------

    def plan(
        self, name: str, requests: Sequence[JobRequest], *, may_say: Callable[[JobInput], None] = lambda _: None
    ) -> Plan:
        """What has to be made, and what is there already.

        `may_say` raises PromptRejected for what must not be made; whatever else it raises comes out.
        """
        batch_id = id_for(self.client.owner, name)
        wanted = JobQuery(owner_uid=self.client.owner, batch_id=batch_id)
        there = {job.id: job for job in readable(self.client.store.find(wanted, limit=LOOK_MAX))}
        sorting = Sorting(self.client.owner, batch_id, there, may_say)
        items = tuple(sorting.item(index, request) for index, request in enumerate(requests))
        missing = sum(isinstance(each, Wanted) for each in items)
        return Plan(batch_id, name, items, self.client.store.count(wanted, limit=JOBS_MAX) + missing)

    def estimate(self, wanted: Plan | Mapping[Quality, int], *, cost_per_hour: float = 0.0) -> Estimate:
        """What it will take to make what is missing, or so many jobs of each quality, by what others took.

        `cost_per_hour` of a GPU; 0: nobody said.
        """
        if isinstance(wanted, Plan):
            wanted = Counter(each.request.input.quality for each in wanted.missing)
        return estimate(self.client.store, wanted, cost_per_hour=cost_per_hour)

    def begin(self, plan: Plan, *, inflight_max: int | None = None) -> Batch:
        """Put the batch on record, or say there that more is asked for. No job is made yet.

        `inflight_max`: so many of its jobs run at a time, 1 to 1000; None: as it was said before, if it was. Jobs that
        are made from now on keep to it; those that are there already keep to what they were made with.

        Raises: InvalidRequest.
        """
        said = {"name": plan.name, "owner": self.client.owner}
        most = checked_inflight_max(inflight_max)

        def change(old: Record | None, now: datetime) -> Record:
            total = max(plan.total, old["total"] if old else 0)
            limit = most if most is not None else old and old.get("inflight_max")
            return said | {"total": total, "inflight_max": limit, "created_at": old["created_at"] if old else now}

        record = self.client.records.update(collection_of(plan.batch_id), plan.batch_id, change)
        return Batch.of(record, plan.batch_id)

    def make(self, plan: Plan, *, trace: str | None = None) -> Iterator[Taken | Refused]:
        """Make what is missing, one after the other. Stopped anywhere, it is simply done again."""
        if not plan.missing:
            return
        most = self._inflight_max(plan.batch_id)
        for each in plan.missing:
            try:
                job, new = self.client.submit_or_find(each.request, key=each.key, trace=trace, batch_inflight_max=most)
            except (InvalidRequest, IdempotencyConflict) as error:
                yield Refused(each.index, each.request.custom_id, error)
            else:
                yield Taken(each.index, job, new)

    def close(self, batch: Batch) -> None:
        """All of it is asked for, so it is over when its jobs are: also if some were refused, or deleted meanwhile.

        A batch that nobody closes is over when `total` jobs are there and over.
        """

        def change(old: Record | None, _now: datetime) -> Record:
            if old is None:
                raise RecordMissing(BATCHES, batch.id)
            return {"closed_total": max(batch.total, old.get("closed_total") or 0)}

        self.client.records.update(collection_of(batch.id), batch.id, change)

    # --- looking at them -----------------------------------------------------------------------

    def get(self, batch_id: str) -> Batch:
        """Any owner's: who may see it is asked elsewhere. Raises: RecordMissing."""
        return read_batch(self.client.records, batch_id)[0]

    def find(self, *, limit: int, after: str | None = None) -> list[Batch]:
        """The owner's, newest first, going on behind batch `after`. Raises: RecordMissing for `after`."""
        behind = (self.get(after).created_at, after) if after else None
        collection = collection_of(id_for(self.client.owner, ""))
        found = self.client.records.latest(collection, "created_at", limit=limit, behind=behind)
        return [Batch.of(record, key) for key, record in found]

    def counts(self, batch: Batch) -> dict[JobStatus, int]:
        """How many of its jobs there are in each status."""
        return counts_of(self.client.store, batch)

    def jobs(self, batch: Batch, status: JobStatus | None = None, after: str | None = None) -> Iterator[Job]:
        """Its jobs, the first made first, going on behind job `after`; asked for in pages, as far as somebody listens.

        One that is made meanwhile comes last. With a status: those that have it when their page is asked for.

        Raises: JobMissing for `after`.
        """
        behind = (self.client.get(after).created_at, after) if after else None
        while True:
            page = list(self.client.store.of_batch(batch.id, status, limit=PAGE, behind=behind))
            yield from (job for job in readable(iter(page)) if job.owner_uid == batch.owner)
            if len(page) < PAGE:
                return
            behind = _place_of(page[-1])

    # --- changing their jobs -------------------------------------------------------------------

    def cancel(self, batch: Batch) -> int:
        """Ask for the end of its jobs, those that wait first, and of no more than CANCEL_MAX. How many were asked.

        One that is claimed meanwhile is found among the running; one that is over meanwhile stays as it is.
        """
        asked = 0
        for status in (JobStatus.QUEUED, JobStatus.RUNNING):
            if asked < CANCEL_MAX:
                found = self.client.store.find(_jobs_of(batch, status), limit=CANCEL_MAX - asked)
                asked += sum(self._cancel(job) for job in readable(found))
        return asked

    def retry_failed(
        self, batch: Batch, *, why: str, who: str | None = None, limit: int = batch_retry.RETRY_MAX
    ) -> Iterator[Job]:
        """Try its failed jobs again, each once, `limit` at most; those that are tried, one after the other.

        The same jobs, their attempts renewed. A run that was cut off is gone on with: what it has tried and what failed
        again is not tried again in it. There is an entry in the audit, by `who` (the owner).
        """
        audit_as = who or self.client.owner
        failed = self.jobs(batch, JobStatus.FAILED)
        return batch_retry.retry(self.client, batch, failed, why=why, who=audit_as, limit=limit)

    def _cancel(self, job: Job) -> bool:
        try:
            return not job.cancel_requested and bool(self.client.cancel(job.id))
        except (JobAlreadyDone, JobMissing):
            return False

    def _inflight_max(self, batch_id: str) -> int | None:
        with suppress(RecordMissing):
            return self.get(batch_id).inflight_max
        return None


def counts_of(store: JobStore, batch: Batch) -> dict[JobStatus, int]:
    """How many of a batch's jobs there are in each status. Raises: BackendDown."""
    return {status: store.count(_jobs_of(batch, status), limit=JOBS_MAX) for status in JobStatus}


def _jobs_of(batch: Batch, status: JobStatus) -> JobQuery:
    return JobQuery(status, batch.owner, batch.id)


def _place_of(found: Job | Unreadable) -> tuple[datetime, str]:
    """As its document has it: what cannot be read is sorted by that too."""
    if isinstance(found, Job):
        return found.created_at, found.id
    return found.document.fields["created_at"], found.document.key
