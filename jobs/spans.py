"""One job's life as spans of time, told from its document alone: what it waited for, each attempt, each stage.

Of an attempt before the last one the document keeps when it began and how it ended, not its stages.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, Field

from jobs.fields import Attempt
from jobs.job import Job
from jobs.request import Frozen
from jobs.status import JobStatus

ROOT = "job"
Kind = Literal["job", "wait", "attempt", "stage", "point"]


class Span(Frozen):
    """Something that took time. `open`: it goes on; its seconds are those up to now. A point takes none."""

    id: str
    parent: str | None = None
    kind: Kind
    name: str
    start: AwareDatetime
    seconds: float = Field(ge=0)
    open: bool = False
    shelf: bool = False  #: the stage was not made: its output lay on the shelf
    worker: str | None = None
    outcome: str | None = None  #: of an attempt: the event that ended it, and why, if it failed
    message: str = ""

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)


def spans_of(job: Job, now: datetime) -> tuple[Span, ...]:
    """The whole job first, then what happened in it, in the order of time; a stage behind its attempt."""
    end = job.completed_at or now
    whole = _span(ROOT, None, "job", "job", job.created_at, end, open=not job.done, outcome=job.status.value)
    return (whole, *_waits_and_attempts(job, now), *_points(job))


def _waits_and_attempts(job: Job, now: datetime) -> Iterator[Span]:
    """An attempt that is not among the kept ones leaves a gap, which reads as a wait."""
    idle_since = job.created_at
    for attempt in job.attempts:
        yield from _wait(job, idle_since, attempt.started_at, f"wait-{attempt.token}")
        yield _attempt(attempt, now)
        if attempt is job.attempts[-1]:
            yield from _stages(job, attempt, now)
        idle_since = attempt.ended_at or now
    if job.status is JobStatus.QUEUED:
        yield from _wait(job, idle_since, now, "wait", goes_on=True)
    elif job.completed_at:  # as an attempt ended; later only if it was canceled, or given up, while it waited
        yield from _wait(job, idle_since, job.completed_at, "wait")


def _wait(job: Job, start: datetime, end: datetime, id_: str, *, goes_on: bool = False) -> Iterator[Span]:
    """In two parts where a replay lies between: before that the job was over and waited for nothing."""
    replayed = job.replay.at if job.replay else None
    if replayed and start < replayed <= end:
        yield _span(f"{id_}-over", ROOT, "wait", "over", start, replayed)
        start = replayed
    if end > start or goes_on:
        yield _span(id_, ROOT, "wait", "waited", start, end, open=goes_on)


def _attempt(attempt: Attempt, now: datetime) -> Span:
    outcome = " ".join(filter(None, (attempt.event, attempt.reason and attempt.reason.value)))
    return _span(
        f"attempt-{attempt.token}",
        ROOT,
        "attempt",
        f"attempt {attempt.n}",
        attempt.started_at,
        attempt.ended_at or now,
        open=attempt.ended_at is None,
        worker=attempt.worker,
        outcome=outcome or None,
        message=attempt.message,
    )


def _stages(job: Job, attempt: Attempt, now: datetime) -> Iterator[Span]:
    """Those of the last attempt. A stage's seconds are the worker's, its beginning is the store's time."""
    parent = f"attempt-{attempt.token}"
    for done in job.stages:
        yield Span(
            id=f"{parent}/{done.name}",
            parent=parent,
            kind="stage",
            name=done.name,
            start=done.started_at,
            seconds=done.seconds,
            shelf=done.hit,
        )
    if job.stage:
        here = job.stage
        yield _span(f"{parent}/{here.name}", parent, "stage", here.name, here.started_at, now, open=True)


def _points(job: Job) -> Iterator[Span]:
    """What came after."""
    if job.dead_letter and job.dead_letter.published_at:
        at = job.dead_letter.published_at
        yield _span("dead-letter", ROOT, "point", "dead letter sent", at, at)
    if job.replay:
        why = f": {job.replay.reason}" if job.replay.reason else ""
        message = f"by {job.replay.by}{why}"
        yield _span(
            "replay", ROOT, "point", f"replay {job.replay.count}", job.replay.at, job.replay.at, message=message
        )


def _span(id_: str, parent: str | None, kind: Kind, name: str, start: datetime, end: datetime, **more: object) -> Span:
    """Clocks may differ by a little: no span has less than no time."""
    seconds = max((end - start).total_seconds(), 0.0)
    said = {"id": id_, "parent": parent, "kind": kind, "name": name, "start": start, "seconds": seconds}
    return Span.model_validate(said | more)
