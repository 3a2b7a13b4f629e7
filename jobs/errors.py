"""What can go wrong, in words a person can act on.

    LumenError
    ├── InvalidRequest          the caller's input; names the field
    ├── BadMessage              a wake-up in which no job can be found
    ├── NotFound
    │   ├── JobMissing
    │   ├── BlobMissing
    │   └── RecordMissing
    ├── AlreadyThere
    │   ├── JobExists
    │   ├── BlobExists
    │   └── RecordExists
    ├── IdempotencyConflict     the key was used for another request
    ├── IllegalTransition       the state machine does not know this move
    │   └── JobAlreadyDone
    ├── JobUnreadable           a document that no model of ours can read
    ├── NotOurs
    │   ├── LeaseHeld           somebody else works on it
    │   ├── LeaseLost           somebody else took over: stop, write nothing
    │   └── NotDue              its time has not come
    ├── Stopped
    │   ├── CancelRequested     the client gave up
    │   └── ShuttingDown        this process is told to end
    ├── BackendDown             store, queue or bucket cannot be reached
    │   └── Outrun              a compare-and-set lost its race; asked again inside the store
    ├── TurnedAway              a caller at a door of ours; never met in the middle of a job
    │   ├── Unauthenticated     who are you?
    │   ├── Forbidden           you may not
    │   ├── PromptRejected      the rule for contents says no
    │   ├── PayloadTooLarge
    │   ├── UnsupportedMedia
    │   └── ComeBack            says after how many seconds
    │       ├── RateLimited     too many requests
    │       ├── QuotaExceeded   too many jobs that are not over
    │       └── Overloaded      too much work for everybody
    ├── NotReady                this worker cannot take a job yet, or any more
    ├── StillRunning            a wait timed out; the job goes on
    └── SettingsInvalid         the environment does not make sense

`worker/fate.py` has a row for each; a test walks this tree and demands it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

EXPLAINED = "docs/errors.md"


class Reason(StrEnum):
    """Why a job or a request failed: one vocabulary for document, HTTP, terminal and alerts."""

    INVALID_INPUT = "INVALID_INPUT"
    BAD_MESSAGE = "BAD_MESSAGE"
    MODEL_LOAD_FAILED = "MODEL_LOAD_FAILED"
    GPU_OUT_OF_MEMORY = "GPU_OUT_OF_MEMORY"
    GENERATION_FAILED = "GENERATION_FAILED"
    MESH_INVALID = "MESH_INVALID"
    LABELS_FAILED = "LABELS_FAILED"
    STAGE_TIMEOUT = "STAGE_TIMEOUT"
    JOB_TIMEOUT = "JOB_TIMEOUT"
    STORAGE_UNAVAILABLE = "STORAGE_UNAVAILABLE"
    WORKER_LOST = "WORKER_LOST"
    MAX_ATTEMPTS_EXCEEDED = "MAX_ATTEMPTS_EXCEEDED"
    CANCELED_BY_USER = "CANCELED_BY_USER"
    START_DEADLINE_PASSED = "START_DEADLINE_PASSED"
    PROMPT_REJECTED = "PROMPT_REJECTED"
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    OVERLOADED = "OVERLOADED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA = "UNSUPPORTED_MEDIA"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    JOB_ALREADY_DONE = "JOB_ALREADY_DONE"
    JOB_NOT_DONE = "JOB_NOT_DONE"
    INTERNAL = "INTERNAL"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason means to whoever meets it."""

    retryable: bool  #: whether the same request may succeed later
    http: int  #: status of the answer when a request ends with it
    sentence: str  #: for people


REASONS: Mapping[Reason, Meaning] = MappingProxyType(
    {
        Reason.INVALID_INPUT: Meaning(False, 400, "The request is not valid; the message names the field."),
        Reason.BAD_MESSAGE: Meaning(False, 400, "The message on the queue names no job."),
        Reason.MODEL_LOAD_FAILED: Meaning(True, 503, "A model could not be loaded on this worker."),
        Reason.GPU_OUT_OF_MEMORY: Meaning(True, 503, "The GPU ran out of memory, also with smaller settings."),
        Reason.GENERATION_FAILED: Meaning(True, 500, "The generator stopped before it had a result."),
        Reason.MESH_INVALID: Meaning(False, 422, "No route gave a usable mesh; the refusals say why."),
        Reason.LABELS_FAILED: Meaning(True, 500, "The parts could not be told apart."),
        Reason.STAGE_TIMEOUT: Meaning(True, 504, "One stage took longer than it may and was stopped."),
        Reason.JOB_TIMEOUT: Meaning(True, 504, "The attempt ran out of time without finishing a new stage."),
        Reason.STORAGE_UNAVAILABLE: Meaning(True, 503, "Store, queue or bucket could not be reached."),
        Reason.WORKER_LOST: Meaning(True, 503, "The worker went away in the middle of the attempt."),
        Reason.MAX_ATTEMPTS_EXCEEDED: Meaning(
            False, 500, "Every attempt lost its worker; the input may be what kills it."
        ),
        Reason.CANCELED_BY_USER: Meaning(False, 409, "The job was canceled."),
        Reason.START_DEADLINE_PASSED: Meaning(True, 503, "No worker was free before the job had to start."),
        Reason.PROMPT_REJECTED: Meaning(False, 422, "The prompt was refused by the content rule."),
        Reason.QUOTA_EXCEEDED: Meaning(True, 429, "Too many jobs of this owner are waiting or running."),
        Reason.RATE_LIMITED: Meaning(True, 429, "Too many requests; Retry-After says when to come back."),
        Reason.OVERLOADED: Meaning(
            True, 503, "The queue is too long to accept more; Retry-After says when to come back."
        ),
        Reason.UNAUTHENTICATED: Meaning(False, 401, "The caller did not say who they are, or not convincingly."),
        Reason.FORBIDDEN: Meaning(False, 403, "The caller may not do this."),
        Reason.NOT_FOUND: Meaning(False, 404, "There is nothing by that name."),
        Reason.METHOD_NOT_ALLOWED: Meaning(False, 405, "This address does not take that method."),
        Reason.PAYLOAD_TOO_LARGE: Meaning(False, 413, "The body is larger than the limit."),
        Reason.UNSUPPORTED_MEDIA: Meaning(False, 415, "The body is of a kind that is not read here."),
        Reason.IDEMPOTENCY_CONFLICT: Meaning(False, 409, "This key was used for another request."),
        Reason.JOB_ALREADY_DONE: Meaning(False, 409, "The job is over; only a replay moves it."),
        Reason.JOB_NOT_DONE: Meaning(True, 409, "The job is not over yet: cancel it, or wait."),
        Reason.INTERNAL: Meaning(True, 500, "A fault of ours; the attempt is on record."),
    }
)

