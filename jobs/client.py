"""What a client does with jobs: submit, follow, fetch, cancel, delete. The same over every backend."""

import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from jobs import uploads
from jobs.bucket import Bucket, files_of
from jobs.clock import Clock
from jobs.errors import BackendDown, IdempotencyConflict, JobExists, NotFound, StillRunning
from jobs.job import Job, job_id_for, new_job, new_job_id
from jobs.job_document import Unreadable, readable
from jobs.job_store import JobQuery, JobStore
from jobs.queue import JobQueue, wake_up
from jobs.records import Records
from jobs.request import JobRequest, Priority
from jobs.status import Event, JobStatus, after
from jobs.traces import span, traceparent
from jobs.turns import take_turn

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1  # how often a watcher reads the document; a page shows progress within a second
LIST_MAX = 500
LINKS_S = 3600.0  # long enough to be handed on and used, short enough to be forgotten


@dataclass(frozen=True, slots=True)
class JobClient:
    """What one owner may do with jobs. Every method may raise BackendDown."""

    store: JobStore
    records: Records
    queue: JobQueue
    bucket: Bucket
    clock: Clock
    owner: str
    attempts_max: int = 5
    keep_for: timedelta = timedelta(days=30)
    source: str = "cli"
    request_id: str = ""  #: of the HTTP request that is being served; kept in the jobs it makes

    def submit(self, request: JobRequest, *, key: str | None = None, trace: str | None = None) -> Job:
        """Write the document, then wake somebody. The same key and request give the same job, whenever asked.

        A wake-up that cannot be published loses nothing: sweep finds the job.

        Raises: IdempotencyConflict when `key` was used for another request; InvalidRequest for a picture that this
        owner has not uploaded, or too long ago.
        """
        return self.submit_or_find(request, key=key, trace=trace)[0]

    def submit_or_find(
        self,
        request: JobRequest,
        *,
        key: str | None = None,
        trace: str | None = None,
        batch_inflight_max: int | None = None,
    ) -> tuple[Job, bool]:
        """As `submit`; and whether the job was made now. If not, its key had led to it before.

        `batch_inflight_max`: it is not started while so many others of its batch run.
        """
        with span("submit", trace=trace or "") as here:
            if request.input.image is not None:
                uploads.require(self.bucket, self.owner, request.input.image)
            job, new = self._new(request, key, traceparent(here) or new_trace(), batch_inflight_max), True
            try:
                job = self.store.create(job)
            except JobExists:
                job, new = self._same(job), False
            if job.status is JobStatus.QUEUED:
                self._wake(job)
            return job, new

    def upload(self, picture: IO[bytes]) -> str:
        """Keep a picture for a job to come; the id that a request names it by. Raises: InvalidRequest."""
        return uploads.keep(self.bucket, self.owner, picture)

    def get(self, job_id: str) -> Job:
        """Raises: JobMissing."""
        return self.store.get(job_id)

    def watch(self, job_id: str, *, timeout_s: float | None = None) -> Iterator[Job]:
        """The job now, and again whenever its document has changed, until it is done.

        Raises: JobMissing; StillRunning after `timeout_s` (the job goes on).
        """
        until = None if timeout_s is None else self.clock.monotonic() + timeout_s
        seen: Job | None = None
        while True:
            job = self.store.get(job_id)
            if job != seen:
                yield job
                seen = job
            if job.done:
                return
            if until is not None and self.clock.monotonic() >= until:
                raise StillRunning(f"{job_id} is still {job.status}; it goes on without us.")
            self.clock.sleep(LOOK_EVERY_S)

    def find(self, wanted: JobQuery, *, limit: int = 20, after: str | None = None) -> list[Job]:
        """At most `limit` jobs, newest first, behind job `after`."""
        return list(readable(self.store.find(wanted, limit=min(limit, LIST_MAX), after=after)))

    def position(self, job: Job) -> int | None:
        """How many go before it (bounded), or None when it is not waiting."""
        return self.store.ahead(job, limit=LIST_MAX) if job.status is JobStatus.QUEUED else None

    def result(self, job_id: str, folder: Path) -> list[Path]:
        """Download the files of a succeeded job. Raises: NotFound when it has none."""
        kept = self._kept(job_id)
        folder.mkdir(parents=True, exist_ok=True)
        return [self._download(name, folder / file) for file, name in kept.items()]

    def links(self, job_id: str, *, for_s: float = LINKS_S) -> dict[str, str]:
        """An address for each file of a succeeded job, good for that long. Raises: NotFound when it has none."""
        return {file: self.bucket.link(name, for_s=for_s) for file, name in self._kept(job_id).items()}

    def cancel(self, job_id: str) -> Job:
        """Ask for the end: at once while queued, within seconds while running. Raises: JobAlreadyDone."""
        return self.store.update(job_id, lambda job, now: job.request_cancel(now=now))

    def prioritize(self, job_id: str, priority: Priority) -> Job:
        """Another priority for a job that waits, behind its owner's other jobs of that one: it takes its turn there.

        Raises: JobMissing, JobUnreadable; JobAlreadyDone, IllegalTransition for a job that does not wait.
        """
        job = self.store.get(job_id)
        if job.reprioritize(priority, turn=0) == job:
            return job  # no turn is taken for nothing
        turn = take_turn(self.store, self.records, job.owner_uid, priority)
        return self.store.update(job_id, lambda job, _now: job.reprioritize(priority, turn=turn))

    def replay(self, job_id: str, *, why: str, within: tuple[str, datetime] | None = None) -> Job:
        """Try a failed or canceled job again: attempts renewed, behind its owner's last job, kept as long as a new one.

        `within` a run over many, by its id and when it began: a job that is not the run's to try, or not any more, is
        given back as it is.

        Raises: JobMissing, JobUnreadable; JobAlreadyDone, IllegalTransition for any other job.
        """
        job = self.store.get(job_id)
        if within and not job.is_for(*within):
            return job
        after(job.status, Event.REPLAY)  # raises before a turn is taken
        turn = take_turn(self.store, self.records, job.owner_uid, job.priority)

        def change(job: Job, now: datetime) -> Job:
            if within and not job.is_for(*within):
                return job
            run = within[0] if within else None
            again = job.again(attempts=self.attempts_max, by=self.owner, reason=why, now=now, run=run)
            kept = max(job.expires_at, now + self.keep_for)
            return again.model_copy(update={"turn": turn, "expires_at": kept})

        job = self.store.update(job_id, change)
        self._wake(job)
        return job

    def delete(self, job_id: str) -> None:
        """Remove the job and its files. Raises: JobMissing; StillRunning, for a running job must be canceled first."""
        job = self.store.get(job_id)
        if job.status is JobStatus.QUEUED:
            job = self.cancel(job_id)
        if not job.done:
            raise StillRunning(f"{job_id} is running: cancel it first.")
        remove(job, self.store, self.records, self.bucket)

    # --- how a job is made ---------------------------------------------------------------------

    def _new(self, request: JobRequest, key: str | None, trace: str, batch_inflight_max: int | None) -> Job:
        now = self.store.now()
        return new_job(
            request,
            job_id=job_id_for(self.owner, key) if key else new_job_id(),
            owner=self.owner,
            now=now,
            turn=take_turn(self.store, self.records, self.owner, request.priority),
            attempts_left=self.attempts_max,
            expires_at=max(now, request.not_before or now) + self.keep_for,  # Firestore takes it then, done or not
            source=self.source,
            request_id=self.request_id,
            idempotency_key=key,
            trace=trace,
            batch_inflight_max=batch_inflight_max,
        )

    def _same(self, job: Job) -> Job:
        """The job that has this id already. Raises: IdempotencyConflict when it is another request's."""
        there = self.store.get(job.id)
        if there.request_fingerprint != job.request_fingerprint:
            raise IdempotencyConflict(f"The key {job.idempotency_key!r} was used for another request ({there.id}).")
        return there

    def _wake(self, job: Job) -> None:
        try:
            self.queue.publish(wake_up(job.id, job.trace))
        except BackendDown as error:
            log.warning("wake-up for %s is left to sweep: %s", job.id, error)

    def _kept(self, job_id: str) -> dict[str, str]:
        """The files of the claim that finished the job, and what they are called in the bucket."""
        job = self.store.get(job_id)
        if job.output is None:
            raise NotFound(f"{job_id} is {job.status}: it has no result.")
        return {file: f"{files_of(job.id)}{job.claims}/{file}" for file in sorted(job.output.files)}

    def _download(self, name: str, path: Path) -> Path:
        path.write_bytes(self.bucket.get(name))
        return path


