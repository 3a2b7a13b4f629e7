"""A job as the API tells of it, read with patience: a newer server may say more, and in other words."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from jobs.errors import Reason
from jobs.fields import Metrics, Output, Stage
from jobs.http_client.errors import ApiError
from jobs.status import DONE, JobStatus


class Wire(BaseModel):
    """What is said and not named here is kept in `model_extra`."""

    model_config = ConfigDict(frozen=True, extra="allow")


class RemoteFailure(Wire):
    reason: str  #: a `jobs.errors.Reason`, or one of a newer server's
    message: str
    retryable: bool = False
    stage: str | None = None


class RemoteJob(Wire):
    """A job as the API tells of it. What is not named here is in `model_extra`."""

    id: str
    status: str
    cancel_requested: bool = False
    progress: int = 0
    stage: Stage | None = None
    eta_at: datetime | None = None
    queue_position: int | None = None
    attempt: int = 0
    tags: tuple[str, ...] = ()
    batch_id: str | None = None
    custom_id: str | None = None
    error: RemoteFailure | None = None
    output: Output | None = None
    metrics: Metrics | None = None
    created_at: datetime
    completed_at: datetime | None = None

    @property
    def done(self) -> bool:
        """A status that is not known here is not the end."""
        return self.status in DONE

    def succeeded(self) -> Self:
        """This, if there is a result. Raises: JobFailed, JobCanceled."""
        if self.status == JobStatus.FAILED:
            why = f"{self.error.reason}: {self.error.message}" if self.error else "failed"
            raise JobFailed(self, why)
        if self.status == JobStatus.CANCELED:
            raise JobCanceled(self, "was canceled")
        return self


class Page(Wire):
    jobs: tuple[RemoteJob, ...]
    next_page_token: str | None = None


class Uploaded(Wire):
    id: str


class JobEnded(ApiError):
    """The wait is over, and there is no result."""

    def __init__(self, job: RemoteJob, why: str) -> None:
        super().__init__(f"{job.id} {why}")
        self.job = job


class JobFailed(JobEnded):
    """`job.error` has reason, message and whether trying again may help."""


class JobCanceled(JobEnded):
    reason = Reason.CANCELED_BY_USER
