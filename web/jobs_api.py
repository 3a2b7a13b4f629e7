"""Jobs over HTTP: submit, look, list, cancel, try again, delete."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from jobs.errors import InvalidRequest, JobMissing, Reason, StillRunning
from jobs.job import Job, job_id_for
from jobs.job_store import JobQuery
from jobs.keys import Caller, Scope
from jobs.request import SEED_MAX, JobRequest
from jobs.status import JobStatus
from web import limits
from web.answers import JobAnswer, JobPage, etag_of
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.paging import from_a_page
from web.request_id import traceparent
from web.waiting import WAIT_S_MAX, preferred_wait_s, waited_for

LOOK_AGAIN_S = 2  # what a client that polls is told; a stage takes about that
PAGE_MAX = 100
KEY_CHARS_MAX = 255
NO_ROOM = (Reason.PROMPT_REJECTED, Reason.QUOTA_EXCEEDED, Reason.OVERLOADED)  # why a job is not taken on

AnyAsked = Asked[Any, Any]


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
    """202 and the job; 200 and the same job when its Idempotency-Key was used for this very request before.

    With `Prefer: wait=N` the answer comes when the job is over, 200 then, or after N seconds.
    """
    key = idempotency_key(asked.http.headers.get("Idempotency-Key"))
    with room_for(asked, asked.caller, asked.body, key):
        job, new = asked.client.submit_or_find(
            asked.body, key=key, trace=traceparent(asked.http.headers.get("traceparent"))
        )
    wait_s, applied = preferred_wait_s(asked.http.headers.get("Prefer")), False
    if wait_s:
        job, applied = waited_for(asked, job, lambda now: now.done, wait_s)
    return taken_on(asked, job, new=new, more={"Preference-Applied": f"wait={wait_s}"} if applied else {})


def get_job(asked: Asked[Wait, Nothing]) -> Answer:
    """The job document. Ask with `If-None-Match` and `wait` to be told of the next change."""
    job = seen = job_of(asked)
    answer = answer_of(asked, job)
    if asked.query.wait and knows(asked, answer):
        job, _ = waited_for(asked, seen, lambda now: now.done or now != seen, asked.query.wait)
        answer = answer_of(asked, job)
    return Answer(answer, headers=again_after(job))


def list_jobs(asked: Asked[Listing, Nothing]) -> Answer:
    """The caller's jobs; those of everybody for a key of ops."""
    wanted = asked.query
    owner = None if Scope.OPS in asked.caller.scopes else asked.caller.owner
    query = JobQuery(wanted.status, owner, wanted.batch_id, wanted.tag, wanted.reason, wanted.since)
    with from_a_page():
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


def retry_job(asked: Asked[Nothing, Retry]) -> Answer:
    """Try a job again that is over: the same one, if it failed or was canceled; with a seed, another one like it."""
    job, seed = job_of(asked), asked.body.seed
    if not job.done:
        raise StillRunning(f"{job.id} is {job.status}: wait for its end, or cancel it first.")
    if seed == job.input.seed:
        raise InvalidRequest("seed", "is the job's own; without a seed the job itself is tried again")
    owner, wanted = replace(asked.caller, owner=job.owner_uid), like(job, seed)
    key = f"retry {job.id} {seed}" if seed is not None else None
    with room_for(asked, owner, wanted, key):
        if key is None:
            return taken_on(asked, asked.client.replay(job.id, why=asked.body.reason), new=True)
        job, new = asked.client_of(owner.owner).submit_or_find(wanted, key=key)
    return taken_on(asked, job, new=new)


def like(job: Job, seed: int | None) -> JobRequest:
    """What would make the job again, or with that seed another one. It is in no batch: those have counted theirs."""
    wanted = job.input if seed is None else job.input.model_copy(update={"seed": seed})
    return JobRequest(input=wanted, priority=job.priority, tags=job.tags)


def room_for(asked: AnyAsked, owner: Caller, wanted: JobRequest, key: str | None) -> AbstractContextManager[object]:
    """Room for one more job until the end of the block. A key that was used makes none, and needs none.

    Raises: PromptRejected, Overloaded, QuotaExceeded.
    """
    if key is not None:
        with suppress(JobMissing):
            asked.client.get(job_id_for(owner.owner, key))
            return nullcontext()
    return limits.may_submit(owner, [wanted])


def taken_on(asked: AnyAsked, job: Job, new: bool, more: Mapping[str, str] = MappingProxyType({})) -> Answer:
    """A job that somebody will do: 202; 200 when it is over, or was there before this request."""
    answer = answer_of(asked, job)
    status = HTTPStatus.ACCEPTED if new and not job.done else HTTPStatus.OK
    return Answer(answer, status, {"Location": answer.links.self, **again_after(job), **more})


def answer_of(asked: AnyAsked, job: Job) -> JobAnswer:
    return JobAnswer.of(job, position=asked.client.position(job))


def again_after(job: Job) -> dict[str, str]:
    """When to look again, if at all."""
    return {} if job.done else {"Retry-After": str(LOOK_AGAIN_S)}


def knows(asked: AnyAsked, answer: JobAnswer) -> bool:
    """Whether the caller has this very answer; who does not say what they have waits for a change from now on."""
    theirs = asked.http.if_none_match
    return not theirs or theirs.contains(etag_of(answer.model_dump_json()))


def job_of(asked: AnyAsked) -> Job:
    """The job in the path, if it is the caller's; somebody else's is as if it were not there. Raises: JobMissing."""
    job = asked.client.get(asked.path["job_id"])
    if job.owner_uid != asked.caller.owner and Scope.OPS not in asked.caller.scopes:
        raise JobMissing(job.id)
    return job


def idempotency_key(header: str | None) -> str | None:
    """The key, with or without the quotes of a structured field. Raises: InvalidRequest."""
    key = (header or "").strip().strip('"')
    if len(key) > KEY_CHARS_MAX:
        raise InvalidRequest("Idempotency-Key", f"has {len(key)} characters; the limit is {KEY_CHARS_MAX}")
    return key or None


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/jobs",
        submit,
        "Submit a job",
        scope=Scope.SUBMIT,
        body=JobRequest,
        answers={202: JobAnswer, 200: JobAnswer},
        reasons=(Reason.IDEMPOTENCY_CONFLICT, *NO_ROOM),
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
        "POST",
        "/v1/jobs/<job_id>/retry",
        retry_job,
        "Try a job again",
        scope=Scope.SUBMIT,
        body=Retry,
        answers={202: JobAnswer, 200: JobAnswer},
        reasons=(Reason.NOT_FOUND, Reason.JOB_NOT_DONE, Reason.JOB_ALREADY_DONE, *NO_ROOM),
        costs="submit",
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
