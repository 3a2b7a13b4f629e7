"""What the API tells of batches: how far one is, and what became of each request."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from jobs.batch import Batch, Refused, Taken, Twin
from jobs.errors import InvalidRequest, Reason
from jobs.status import JobStatus


class BatchLinks(BaseModel):
    """Where to go on from a batch."""

    self: str
    jobs: str
    cancel: str


class BatchRow(BaseModel):
    """A batch as it is on record."""

    id: str
    name: str
    total: int = Field(description="As many jobs as were asked for.")
    inflight_max: int | None = Field(description="So many of its jobs run at a time; null: as many as can.")
    created_at: datetime
    links: BatchLinks

    @classmethod
    def of(cls, batch: Batch, **more: Any) -> Self:
        """`more`: the fields of an answer that has more than these."""
        at = f"/v1/batches/{batch.id}"
        links = BatchLinks(self=at, jobs=f"/v1/jobs?batch_id={batch.id}", cancel=f"{at}/cancel")
        row = batch.model_dump(include={"id", "name", "total", "inflight_max", "created_at"})
        return cls.model_validate({**row, "links": links, **more})


class RequestCounts(BaseModel):
    """Jobs of a batch by their status."""

    total: int = Field(
        description="Jobs that are there: fewer than the batch's total when it was cut off, and when some are gone."
    )
    queued: int
    running: int
    succeeded: int
    failed: int
    canceled: int

    @classmethod
    def of(cls, counts: Mapping[JobStatus, int]) -> "RequestCounts":
        return cls(total=sum(counts.values()), **{status.value: n for status, n in counts.items()})


class BatchAnswer(BatchRow):
    """A batch, and how far it is."""

    request_counts: RequestCounts
    done: bool = Field(description="Whether none of its jobs waits or runs.")

    @classmethod
    def counted(cls, batch: Batch, by_status: Mapping[JobStatus, int], **more: Any) -> Self:
        counts = RequestCounts.of(by_status)
        done = counts.queued + counts.running == 0
        return cls.of(batch, request_counts=counts, done=done, **more)


class TakenRequest(BaseModel):
    index: int
    custom_id: str | None
    job_id: str
    new: bool = Field(description="False: it was there before.")


class TwinRequest(BaseModel):
    index: int
    first: int = Field(description="The request that asks for the same, and has the job.")


class RefusedRequest(BaseModel):
    index: int
    custom_id: str | None
    reason: Reason
    field: str | None = Field(description="Its dotted path, where one field is to blame.")
    message: str

    @classmethod
    def of(cls, refused: Refused) -> "RefusedRequest":
        error = refused.error
        field = error.field if isinstance(error, InvalidRequest) else None
        return cls(
            index=refused.index, custom_id=refused.custom_id, reason=error.reason, field=field, message=str(error)
        )


class MadeBatch(BatchAnswer):
    """What became of each request, by its index in the body."""

    jobs: list[TakenRequest]
    duplicates: list[TwinRequest]
    refused: list[RefusedRequest] = Field(description="They have no job; the others have theirs all the same.")


class BatchPage(BaseModel):
    """Batches, newest first."""

    batches: list[BatchRow]
    next_page_token: str | None = Field(default=None, description="For the page behind this one; null at the end.")


def by_index(items: Iterable[Taken | Twin | Refused]) -> dict[str, Any]:
    """What became of the requests, by kind and in their order."""
    inorder = sorted(items, key=lambda item: item.index)
    return {
        "jobs": [
            TakenRequest(index=each.index, custom_id=each.job.custom_id, job_id=each.job.id, new=each.new)
            for each in inorder
            if isinstance(each, Taken)
        ],
        "duplicates": [TwinRequest(index=each.index, first=each.first) for each in inorder if isinstance(each, Twin)],
        "refused": [RefusedRequest.of(each) for each in inorder if isinstance(each, Refused)],
    }