def remove(found: Job | Unreadable, store: JobStore, records: Records, bucket: Bucket) -> None:
    """Everything there is of a job that is over, its document last: after a crash it is still named, and removed again.

    A job that somebody tries again meanwhile stays, and so does what its new attempts make.

    Raises: StillRunning when it was tried again; BackendDown.
    """
    job_id = found.id if isinstance(found, Job) else found.document.key
    for name in _files_until(bucket, job_id, found.claims if isinstance(found, Job) else None):
        bucket.delete(name)
    records.delete(f"jobs/{job_id}/private", "debug")

    def is_the_same_still(there: Job | Unreadable) -> None:
        if isinstance(there, Job) and not (isinstance(found, Job) and _end_of(there) == _end_of(found)):
            raise StillRunning(f"{job_id} was tried again meanwhile: it stays.")

    store.delete(job_id, is_the_same_still)


def _end_of(job: Job) -> tuple[JobStatus, datetime | None, int]:
    """What no other end of the same job has in common with it."""
    return job.status, job.completed_at, job.claims


def _files_until(bucket: Bucket, job_id: str, token: int | None) -> Iterator[str]:
    """What attempts up to that token have kept; without a token, what any has."""
    for blob in bucket.find(files_of(job_id)):
        kept_by = blob.name.removeprefix(files_of(job_id)).partition("/")[0]
        if token is None or not kept_by.isdecimal() or int(kept_by) <= token:
            yield blob.name


def new_trace() -> str:
    """A W3C traceparent that starts a trace of its own."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
