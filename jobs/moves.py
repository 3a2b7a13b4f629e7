"""What a move of a job says in numbers: one place, because every move is a change of one document."""

from datetime import datetime

from jobs.errors import Reason
from jobs.job import Job
from jobs.metrics import JOB_RUN, JOB_WAIT, JOBS_ENDED, JOBS_SUBMITTED
from jobs.status import JobStatus


def made(job: Job) -> None:
    """A job that was not there before."""
    JOBS_SUBMITTED.add(source=job.source, priority=job.priority.name.lower())


def moved(before: Job, after: Job) -> None:
    """What one atomic change did: an attempt ended, another began, the job is over; or none of these."""
    if before.lease is not None and (after.lease is None or after.lease.token != before.lease.token):
        _attempt_ended(before.lease.token, after)
    if after.claims > before.claims:
        begun = after.attempts[-1].started_at
        waited = (begun - _due_at(before)).total_seconds()
        JOB_WAIT.record(max(waited, 0.0), priority=after.priority.name.lower())
    if after.done and not before.done:
        reason = after.error.reason.value if after.error else ""
        JOBS_ENDED.add(status=after.status.value, reason=reason, route=_route(after))


def condemned() -> None:
    """A document that is no job has failed."""
    JOBS_ENDED.add(status=JobStatus.FAILED.value, reason=Reason.INVALID_INPUT.value, route="")


def _attempt_ended(token: int, job: Job) -> None:
    attempt = next((each for each in job.attempts if each.token == token), None)
    if attempt is not None and attempt.ended_at is not None:
        seconds = (attempt.ended_at - attempt.started_at).total_seconds()
        JOB_RUN.record(max(seconds, 0.0), event=attempt.event or "", route=_route(job))


def _due_at(job: Job) -> datetime:
    """Since when a job could have been claimed: queued, and its time come; or, silently, its lease at its end."""
    return job.lease.expires_at if job.lease else max(job.updated_at, job.not_before)


def _route(job: Job) -> str:
    """The one that made it, or at which it failed; "" when it came to none."""
    if job.output:
        return job.output.route
    return (job.error and job.error.route) or ""
