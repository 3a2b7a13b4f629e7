"""Jobs over HTTP: submit, look, list, cancel, try again, delete."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from jobs.errors import JobMissing, Reason
from jobs.job import Job
from jobs.job_store import JobQuery
from jobs.keys import Scope
from jobs.request import SEED_MAX, JobRequest
from jobs.status import JobStatus
from web.answers import JobAnswer, JobPage
from web.endpoint import Answer, Asked, Endpoint, Nothing

LOOK_AGAIN_S = 2  # what a client that polls is told; a stage takes about that
WAIT_S_MAX = 30  # of a long poll: proxies cut off what is silent for a minute
PAGE_MAX = 100
KEY_CHARS_MAX = 255


class Wait(BaseModel):
    model_config = ConfigDict(frozen=True)

    wait: Annotated[float, Field(ge=0, le=WAIT_S_MAX, description="Seconds to wait for a change of the job.")] = 0


class Listing(BaseModel):
    """Which jobs, newest first."""

    model_config = ConfigDict(frozen=True)

    status: JobStatus | None = None
    reason: Reason | None = None
    batch_id: str | None = Field(default=None, max_length=128)
    tag: str | None = Field(default=None, max_length=64)
    since: datetime | None = Field(default=None, description="Made then or later.")
    page_size: int = Field(default=20, ge=1, le=PAGE_MAX)
    page_token: str | None = Field(default=None, max_length=64)


class Retry(BaseModel):
    """How to try again."""

    model_config = ConfigDict(frozen=True)

    reason: str = Field(default="", max_length=500, description="Why, for the record.")
    seed: int | None = Field(default=None, ge=0, le=SEED_MAX, description="Another seed makes another job.")


def submit(asked: Asked[Nothing, JobRequest]) -> Answer:
    """202 and the job; 200 and the same job when its Idempotency-Key was used for this very request before."""
    key = idempotency_key(asked.http.headers.get("Idempotency-Key"))
    job = asked.client.submit(asked.body, key=key, trace=asked.http.headers.get("traceparent"))
    there = JobAnswer.of(job, position=asked.client.position(job))
    return Answer(there, HTTPStatus.ACCEPTED, {"Location": there.links.self, "Retry-After": str(LOOK_AGAIN_S)})


def get_job(asked: Asked[Wait, Nothing]) -> Answer:
    """The job document. Ask with `If-None-Match` and `wait` to be told of the next change."""
    job = job_of(asked)
    headers = {} if job.done else {"Retry-After": str(LOOK_AGAIN_S)}
    return Answer(JobAnswer.of(job, position=asked.client.position(job)), headers=headers)


def list_jobs(asked: Asked[Listing, Nothing]) -> Answer:
    """The caller's jobs; those of everybody for a key of ops."""
    wanted = asked.query
    owner = None if Scope.OPS in asked.caller.scopes else asked.caller.owner
    query = JobQuery(wanted.status, owner, wanted.batch_id, wanted.tag, wanted.reason, wanted.since)
    found = asked.client.find(query, limit=wanted.page_size + 1, after=wanted.page_token)
    page = found[: wanted.page_size]
    more = page[-1].id if len(found) > wanted.page_size else None
    return Answer(JobPage(jobs=[JobAnswer.of(job) for job in page], next_page_token=more))


def cancel_job(asked: Asked[Nothing, Nothing]) -> Answer:
    """Ask for the end: at once while queued, within seconds while running."""
    job = asked.client.cancel(job_of(asked).id)
    return Answer(JobAnswer.of(job), HTTPStatus.ACCEPTED)


def delete_job(asked: Asked[Nothing, Nothing]) -> Answer:
    """Remove the job and its files for good."""
    asked.client.delete(job_of(asked).id)
    return Answer(status=HTTPStatus.NO_CONTENT)


def job_of(asked: Asked[Wait, Nothing] | Asked[Nothing, Nothing] | Asked[Nothing, Retry]) -> Job:
    """The job in the path, if it is the caller's; somebody else's is as if it were not there. Raises: JobMissing."""
    job = asked.client.get(asked.path["job_id"])
    if job.owner_uid != asked.caller.owner and Scope.OPS not in asked.caller.scopes:
        raise JobMissing(job.id)
    return job


def idempotency_key(header: str | None) -> str | None:
    """The key, with or without the quotes of a structured field."""
    return header.strip().strip('"')[:KEY_CHARS_MAX] or None if header else None


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/jobs",
        submit,
        "Submit a job",
        scope=Scope.SUBMIT,
        body=JobRequest,
        answers={202: JobAnswer, 200: JobAnswer},
        reasons=(Reason.IDEMPOTENCY_CONFLICT, Reason.PROMPT_REJECTED, Reason.QUOTA_EXCEEDED, Reason.OVERLOADED),
        costs="submit",
    ),
    Endpoint("GET", "/v1/jobs", list_jobs, "List jobs", scope=Scope.READ, query=Listing, answers={200: JobPage}),
    Endpoint(
        "GET",
        "/v1/jobs/<job_id>",
        get_job,
        "Get a job",
        scope=Scope.READ,
        query=Wait,
        answers={200: JobAnswer, 304: None},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "POST",
        "/v1/jobs/<job_id>/cancel",
        cancel_job,
        "Cancel a job",
        scope=Scope.SUBMIT,
        answers={202: JobAnswer},
        reasons=(Reason.NOT_FOUND, Reason.JOB_ALREADY_DONE),
    ),
    Endpoint(
        "DELETE",
        "/v1/jobs/<job_id>",
        delete_job,
        "Delete a job and its files",
        scope=Scope.SUBMIT,
        answers={204: None},
        reasons=(Reason.NOT_FOUND, Reason.JOB_NOT_DONE),
    ),
)
