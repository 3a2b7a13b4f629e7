"""What a job is, and its moves. A move is pure: it returns a new job, and time comes in as an argument."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Any, NewType, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from jobs.errors import IllegalTransition, JobAlreadyDone, LeaseHeld, LeaseLost, NotDue, Reason
from jobs.fields import (
    Attempt,
    Checkpoint,
    DeadLetter,
    Failure,
    LastWrite,
    Lease,
    Metrics,
    Output,
    Replay,
    Report,
    Stage,
    StageDone,
)
from jobs.request import Frozen, JobInput, JobRequest, Priority, PriorityWord
from jobs.status import DONE, Event, JobStatus, after

SCHEMA_VERSION = 1
ATTEMPTS_KEPT_MAX = 10  # a document has 1 MiB; ten attempts tell the story
ID_BYTES = 15  # 120 random bits, 24 characters of base32

JobId = NewType("JobId", str)
JobIdField = Annotated[JobId, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def new_job_id() -> JobId:
    """A random id. Never sequential: neighbours in the key space make one hot shard."""
    return _as_id(secrets.token_bytes(ID_BYTES))


def job_id_for(owner: str, key: str) -> JobId:
    """The id that an idempotency key always leads to, for this owner and no other."""
    return _as_id(hashlib.sha256(f"{owner}\0{key}".encode()).digest()[:ID_BYTES])


def _as_id(raw: bytes) -> JobId:
    return JobId("j_" + base64.b32encode(raw).decode().lower())


class Job(Frozen):
    """A job document. `claims` is the fencing token's source and only grows; `attempts_left` is a budget:
    spent at claim, given back by `hand_back`, renewed by `replay`. Two numbers for two questions.
    """

    schema_version: int = SCHEMA_VERSION
    id: JobIdField
    owner_uid: str
    source: str = "cli"
    request_id: str = ""  #: of the HTTP request that made it; in the log of the web process

    status: JobStatus = JobStatus.QUEUED
    done: bool = False
    cancel_requested: bool = False
    progress: int = Field(default=0, ge=0, le=100)
    stage: Stage | None = None
    stages: tuple[StageDone, ...] = ()
    eta_at: AwareDatetime | None = None

    input: JobInput
    priority: PriorityWord
    turn: int = Field(default=0, ge=0)
    tags: tuple[str, ...] = ()
    batch_id: str | None = None
    batch_inflight_max: int | None = Field(default=None, ge=1)  #: so many of its batch may run at a time; None: any
    custom_id: str | None = None
    idempotency_key: str | None = None
    request_fingerprint: str
    trace: str = ""

    attempt: int = Field(default=0, ge=0)
    reseed: int = Field(default=0, ge=0)  #: how often parts were refused; added to the seed, so that others are made
    attempts_left: int = Field(ge=0)
    claims: int = Field(default=0, ge=0)
    attempts: tuple[Attempt, ...] = ()
    lease: Lease | None = None
    checkpoints: dict[str, Checkpoint] = {}

    error: Failure | None = None
    output: Output | None = None
    metrics: Metrics | None = None
    dead_letter: DeadLetter | None = None
    replay: Replay | None = None

    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    updated_at: AwareDatetime
    completed_at: AwareDatetime | None = None
    not_before: AwareDatetime
    start_by: AwareDatetime | None = None  #: the first claim has to be then or earlier; what was started counts as kept
    expires_at: AwareDatetime
    last_write: LastWrite | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        """A document that contradicts itself cannot be built, from code or from the store."""
        if (self.status is JobStatus.RUNNING) != (self.lease is not None):
            raise ValueError("a job has a lease while it runs, and only then")
        if self.status is JobStatus.QUEUED and self.attempts_left == 0:
            raise ValueError("a queued job has attempts left")
        if self.lease is not None and not self.attempts:
            raise ValueError("a running job has a record of its attempt")
        if self.done != (self.status in DONE) or self.done != (self.completed_at is not None):
            raise ValueError("done, completed_at and status tell different stories")
        if (self.status is JobStatus.SUCCEEDED) != (self.output is not None):
            raise ValueError("output is there when the job succeeded, and only then")
        if (self.status is JobStatus.FAILED) != (self.error is not None):
            raise ValueError("error is there when the job failed, and only then")
        return self

    # --- moves of a worker ---------------------------------------------------------------------

    def claim(self, *, holder: str, now: datetime, lease_for: timedelta) -> Self:
        """Take the job for one attempt: returns it RUNNING.

        A lapsed lease is cleared first; if that used up the last attempt the job comes back FAILED
        instead, so that an input which kills its worker cannot do so for ever. A job that somebody
        wants canceled comes back CANCELED, and one that had to be started before now FAILED.

        Raises: LeaseHeld, NotDue, JobAlreadyDone.
        """
        job = self.lapse(now=now) if self.status is JobStatus.RUNNING else self
        if job is not self and job.done:
            return job
        if job.cancel_requested and not job.done:
            return job._move(Event.CANCEL, now)
        if job.too_late(now):
            return job.give_up(now=now)
        if job.not_before > now and not job.done:
            raise NotDue(f"{job.id} is due at {job.not_before}.")
        token, attempt = job.claims + 1, job.attempt + 1
        return job._move(
            Event.CLAIM,
            now,
            claims=token,
            attempt=attempt,
            attempts_left=job.attempts_left - 1,
            attempts=(*job.attempts, Attempt(n=attempt, worker=holder, token=token, started_at=now))[
                -ATTEMPTS_KEPT_MAX:
            ],
            lease=Lease(holder=holder, token=token, expires_at=now + lease_for),
            started_at=job.started_at or now,
            stage=None,
            stages=(),
        )

    def beat(self, lease: Lease, report: Report | None = None, *, now: datetime, lease_for: timedelta) -> Self:
        """Extend the lease and show progress. Progress never goes backwards.

        Raises: LeaseLost.
        """
        held = self._require(lease)
        shown = self._shown(report) if report else {}
        return self._with(lease=held.model_copy(update={"expires_at": now + lease_for}), **shown)

    def finish(self, lease: Lease, output: Output, metrics: Metrics, report: Report, *, now: datetime) -> Self:
        """The results are kept: returns it SUCCEEDED. Raises: LeaseLost."""
        self._require(lease)
        shown = self._shown(report) | {"stage": None, "progress": 100, "eta_at": None}
        return self._end_attempt(Event.FINISH, now, output=output, metrics=metrics, **shown)

    def retry(
        self, lease: Lease, failure: Failure, *, not_before: datetime, now: datetime, refused: bool = False
    ) -> Self:
        """Another attempt may do better: returns it QUEUED, or FAILED when none is left.

        `refused`: parts were made and something was wrong with them, so the next attempt (or a replay) takes another
        seed.

        Raises: LeaseLost.
        """
        self._require(lease)
        reseed = self.reseed + refused
        if self.attempts_left == 0:
            return self._end_attempt(Event.FAIL, now, failure, reseed=reseed)
        return self._end_attempt(Event.RETRY, now, failure, not_before=not_before, reseed=reseed)

    def hand_back(self, lease: Lease, failure: Failure | None = None, *, now: datetime) -> Self:
        """This worker cannot go on with it: returns it QUEUED with the attempt given back. Raises: LeaseLost."""
        self._require(lease)
        return self._end_attempt(
            Event.HAND_BACK, now, failure, attempt=self.attempt - 1, attempts_left=self.attempts_left + 1
        )

    def fail(self, lease: Lease, failure: Failure, *, now: datetime) -> Self:
        """Hopeless: returns it FAILED, its dead letter pending. Raises: LeaseLost."""
        self._require(lease)
        return self._end_attempt(Event.FAIL, now, failure)

    def cancel(self, lease: Lease, failure: Failure, *, now: datetime) -> Self:
        """The child has really stopped: returns it CANCELED. Raises: LeaseLost."""
        self._require(lease)
        return self._end_attempt(Event.CANCEL, now, failure)

    # --- moves of everybody else ---------------------------------------------------------------

    def lapse(self, *, now: datetime) -> Self:
        """Take a job from a worker that went silent. Needs no lease.

        Raises: LeaseHeld while the lease still runs; IllegalTransition when nothing runs.
        """
        if self.lease is None:
            after(self.status, Event.LAPSE)  # raises: only a running job can lapse
        elif not self.lease.expired(now):
            raise LeaseHeld(f"{self.id} is held by {self.lease.holder} until {self.lease.expires_at}.")
        lost = self._lost(now)
        if self.attempts_left == 0:
            return self._end_attempt(Event.FAIL, now, lost)
        return self._end_attempt(Event.LAPSE, now, lost)

    def too_late(self, now: datetime) -> bool:
        """Whether it had to be started before now and never was."""
        waits = self.status is JobStatus.QUEUED and self.started_at is None
        return waits and self.start_by is not None and self.start_by < now

    def give_up(self, *, now: datetime) -> Self:
        """Nobody started it by `start_by`: returns it FAILED, its dead letter pending, or CANCELED if that was asked.

        One that is in time, was started or is over is given back as it is.
        """
        if not self.too_late(now):
            return self
        if self.cancel_requested:
            return self._move(Event.CANCEL, now)
        late = Failure.of(Reason.START_DEADLINE_PASSED, f"Nobody had started it by {self.start_by}.", at=now)
        return self._move(Event.FAIL, now, error=late, dead_letter=DeadLetter(), eta_at=None)

    def request_cancel(self, *, now: datetime) -> Self:
        """The client gives up: CANCELED at once while queued; while running, the flag its worker looks for.

        Raises: JobAlreadyDone, except for a job that is canceled already.
        """
        if self.status is JobStatus.CANCELED:
            return self
        if self.status is JobStatus.RUNNING:
            return self._with(cancel_requested=True)
        return self._move(Event.CANCEL, now, cancel_requested=True)

    def reprioritize(self, priority: Priority, *, turn: int) -> Self:
        """Another place in the queue while it waits: among those of that priority, at that turn.

        The priority it has already changes nothing. Raises: JobAlreadyDone, IllegalTransition.
        """
        if self.status is not JobStatus.QUEUED:
            kind = JobAlreadyDone if self.done else IllegalTransition
            sentence = f"{self.id} is {self.status}: only a job that waits has a place in the queue."
            raise kind(self.status, "another priority", sentence)
        return self if priority is self.priority else self._with(priority=priority, turn=turn)

    def is_for(self, run: str, begun_at: datetime) -> bool:
        """Whether a run of replays may try it: it failed before the run began, and the run has not tried it yet."""
        tried = self.replay is not None and self.replay.run == run
        failed_at = self.completed_at if self.status is JobStatus.FAILED else None
        return failed_at is not None and failed_at <= begun_at and not tried

    def again(self, *, attempts: int, by: str, reason: str, now: datetime, run: str | None = None) -> Self:
        """Replay: the same job and input, attempts renewed, and no hurry to start, which is over for this job.

        Raises: JobAlreadyDone, IllegalTransition.
        """
        count = self.replay.count + 1 if self.replay else 1
        return self._move(
            Event.REPLAY,
            now,
            attempt=0,
            attempts_left=attempts,
            cancel_requested=False,
            error=None,
            dead_letter=None,
            metrics=None,
            progress=0,
            stage=None,
            stages=(),
            started_at=None,
            not_before=now,
            start_by=None,
            replay=Replay(count=count, by=by, reason=reason, at=now, run=run),
        )

    def letter_published(self, *, now: datetime) -> Self:
        """The dead letter is on its topic. A job replayed in the meantime stays as it is."""
        return self if self.dead_letter is None else self._with(dead_letter=DeadLetter(published_at=now))

    # --- how a move is made --------------------------------------------------------------------

    def _require(self, lease: Lease) -> Lease:
        """The current lease, if it is this very one. An expired one still counts until somebody takes it."""
        if self.lease is None or (self.lease.token, self.lease.holder) != (lease.token, lease.holder):
            raise LeaseLost(f"{self.id} is no longer ours (token {lease.token}; now {self.claims}).")
        return self.lease

    def _shown(self, report: Report) -> dict[str, Any]:
        fields = report.fields()
        return fields | {
            "progress": max(self.progress, report.progress),
            "checkpoints": self.checkpoints | report.checkpoints,
        }

    def _lost(self, now: datetime) -> Failure:
        """What to say of a worker that went silent, and of a job that outlived all of them."""
        reason = Reason.WORKER_LOST if self.attempts_left else Reason.MAX_ATTEMPTS_EXCEEDED
        holder = self.lease.holder if self.lease else "?"
        message = f"Worker {holder} went silent in attempt {self.attempt}."
        stage = self.stage.name if self.stage else None
        return Failure.of(reason, message, at=now, stage=stage, attempt=self.attempt)

    def _end_attempt(self, event: Event, now: datetime, failure: Failure | None = None, **changes: object) -> Self:
        """Close the attempt's record and leave RUNNING. Whoever asked for a cancel gets one, whatever else happened."""
        if self.cancel_requested and event is not Event.FINISH:
            event = Event.CANCEL
        if event is Event.FAIL:
            changes |= {"error": failure, "dead_letter": DeadLetter()}
        closed = {"ended_at": now, "event": event.value}
        if failure:
            closed |= {"reason": failure.reason, "message": failure.message}
        attempts = (*self.attempts[:-1], self.attempts[-1].model_copy(update=closed))
        return self._move(
            event, now, **({"lease": None, "attempts": attempts, "stage": None, "eta_at": None} | changes)
        )

    def _move(self, event: Event, now: datetime, **changes: object) -> Self:
        status = after(self.status, event)
        done = status in DONE
        return self._with(status=status, done=done, completed_at=now if done else None, **changes)

    def _with(self, **changes: object) -> Self:
        """Validated again, so that no move can build what the store would not read back."""
        return self.model_validate(dict(self) | changes)


def new_job(request: JobRequest, *, job_id: JobId, owner: str, now: datetime, **more: object) -> Job:
    """A queued job for `request`. `more`: attempts_left, expires_at, turn, source, trace, idempotency_key,
    batch_inflight_max.
    """
    return Job.model_validate(
        {
            "id": job_id,
            "owner_uid": owner,
            "input": request.input,
            "priority": request.priority,
            "tags": request.tags,
            "batch_id": request.batch_id,
            "custom_id": request.custom_id,
            "not_before": request.not_before or now,
            "start_by": request.start_by,
            "request_fingerprint": request.input.fingerprint(),
            "created_at": now,
            "updated_at": now,
        }
        | more
    )
