"""Many jobs under one name: asked for as often as it takes, each of them made once.

A job's id comes from its owner, its batch and its custom_id, or its input where it has none. So whoever was cut off in
the middle asks for the same again, and exactly the jobs that are missing are made.

    plan = batches.plan("nightly", requests)
    batch = batches.begin(plan)
    made = list(batches.make(plan))
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pydantic import AwareDatetime

from jobs.client import JobClient
from jobs.errors import (
    IdempotencyConflict,
    InvalidRequest,
    JobAlreadyDone,
    JobMissing,
    LumenError,
    PromptRejected,
    RecordMissing,
)
from jobs.job import Job, JobId, job_id_for
from jobs.job_document import readable
from jobs.job_store import JobQuery
from jobs.records import Record
from jobs.request import Frozen, JobInput, JobRequest, Priority
from jobs.status import JobStatus

BATCHES, NAMED = "batches", "named"
DIGEST_BYTES = 10  # 80 bits each of an owner and of a name among theirs; 16 characters of base32
BATCH_ID = re.compile(r"b_[a-z2-7]{32}")
OWNER_CHARS = len("b_") + 16  # of an id: up to here all batches of one owner have the same
LOOK_MAX = 1_000  # jobs that are looked for before others are made; what is there beyond is found when it is written
JOBS_MAX = 100_000  # of one batch that are counted: Firestore counts a thousand for the price of a read
CANCEL_MAX = 1_000  # jobs at once: seconds on SQLite, half a minute on Firestore


class Batch(Frozen):
    """A batch as it is on record."""

    id: str
    name: str
    owner: str
    total: int  #: as many jobs as were asked for; where that was cut off, fewer are there
    created_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request whose job is still to be made, and the key that always leads to it."""

    index: int
    request: JobRequest
    key: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A request, and its job. `new`: it was made now."""

    index: int
    job: Job
    new: bool


@dataclass(frozen=True, slots=True)
class Twin:
    """A request that asks for the same as one before it: there is one job for both."""

    index: int
    first: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that gets no job, and why. It keeps no other from getting one."""

    index: int
    custom_id: str | None
    error: LumenError


@dataclass(frozen=True, slots=True)
class Plan:
    """What each request comes to, in their order. Nothing is written yet."""

    batch_id: str
    name: str
    items: tuple[Wanted | Taken | Twin | Refused, ...]
    total: int  #: jobs that the batch will have

    @property
    def missing(self) -> tuple[Wanted, ...]:
        return tuple(each for each in self.items if isinstance(each, Wanted))


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of one owner. Every method may raise BackendDown."""

    client: JobClient

    def plan(
        self, name: str, requests: Sequence[JobRequest], *, may_say: Callable[[JobInput], None] = lambda _: None
    ) -> Plan:
        """What has to be made, and what is there already.

        `may_say` raises PromptRejected for what must not be made; whatever else it raises comes out.
        """
        batch_id = id_for(self.client.owner, name)
        wanted = JobQuery(owner_uid=self.client.owner, batch_id=batch_id)
        there = {job.id: job for job in readable(self.client.store.find(wanted, limit=LOOK_MAX))}
        sorting = _Sorting(self.client.owner, batch_id, there, may_say)
        items = tuple(sorting.item(index, request) for index, request in enumerate(requests))
        missing = sum(isinstance(each, Wanted) for each in items)
        return Plan(batch_id, name, items, self.client.store.count(wanted, limit=JOBS_MAX) + missing)

    def begin(self, plan: Plan) -> Batch:
        """Put the batch on record, or say there that more is asked for. No job is made yet."""
        said = {"name": plan.name, "owner": self.client.owner}

        def change(old: Record | None, now: datetime) -> Record:
            total = max(plan.total, old["total"] if old else 0)
            return said | {"total": total, "created_at": old["created_at"] if old else now}

        record = self.client.records.update(collection_of(plan.batch_id), plan.batch_id, change)
        return Batch.model_validate({**record, "id": plan.batch_id})

    def make(self, plan: Plan, *, trace: str | None = None) -> Iterator[Taken | Refused]:
        """Make what is missing, one after the other. Stopped anywhere, it is simply done again."""
        for each in plan.missing:
            try:
                job, new = self.client.submit_or_find(each.request, key=each.key, trace=trace)
            except (InvalidRequest, IdempotencyConflict) as error:
                yield Refused(each.index, each.request.custom_id, error)
            else:
                yield Taken(each.index, job, new)

    def get(self, batch_id: str) -> Batch:
        """Any owner's: who may see it is asked elsewhere. Raises: RecordMissing."""
        if BATCH_ID.fullmatch(batch_id):
            with suppress(RecordMissing):
                record = self.client.records.get(collection_of(batch_id), batch_id)
                return Batch.model_validate({**record, "id": batch_id})
        raise RecordMissing(BATCHES, batch_id)

    def find(self, *, limit: int, after: str | None = None) -> list[Batch]:
        """The owner's, newest first, going on behind batch `after`. Raises: RecordMissing for `after`."""
        behind = (self.get(after).created_at, after) if after else None
        collection = collection_of(id_for(self.client.owner, ""))
        found = self.client.records.latest(collection, "created_at", limit=limit, behind=behind)
        return [Batch.model_validate({**record, "id": key}) for key, record in found]

    def counts(self, batch: Batch) -> dict[JobStatus, int]:
        """How many of its jobs there are in each status."""
        return {status: self.client.store.count(_jobs_of(batch, status), limit=JOBS_MAX) for status in JobStatus}

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

    def _cancel(self, job: Job) -> bool:
        try:
            return not job.cancel_requested and bool(self.client.cancel(job.id))
        except (JobAlreadyDone, JobMissing):
            return False


