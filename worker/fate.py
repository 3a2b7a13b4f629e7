"""Every error has a fate, every fate an answer: this page is all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from types import MappingProxyType

from jobs import errors as j
from jobs.errors import Reason
from models import errors as m


class Fate(Enum):
    """Named after what happens to the job; the comment adds what Pub/Sub is told."""

    FINISH = "finish"  #: succeeded; ack
    FAIL = "fail"  #: failed; the dead letter is published now, or by sweep; ack
    CANCEL = "cancel"  #: canceled; ack
    IDLE = "idle"  #: nothing is queued, or nothing is due soon; ack
    RETRY = "retry"  #: queued again with `not_before`, attempts left; nack
    HAND_BACK = "hand back"  #: queued again, attempt given back; nack
    NOT_DUE = "not due"  #: jobs are queued, none due yet, one within 600 s; nack
    LOST = "lost"  #: not ours any more: we wrote nothing; nack
    BUSY = "busy"  #: untouched, this worker has another job; nack
    NOT_READY = "not ready"  #: untouched: models loading, paused, shutting down, or the store out of reach; nack
    REJECT = "reject"  #: no job in the message: kept on the dead-letter topic, then ack


@dataclass(frozen=True, slots=True)
class Answer:
    """What Pub/Sub is told. 204 is an ack; everything else brings the wake-up back."""

    status: int
    retry_after_s: int | None = None

    @property
    def ack(self) -> bool:
        return self.status == HTTPStatus.NO_CONTENT


ACK = Answer(HTTPStatus.NO_CONTENT)
# Retry-After is for callers other than Pub/Sub, which has a backoff of its own (10 s to 600 s).
ANSWERS: Mapping[Fate, Answer] = MappingProxyType(
    {
        Fate.FINISH: ACK,
        Fate.FAIL: ACK,
        Fate.CANCEL: ACK,
        Fate.IDLE: ACK,
        Fate.REJECT: ACK,
        Fate.RETRY: Answer(503, 10),
        Fate.HAND_BACK: Answer(503, 1),
        Fate.NOT_DUE: Answer(503, 10),
        Fate.LOST: Answer(503, 1),
        Fate.BUSY: Answer(429, 10),
        Fate.NOT_READY: Answer(503, 10),
    }
)
assert set(ANSWERS) == set(Fate)

# Fates of an attempt: the worker was busy with it, and other wake-ups were sent away meanwhile, or came to nothing.
OF_AN_ATTEMPT = frozenset({Fate.FINISH, Fate.FAIL, Fate.CANCEL, Fate.RETRY, Fate.HAND_BACK, Fate.LOST})

FATES: Mapping[type[Exception], Fate] = MappingProxyType(
    {
        # the input
        j.InvalidRequest: Fate.FAIL,
        j.BlobMissing: Fate.FAIL,
        j.IdempotencyConflict: Fate.FAIL,
        m.BadInput: Fate.FAIL,
        # a caller at the web's door, never a worker
        j.Unauthenticated: Fate.FAIL,
        j.Forbidden: Fate.FAIL,
        j.PromptRejected: Fate.FAIL,
        j.PayloadTooLarge: Fate.FAIL,
        j.UnsupportedMedia: Fate.FAIL,
        j.RateLimited: Fate.RETRY,
        j.QuotaExceeded: Fate.RETRY,
        j.Overloaded: Fate.RETRY,
        # the message
        j.BadMessage: Fate.REJECT,
        # the craft
        m.NoUsableMesh: Fate.RETRY,  # with the next seed
        m.Refused: Fate.RETRY,
        m.NotLabelled: Fate.RETRY,
        m.StageFailed: Fate.RETRY,
        m.StageTimeout: Fate.RETRY,
        m.ChildDied: Fate.RETRY,
        m.ChildStuck: Fate.RETRY,
        m.GpuExhausted: Fate.RETRY,
        m.MemoryExhausted: Fate.RETRY,
        m.GpuFault: Fate.RETRY,
        m.CircuitOpen: Fate.RETRY,
        m.Unavailable: Fate.RETRY,
        m.LoadFailed: Fate.RETRY,
        m.OutOfTime: Fate.RETRY,
        m.HandOver: Fate.HAND_BACK,
        # the platform
        j.BackendDown: Fate.RETRY,
        j.Outrun: Fate.RETRY,
        j.BlobExists: Fate.RETRY,
        j.JobExists: Fate.RETRY,
        j.RecordExists: Fate.RETRY,
        j.RecordMissing: Fate.RETRY,
        j.StillRunning: Fate.RETRY,
        j.NotReady: Fate.NOT_READY,
        j.SettingsInvalid: Fate.NOT_READY,
        # somebody else was there
        j.JobMissing: Fate.LOST,
        j.JobUnreadable: Fate.LOST,
        j.JobAlreadyDone: Fate.LOST,
        j.IllegalTransition: Fate.LOST,
        j.LeaseHeld: Fate.LOST,
        j.LeaseLost: Fate.LOST,
        j.NotDue: Fate.NOT_DUE,
        # somebody asked for it
        j.CancelRequested: Fate.CANCEL,
        j.ShuttingDown: Fate.HAND_BACK,
        # a bug; the attempts keep it from going round for ever
        Exception: Fate.RETRY,
    }
)

REASONS_OF_CRAFT: Mapping[type[Exception], Reason] = MappingProxyType(
    {
        m.BadInput: Reason.INVALID_INPUT,
        m.NoUsableMesh: Reason.MESH_INVALID,
        m.Refused: Reason.MESH_INVALID,
        m.NotLabelled: Reason.LABELS_FAILED,
        m.StageFailed: Reason.GENERATION_FAILED,
        m.StageTimeout: Reason.STAGE_TIMEOUT,
        m.ChildDied: Reason.GENERATION_FAILED,
        m.ChildStuck: Reason.GENERATION_FAILED,
        m.GpuExhausted: Reason.GPU_OUT_OF_MEMORY,
        m.MemoryExhausted: Reason.GENERATION_FAILED,
        m.GpuFault: Reason.GENERATION_FAILED,
        m.CircuitOpen: Reason.GENERATION_FAILED,
        m.Unavailable: Reason.MODEL_LOAD_FAILED,
        m.LoadFailed: Reason.MODEL_LOAD_FAILED,
        m.OutOfTime: Reason.JOB_TIMEOUT,
        m.HandOver: Reason.JOB_TIMEOUT,
    }
)


def fate_of(error: Exception) -> Fate:
    """The fate of the job whose work ended with `error`."""
    return next(FATES[kind] for kind in type(error).__mro__ if kind in FATES)


def reason_of(error: Exception) -> Reason:
    """The word for `error` in the document."""
    if isinstance(error, j.LumenError):
        return error.reason
    return next((REASONS_OF_CRAFT[kind] for kind in type(error).__mro__ if kind in REASONS_OF_CRAFT), Reason.INTERNAL)
