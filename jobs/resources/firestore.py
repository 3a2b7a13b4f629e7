"""The database: whether it answers, and whether it has an index for every question."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any

from google.api_core.exceptions import FailedPrecondition
from google.api_core.exceptions import NotFound as NotFoundThere

from jobs.errors import BackendDown, NotFound, Reason
from jobs.job import Job, JobId, new_job
from jobs.job_document import Unreadable
from jobs.job_store import JOBS, JobQuery, JobStore
from jobs.request import Priority, parse_request
from jobs.resource import Fault
from jobs.status import JobStatus
from jobs.store import DocumentStore, Query

NOBODY = "nobody"  # owner, batch, tag and id of the job that is asked for
ALL_INDEXES = "(all at once: deploy/firestore.indexes.json)"


class FirestoreDatabase:
    """A Firestore database. It and its indexes are made with Google's own tools, so `mend` has nothing to do."""

    def __init__(self, project: str, database: str, location: str, documents: DocumentStore) -> None:
        self.name = f"Firestore database {database}"
        self._create = (
            f"gcloud firestore databases create --project={project} --database='{database}' --location={location}"
        )
        self._documents = documents

    def faults(self) -> Sequence[Fault]:
        try:
            with suppress(NotFound):
                self._documents.read(JOBS, NOBODY)
        except BackendDown as error:
            if isinstance(error.__cause__, NotFoundThere):  # a document that is not there is no error of Google's
                return [Fault("missing", by_hand=self._create)]
            raise
        asking = Asking(self._documents)
        ask_everything(asking, self._documents.now())
        return asking.faults

    def mend(self) -> None:
        """Nothing: see `Fault.by_hand`."""


@dataclass(frozen=True, slots=True)
class Asking(JobStore):
    """A job store that asks each question once and for one document, and notes which have no index."""

    faults: list[Fault] = field(default_factory=list)

    def _find(self, query: Query) -> Iterator[Job | Unreadable]:
        with self._noting():
            list(self.documents.find(replace(query, limit=1)))
        return iter(())

    def _count(self, query: Query) -> int:
        with self._noting():
            self.documents.count(replace(query, limit=1))
        return 0

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Google's sentence about an index that is missing ends with the address under which it is made."""
        try:
            yield
        except BackendDown as error:
            if not isinstance(error.__cause__, FailedPrecondition):
                raise
            fault = Fault("an index is missing", by_hand=f"{error.__cause__.message} {ALL_INDEXES}")
            if fault not in self.faults:  # two questions may lack the same one
                self.faults.append(fault)


def ask_everything(store: JobStore, now: datetime) -> None:
    """Every question that somebody asks of the job store, whatever the answer."""
    for priority in (None, Priority.NORMAL):
        store.queued(due_by=now, limit=1, priority=priority)
    for batch in (None, NOBODY):
        store.queued_in(batch, due_by=now, limit=1)
        store.next_batch_waiting(batch)
    for status in (None, JobStatus.FAILED):
        store.of_batch(NOBODY, status, limit=1)
    store.running()
    store.lapsed(by=now, limit=1)
    store.unclaimed(since=now, limit=1)
    store.to_cancel(limit=1)
    store.too_late(by=now, limit=1)
    store.unannounced(limit=1)
    store.expired(by=now, limit=1)
    store.ended(since=now, limit=1)
    store.failed(limit=1)
    store.ahead(_a_job(now), limit=1)
    for wanted in _wishes(now):
        store.find(wanted, limit=1)
        store.count(wanted, limit=1)


def _wishes(now: datetime) -> Sequence[JobQuery]:
    """Each filter alone, then all: Firestore joins the indexes of single filters by itself."""
    alone = [
        JobQuery(status=JobStatus.FAILED),
        JobQuery(owner_uid=NOBODY),
        JobQuery(batch_id=NOBODY),
        JobQuery(tag=NOBODY),
        JobQuery(reason=Reason.INTERNAL),
        JobQuery(created_since=now),
    ]
    together = reduce(lambda one, other: replace(one, **_given(other)), alone)
    return [*alone, together]


def _given(wanted: JobQuery) -> dict[str, Any]:
    return {name: value for name, value in asdict(wanted).items() if value is not None}


def _a_job(now: datetime) -> Job:
    """Written nowhere; its place in the queue is asked for."""
    request = parse_request({"input": {"prompt": "cat"}})
    return new_job(request, job_id=JobId(NOBODY), owner=NOBODY, now=now, attempts_left=1, expires_at=now)