# A reason without a meaning would surface as a traceback at the worst moment.
assert set(REASONS) == set(Reason)


def runbook_link(reason: Reason) -> str:
    """Where a person reads on: the reason has a heading of its own."""
    return f"{EXPLAINED}#{reason.lower()}"


class LumenError(Exception):
    """Every error that Lumen raises on purpose. The message is a sentence for people."""

    reason: ClassVar[Reason] = Reason.INTERNAL


class InvalidRequest(LumenError):
    """The caller's input was refused. `field` is its dotted path, "" for the whole."""

    reason = Reason.INVALID_INPUT

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}" if field else why)
        self.field = field
        self.why = why


class BadMessage(LumenError):
    """A wake-up in which no job can be found: not JSON, too large, no id, an id that does not exist."""

    reason = Reason.BAD_MESSAGE


class NotFound(LumenError):
    reason = Reason.NOT_FOUND


class JobMissing(NotFound):
    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job {job_id}.")


class BlobMissing(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no file {name} in the bucket.")


class RecordMissing(NotFound):
    def __init__(self, collection: str, key: str) -> None:
        super().__init__(f"There is no {key} in {collection}.")


class AlreadyThere(LumenError):
    """Something by that name exists, and what exists is not replaced."""


class JobExists(AlreadyThere):
    reason = Reason.IDEMPOTENCY_CONFLICT


class BlobExists(AlreadyThere):
    pass


class RecordExists(AlreadyThere):
    pass


class IdempotencyConflict(LumenError):
    reason = Reason.IDEMPOTENCY_CONFLICT


class IllegalTransition(LumenError):
    reason = Reason.JOB_NOT_DONE

    def __init__(self, status: str, event: str, sentence: str = "") -> None:
        super().__init__(sentence or f"A job that is {status} has no event {event}.")
        self.status = status
        self.event = event


class JobAlreadyDone(IllegalTransition):
    reason = Reason.JOB_ALREADY_DONE


class JobUnreadable(LumenError):
    reason = Reason.INVALID_INPUT


class NotOurs(LumenError):
    """The job is not, or not any more, for this worker to write."""


class LeaseHeld(NotOurs):
    pass


class LeaseLost(NotOurs):
    pass


class NotDue(NotOurs):
    pass


class Stopped(LumenError):
    """Raised in the middle of work because somebody asked for it to end."""


class CancelRequested(Stopped):
    reason = Reason.CANCELED_BY_USER


class ShuttingDown(Stopped):
    pass


class BackendDown(LumenError):
    """Store, queue or bucket cannot be reached, or do not answer in time. Worth asking again."""

    reason = Reason.STORAGE_UNAVAILABLE


class Outrun(BackendDown):
    """Somebody wrote the document between our read and our write."""


class TurnedAway(LumenError):
    """A caller at a door of ours is refused."""


class Unauthenticated(TurnedAway):
    reason = Reason.UNAUTHENTICATED


class Forbidden(TurnedAway):
    reason = Reason.FORBIDDEN


class PromptRejected(TurnedAway):
    reason = Reason.PROMPT_REJECTED


class PayloadTooLarge(TurnedAway):
    reason = Reason.PAYLOAD_TOO_LARGE


class UnsupportedMedia(TurnedAway):
    reason = Reason.UNSUPPORTED_MEDIA


class ComeBack(TurnedAway):
    """Refused for now. `retry_after_s`: when the same request has a chance."""

    def __init__(self, why: str, *, retry_after_s: float) -> None:
        super().__init__(why)
        self.retry_after_s = retry_after_s


class RateLimited(ComeBack):
    reason = Reason.RATE_LIMITED


class QuotaExceeded(ComeBack):
    reason = Reason.QUOTA_EXCEEDED


class Overloaded(ComeBack):
    reason = Reason.OVERLOADED


class NotReady(LumenError):
    reason = Reason.OVERLOADED


class StillRunning(LumenError, TimeoutError):
    """The wait is over, the work is not."""

    reason = Reason.JOB_NOT_DONE


class SettingsInvalid(LumenError):
    reason = Reason.INVALID_INPUT
