"""Where a job may be, and how it may move: the state machine, as a table."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from jobs.errors import IllegalTransition, JobAlreadyDone


class JobStatus(StrEnum):
    """Where a job is. The comment says who moves it on."""

    QUEUED = "queued"  #: waiting for an attempt; the most urgent due job is claimed by the next free worker
    RUNNING = "running"  #: one worker holds the lease; that worker, or the lease's end, moves it
    SUCCEEDED = "succeeded"  #: results are in the bucket; final
    FAILED = "failed"  #: out of attempts or hopeless; only a replay moves it
    CANCELED = "canceled"  #: the client gave up; only a replay moves it


class Event(StrEnum):
    """What happened. The comment says who says so."""

    CLAIM = "claim"  #: a worker took the job for one attempt
    FINISH = "finish"  #: the lease's owner kept the results
    RETRY = "retry"  #: the lease's owner failed, and another attempt may do better
    HAND_BACK = "hand_back"  #: the lease's owner has to go; the attempt is given back
    LAPSE = "lapse"  #: whoever looks first finds the lease expired
    FAIL = "fail"  #: the lease's owner, the reader of an unreadable document, or who finds `start_by` passed, gave up
    CANCEL = "cancel"  #: the client asked, and nothing runs any more
    REPLAY = "replay"  #: ops want it tried again


TRANSITIONS: Mapping[tuple[JobStatus, Event], JobStatus] = MappingProxyType(
    {
        (JobStatus.QUEUED, Event.CLAIM): JobStatus.RUNNING,
        (JobStatus.QUEUED, Event.FAIL): JobStatus.FAILED,
        (JobStatus.QUEUED, Event.CANCEL): JobStatus.CANCELED,
        (JobStatus.RUNNING, Event.FINISH): JobStatus.SUCCEEDED,
        (JobStatus.RUNNING, Event.RETRY): JobStatus.QUEUED,
        (JobStatus.RUNNING, Event.HAND_BACK): JobStatus.QUEUED,
        (JobStatus.RUNNING, Event.LAPSE): JobStatus.QUEUED,
        (JobStatus.RUNNING, Event.FAIL): JobStatus.FAILED,
        (JobStatus.RUNNING, Event.CANCEL): JobStatus.CANCELED,
        (JobStatus.FAILED, Event.REPLAY): JobStatus.QUEUED,
        (JobStatus.CANCELED, Event.REPLAY): JobStatus.QUEUED,
    }
)
DONE: frozenset[JobStatus] = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELED})

# The table is the design, so the design is checked where it is written.
assert all(event is Event.REPLAY for status, event in TRANSITIONS if status in DONE)
assert set(TRANSITIONS.values()) == set(JobStatus), "a state nobody can reach"
assert {event for _, event in TRANSITIONS} == set(Event), "an event that never happens"


def after(status: JobStatus, event: Event) -> JobStatus:
    """The state that follows.

    Raises: JobAlreadyDone when the job is over; IllegalTransition for any other move the table lacks.
    """
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        kind = JobAlreadyDone if status in DONE else IllegalTransition
        raise kind(status, event) from None