def id_for(owner: str, name: str) -> str:
    """Of an owner's batch of that name. Its first half is the owner's, so that an owner's batches lie together."""
    return f"b_{_digest(owner)}{_digest(name)}"


def collection_of(batch_id: str) -> str:
    """Where the owner of this batch has their batches."""
    return f"{BATCHES}/{batch_id[:OWNER_CHARS]}/{NAMED}"


def _digest(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]).decode().lower()


def _jobs_of(batch: Batch, status: JobStatus) -> JobQuery:
    return JobQuery(status, batch.owner, batch.id)


class _Sorting:
    """What one request after the other comes to."""

    def __init__(
        self, owner: str, batch_id: str, there: Mapping[JobId, Job], may_say: Callable[[JobInput], None]
    ) -> None:
        self._owner = owner
        self._batch_id = batch_id
        self._there = there
        self._may_say = may_say
        self._firsts: dict[str, Wanted] = {}  # by key

    def item(self, index: int, request: JobRequest) -> Wanted | Taken | Twin | Refused:
        try:
            self._may_say(request.input)
            return self._place(Wanted(index, self._of_batch(request), self._key(request)))
        except (InvalidRequest, IdempotencyConflict, PromptRejected) as error:
            return Refused(index, request.custom_id, error)

    def _place(self, wanted: Wanted) -> Wanted | Taken | Twin:
        """Raises: IdempotencyConflict when its custom_id is that of another request."""
        fingerprint = wanted.request.input.fingerprint()
        first = self._firsts.setdefault(wanted.key, wanted)
        if first.request.input.fingerprint() != fingerprint:
            raise IdempotencyConflict(f"The custom_id of request {first.index}, which asks for something else.")
        if first is not wanted:
            return Twin(wanted.index, first.index)
        job = self._there.get(job_id_for(self._owner, wanted.key))
        if job is None:
            return wanted
        if job.request_fingerprint != fingerprint:
            raise IdempotencyConflict(f"The custom_id of {job.id}, which is for something else.")
        return Taken(wanted.index, job, new=False)

    def _of_batch(self, request: JobRequest) -> JobRequest:
        """In the batch, and behind what people wait for, unless it says how urgent it is. Raises: InvalidRequest."""
        if request.batch_id not in {None, self._batch_id}:
            raise InvalidRequest("batch_id", "names another batch; leave it out")
        low = {} if "priority" in request.model_fields_set else {"priority": Priority.LOW}
        return request.model_copy(update={"batch_id": self._batch_id, **low})

    def _key(self, request: JobRequest) -> str:
        """Named by kind, so that no custom_id passes for an input."""
        named = f"id {request.custom_id}" if request.custom_id is not None else f"input {request.input.fingerprint()}"
        return f"{self._batch_id} {named}"
