"""Values that tests need, made in one line each."""

from datetime import datetime, timedelta
from typing import Any

from jobs.errors import Reason
from jobs.fields import Artifact, Failure, Lease, Metrics, Output, PartInfo, Report
from jobs.job import Job, JobId, new_job
from jobs.job_store import JobStore
from jobs.request import JobRequest, parse_request
from tests.fakes import START

LEASE_S = 45.0
LEASE_FOR = timedelta(seconds=LEASE_S)
KEEP_FOR = timedelta(days=30)


def a_request(prompt: str = "flying bird", *, seed: int = 0, **handling: Any) -> JobRequest:
    return parse_request({"input": {"prompt": prompt, "seed": seed}, **handling})


def a_job(
    job_id: str = "a", *, owner: str = "ada", now: datetime = START, request: JobRequest | None = None, **more: Any
) -> Job:
    """A queued job. Without a request each id asks for a thing of its own, so that no two jobs are equals."""
    given = {"attempts_left": 3, "expires_at": now + KEEP_FOR} | more
    return new_job(request or a_request(f"bird {job_id}"), job_id=JobId(job_id), owner=owner, now=now, **given)


def a_failure(reason: Reason = Reason.GENERATION_FAILED, *, now: datetime = START) -> Failure:
    return Failure(reason=reason, message="It broke.", retryable=True, at=now)


def an_output(*names: str) -> Output:
    names = names or ("object.glb",)
    files = {name: Artifact(uri=f"x://{name}", bytes=1, sha256="0", content_type="model/x") for name in names}
    parts = (PartInfo(id=0, name="body", color="#ff0000", faces=1, vertices=3, points=1),)
    return Output(files=files, template="bird", route="procedural", parts=parts)


SOME_METRICS = Metrics(wait_seconds=0, run_seconds=1)


def claimed(job: Job, *, now: datetime = START, holder: str = "x", lease_s: float = LEASE_S) -> Job:
    return job.claim(holder=holder, now=now, lease_for=timedelta(seconds=lease_s))


def finished(job: Job, *, now: datetime = START) -> Job:
    return job.finish(lease_of(job), an_output(), SOME_METRICS, Report(), now=now)


def failed(job: Job, *, now: datetime = START) -> Job:
    return job.fail(lease_of(job), a_failure(now=now), now=now)


def lease_of(job: Job) -> Lease:
    assert job.lease is not None, f"{job.id} is {job.status}: it has no lease"
    return job.lease


# --- the same in a store ---


def claim(store: JobStore, job_id: str, *, holder: str = "x", lease_s: float = LEASE_S) -> Job:
    return store.update(job_id, lambda job, now: claimed(job, now=now, holder=holder, lease_s=lease_s))


def finish(store: JobStore, job_id: str, lease: Lease) -> Job:
    return store.update(job_id, lambda job, now: job.finish(lease, an_output(), SOME_METRICS, Report(), now=now))


def fail(store: JobStore, job_id: str, lease: Lease) -> Job:
    return store.update(job_id, lambda job, now: job.fail(lease, a_failure(now=now), now=now))
