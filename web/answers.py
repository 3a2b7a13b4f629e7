"""What the API answers: one model per body, from which the OpenAPI document and the TypeScript types are made."""

import hashlib
from typing import Any

from pydantic import BaseModel, Field

from jobs.job import Job


class Links(BaseModel):
    """Where to go on from a job."""

    self: str
    events: str
    cancel: str
    retry: str
    artifacts: dict[str, str] = Field(default={}, description="File name to address, once there are files.")


class JobAnswer(Job):
    """A job document as it is stored, its place in the queue, and where to go on."""

    queue_position: int | None = Field(default=None, description="How many go before it; null when it is not waiting.")
    links: Links

    @classmethod
    def of(cls, job: Job, *, position: int | None = None) -> "JobAnswer":
        at = f"/v1/jobs/{job.id}"
        files = {name: f"{at}/artifacts/{name}" for name in (job.output.files if job.output else {})}
        links = Links(self=at, events=f"{at}/events", cancel=f"{at}/cancel", retry=f"{at}/retry", artifacts=files)
        more: dict[str, Any] = {"queue_position": position, "links": links}
        return cls.model_construct(**dict(job), **more)


class JobPage(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobAnswer]
    next_page_token: str | None = Field(default=None, description="For the page behind this one; null at the end.")


def etag_of(text: str) -> str:
    """The version of a body: 128 bits of its sha256, which no two bodies share."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
