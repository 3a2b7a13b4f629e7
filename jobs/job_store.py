"""Jobs in a document store: what an atomic change of a job is, once, for every adapter."""

import itertools
import logging
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from jobs import moves
from jobs.clock import Clock, SystemClock
from jobs.errors import AlreadyThere, JobExists, JobMissing, LumenError, NotFound, Outrun, Reason
from jobs.fields import Failure, LastWrite
from jobs.job import Job
from jobs.job_document import Unreadable, changed_fields, judged, plain, to_fields, to_job
from jobs.known import Known, Version
from jobs.request import Priority
from jobs.retry import Asking, asking_again, racing
from jobs.status import JobStatus
from jobs.store import STORE_TIME, Condition, Document, DocumentStore, Fields, Op, Query, place_of

log = logging.getLogger(__name__)

JOBS = "jobs"
RUNNING_MAX = 500  # more workers than one index is built for (DESIGN section 5)
NEXT = " "  # behind a text, nothing sorts before it but with control characters
URGENCY = ("priority", "turn", "created_at")  #: most urgent first
Change = Callable[[Job, datetime], Job]  #: pure: it may run several times


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Which jobs somebody wants to see. None means "any"."""

    status: JobStatus | None = None
    owner_uid: str | None = None
    batch_id: str | None = None
    tag: str | None = None
    reason: Reason | None = None
    created_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobStore:
    """Job documents with atomic change.

    - `update` is a compare-and-set: read, change, write that very version; again when the race was lost.
      Of two updates of one job, the second sees what the first wrote. Where a version is known (jobs/known.py), that is
      changed and written without a read; again from a read when it turns out to be old.
    - `change(job, now)` must be pure: it runs once per try. `now` is the store's time.
    - If `change` raises, nothing is written and the error comes out unchanged.
    - Every write carries `last_write {holder, n}`. One that landed although its answer got lost is
      recognised by it when it is tried again, and not made twice.
    """

    documents: DocumentStore
    clock: Clock = field(default_factory=SystemClock)
    holder: str = field(default_factory=lambda: secrets.token_hex(4))
    _writes: Iterator[int] = field(default_factory=itertools.count, repr=False)
    _known: Known = field(default_factory=Known, repr=False)

    def create(self, job: Job) -> Job:
        """Store a new job, stamped with the store's time. Raises: JobExists, BackendDown."""
        mark = self._mark()
        stamped: dict[str, Any] = {"created_at": STORE_TIME, "updated_at": STORE_TIME, "last_write": dict(mark)}
        if job.not_before <= job.created_at:
            stamped["not_before"] = STORE_TIME  # at once: not a moment that only the client's clock has reached
        created = asking_again(self.clock.sleep)(self._create, job.id, to_fields(job) | stamped, mark)
        moves.made(created)
        return created

    def get(self, job_id: str) -> Job:
        """Raises: JobMissing, JobUnreadable, BackendDown."""
        return to_job(asking_again(self.clock.sleep)(self._read, job_id))

    def look(self, job_id: str) -> Job | Unreadable:
        """The job, or what lies in its place. Raises: JobMissing, BackendDown."""
        return judged(asking_again(self.clock.sleep)(self._read, job_id))

    def update(self, job_id: str, change: Change, *, asking: Asking | None = None, lasting: bool = True) -> Job:
        """Replace the job by `change(job, now)` and return the new one. No difference, no write.

        `asking`: how patiently, if not as usual. `lasting`: not to be undone by a power cut either.

        Raises: JobMissing, JobUnreadable, BackendDown, and whatever `change` raises.
        """
        mark, before = self._mark(), list[Job]()

        def seen(job: Job, now: datetime) -> Job:
            before[:] = [job]
            return change(job, now)

        def until_it_wins() -> Job:
            return racing(self.clock.sleep)(self._change, job_id, seen, mark, lasting)

        after = (asking or asking_again(self.clock.sleep))(until_it_wins)
        moves.moved(before[0], after)
        return after

    def delete(self, job_id: str, may_go: Callable[[Job | Unreadable], None] = lambda _: None) -> None:
        """Gone afterwards, whether it was there or not.

        `may_go` looks at the very version that is deleted; if it raises, nothing is, and the error comes out unchanged.

        Raises: BackendDown, and whatever `may_go` raises.
        """

        def until_it_wins() -> None:
            racing(self.clock.sleep)(self._delete, job_id, may_go)

        asking_again(self.clock.sleep)(until_it_wins)

    def condemn(self, unreadable: Unreadable) -> None:
        """Fail a document that no model can read, by mask: what else is in it stays for whoever looks.

        Losing the race is fine: somebody else has just written it. Raises: BackendDown.
        """
        now = unreadable.document.read_at
        failure = Failure.of(Reason.INVALID_INPUT, unreadable.why, at=now)
        fields = {
            "status": JobStatus.FAILED.value,
            "done": True,
            "lease": None,
            "completed_at": now,
            "updated_at": now,
            "error": plain(dict(failure)),
            "dead_letter": {"published_at": None},
        }
        try:
            self.documents.write(unreadable.document, fields)
        except Outrun:
            log.info("unreadable document %s was written by somebody else", unreadable.document.key)
        else:
            moves.condemned()

    def announced(self, unreadable: Unreadable) -> None:
        """The dead letter of a condemned document is on its topic. Raises: BackendDown."""
        self.documents.write(unreadable.document, {"dead_letter": {"published_at": unreadable.document.read_at}})

    def now(self) -> datetime:
        """The store's own time: whatever is compared with a document's times is asked for here."""
        return asking_again(self.clock.sleep)(self.documents.now)

    # --- what others ask for -------------------------------------------------------------------

    def queued(self, *, due_by: datetime, limit: int, priority: Priority | None = None) -> Iterator[Job | Unreadable]:
        """Queued jobs due by then, most urgent first."""
        order = URGENCY if priority is None else URGENCY[1:]
        query = _status(JobStatus.QUEUED, limit, order).having("not_before", Op.AT_MOST, due_by)
        return self._remembered(query if priority is None else query.having("priority", Op.IS, priority.value))

    def queued_in(self, batch_id: str | None, *, due_by: datetime, limit: int) -> Iterator[Job | Unreadable]:
        """Queued jobs of one batch due by then, or of none, most urgent first."""
        query = _status(JobStatus.QUEUED, limit, URGENCY).having("batch_id", Op.IS, batch_id)
        return self._find(query.having("not_before", Op.AT_MOST, due_by))

    def next_batch_waiting(self, behind: str | None) -> str | None:
        """The first id of a batch with queued jobs, of those that sort behind `behind`; None: there is no other."""
        first = f"{behind}{NEXT}" if behind is not None else ""
        # By urgency too, because that index is there: SQLite then reads one row.
        query = _status(JobStatus.QUEUED, 1, ("batch_id", *URGENCY)).having("batch_id", Op.AT_LEAST, first)
        found = next(self._find(query), None)
        if isinstance(found, Unreadable):
            return str(found.document.fields["batch_id"])
        return found.batch_id if found else None

    def running(self) -> Iterator[Job | Unreadable]:
        """Every running job, longest silent first; also one that lost its lease to somebody's editing."""
        return self._find(_status(JobStatus.RUNNING, RUNNING_MAX, ("updated_at",)))

    def lapsed(self, *, by: datetime, limit: int) -> Iterator[Job | Unreadable]:
        """Running jobs whose lease has expired by then."""
        query = _status(JobStatus.RUNNING, limit, ("lease.expires_at",))
        return self._find(query.having("lease.expires_at", Op.AT_MOST, by))

    def unclaimed(self, *, since: datetime, limit: int) -> Iterator[Job | Unreadable]:
        """Queued jobs due since then and untouched since then, longest untouched first."""
        query = _status(JobStatus.QUEUED, limit, ("updated_at",)).having("updated_at", Op.AT_MOST, since)
        return self._find(query.having("not_before", Op.AT_MOST, since))

    def to_cancel(self, *, limit: int) -> Iterator[Job | Unreadable]:
        """Queued jobs whose client set the cancel flag in the document itself."""
        return self._find(_status(JobStatus.QUEUED, limit, ("updated_at",)).having("cancel_requested", Op.IS, True))

    def too_late(self, *, by: datetime, limit: int) -> Iterator[Job | Unreadable]:
        """Queued jobs that had to be started before then and never were, the longest overdue first."""
        query = _status(JobStatus.QUEUED, limit, ("start_by",)).having("start_by", Op.BELOW, by)
        return self._find(query.having("started_at", Op.IS, None))

    def unannounced(self, *, limit: int) -> Iterator[Job | Unreadable]:
        """Failed jobs whose dead letter is not on its topic yet."""
        return self._find(
            _status(JobStatus.FAILED, limit, ("updated_at",)).having("dead_letter.published_at", Op.IS, None)
        )

    def failed(self, *, limit: int, behind: tuple[datetime, str] | None = None) -> Iterator[Job | Unreadable]:
        """Failed jobs, the last to fail first, going on behind a time and an id."""
        query = _status(JobStatus.FAILED, limit, ("-completed_at",))
        return self._find(replace(query, after=place_of(query, behind)))

    def ended(
        self, *, since: datetime, limit: int, behind: tuple[datetime, str] | None = None
    ) -> Iterator[Job | Unreadable]:
        """Jobs that are over since then, the first to end first, going on behind a time and an id."""
        query = Query(JOBS, limit, (Condition("completed_at", Op.AT_LEAST, since),), ("completed_at",))
        return self._find(replace(query, after=place_of(query, behind)))

    def expired(self, *, by: datetime, limit: int) -> Iterator[Job | Unreadable]:
        """Jobs that are over and were to be kept only until then."""
        query = Query(JOBS, limit, (Condition("done", Op.IS, True),), ("expires_at",))
        return self._find(query.having("expires_at", Op.AT_MOST, by))

    def find(
        self, wanted: JobQuery, *, limit: int, after: str | None = None, behind: tuple[datetime, str] | None = None
    ) -> Iterator[Job | Unreadable]:
        """The wanted jobs, newest first, going on behind job `after`, or behind when one was made and its id.

        Raises: JobMissing for `after`.
        """
        query = _wanted(wanted, limit)
        last = asking_again(self.clock.sleep)(self._read, after) if after else place_of(query, behind)
        return self._find(replace(query, after=last))

    def of_batch(
        self, batch_id: str, status: JobStatus | None, *, limit: int, behind: tuple[datetime, str] | None = None
    ) -> Iterator[Job | Unreadable]:
        """Whoever's jobs of a batch, the oldest first, going on behind a time of creation and an id."""
        query = Query(JOBS, limit, (Condition("batch_id", Op.IS, batch_id),), ("created_at",))
        query = query if status is None else query.having("status", Op.IS, status.value)
        return self._find(replace(query, after=place_of(query, behind)))

    def count(self, wanted: JobQuery, *, limit: int) -> int:
        """How many, `limit` at most."""
        return self._count(_wanted(wanted, limit))

    def ahead(self, job: Job, *, limit: int) -> int:
        """How many queued jobs go before this one, `limit` at most: its place in the queue, from 0."""
        urgency = {"priority": job.priority.value, "turn": job.turn, "created_at": job.created_at}
        place = Document(JOBS, job.id, urgency, "", job.updated_at)
        return self._count(replace(_status(JobStatus.QUEUED, limit, URGENCY), before=place))

    # --- how a write is made -------------------------------------------------------------------

    def _mark(self) -> LastWrite:
        return LastWrite(holder=self.holder, n=next(self._writes))

    def _read(self, job_id: str) -> Document:
        try:
            return self.documents.read(JOBS, job_id)
        except NotFound:
            raise JobMissing(job_id) from None

    def _create(self, job_id: str, fields: Fields, mark: LastWrite) -> Job:
        try:
            return to_job(self.documents.create(JOBS, job_id, fields))
        except AlreadyThere:
            there = to_job(self._read(job_id))
        if there.last_write == mark:
            return there  # our own write: it landed, only its answer was lost
        raise JobExists(f"There is a job {job_id} already.")

    def _change(self, job_id: str, change: Change, mark: LastWrite, lasting: bool) -> Job:
        """One compare-and-set. Raises: Outrun when somebody wrote in between."""
        known = self._known.take(job_id)
        if known and known.job.last_write != mark and (new := self._changed(known, change, mark, lasting)):
            return new
        document = self._read(job_id)
        old = to_job(document)
        if old.last_write == mark:
            return old  # our own write: it landed, only its answer was lost
        new = change(old, document.read_at)
        return old if new == old else self._written(Version(document, old), new, document.read_at, mark, lasting)

    def _changed(self, known: Version, change: Change, mark: LastWrite, lasting: bool) -> Job | None:
        """What is known, changed; None if that came to nothing: it may be old, so what it says need not be true."""
        now = self.documents.now()
        try:
            new = change(known.job, now)
        except LumenError:
            return None
        try:
            return None if new == known.job else self._written(known, new, now, mark, lasting)
        except Outrun:
            return None

    def _written(self, old: Version, new: Job, now: datetime, mark: LastWrite, lasting: bool) -> Job:
        """Raises: Outrun."""
        new = new.model_copy(update={"updated_at": now, "last_write": mark})
        document = self.documents.write(old.document, changed_fields(old.job, new), lasting=lasting)
        self._known.keep(Version(document, new))
        return new

    def _delete(self, job_id: str, may_go: Callable[[Job | Unreadable], None]) -> None:
        """Raises: Outrun when somebody wrote in between."""
        try:
            document = self._read(job_id)
        except JobMissing:
            return
        may_go(judged(document))
        self.documents.delete(JOBS, job_id, version=document.version)

    def _count(self, query: Query) -> int:
        return asking_again(self.clock.sleep)(self.documents.count, query)

    def _remembered(self, query: Query) -> Iterator[Job | Unreadable]:
        """What is found, and known from now on: whoever asks wants to change one of them."""
        for document in self._asked(query):
            found = judged(document)
            if isinstance(found, Job):
                self._known.keep(Version(document, found))
            yield found

    def _find(self, query: Query) -> Iterator[Job | Unreadable]:
        return map(judged, self._asked(query))

    def _asked(self, query: Query) -> list[Document]:
        return asking_again(self.clock.sleep)(lambda: list(self.documents.find(query)))


def _status(status: JobStatus, limit: int, order: tuple[str, ...]) -> Query:
    return Query(JOBS, limit, (Condition("status", Op.IS, status.value),), order)


def _wanted(wanted: JobQuery, limit: int) -> Query:
    """Newest first also where nobody looks at the order: then finding and counting share their indexes."""
    equal = {
        "status": wanted.status and wanted.status.value,
        "owner_uid": wanted.owner_uid,
        "batch_id": wanted.batch_id,
        "error.reason": wanted.reason and wanted.reason.value,
    }
    conditions = [Condition(name, Op.IS, value) for name, value in equal.items() if value is not None]
    if wanted.tag is not None:
        conditions.append(Condition("tags", Op.HAS, wanted.tag))
    if wanted.created_since is not None:
        conditions.append(Condition("created_at", Op.AT_LEAST, wanted.created_since))
    return Query(JOBS, limit, tuple(conditions), ("-created_at",))
