"""Batches over HTTP: many jobs in one request, asked for as often as it takes."""

from contextlib import nullcontext
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, Field

from jobs.batch import BATCHES, INFLIGHT_MAX, Batch, Batches, Taken, Wanted
from jobs.errors import Reason, RecordMissing
from jobs.keys import Scope
from jobs.request import JobRequest, Tag
from web.batch_answers import BatchAnswer, BatchPage, BatchRow, MadeBatch, by_index
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.limits import may_queue, may_say
from web.paging import from_a_page
from web.request_id import traceparent
from web.who import audit_of

REQUESTS_MAX = 1_000  # of one body: two seconds on SQLite, a minute on Firestore; a batch may be asked for in parts
PAGE_MAX = 100
TOKEN_CHARS_MAX = 64  # an id of a batch has 34


class BatchRequest(BaseModel):
    """Many requests under one name. The same name and requests lead to the same jobs, however often they are sent."""

    model_config = ConfigDict(frozen=True)

    name: Tag = Field(description="Of the batch, among its owner's.", examples=["nightly 2026-11-21"])
    inflight_max: int | None = Field(
        default=None,
        ge=1,
        le=INFLIGHT_MAX,
        description="So many of its jobs run at a time, whoever submitted them. Jobs that are made now keep to it. "
        "Left out: as it was said before, and otherwise as many as can.",
    )
    requests: tuple[JobRequest, ...] = Field(
        min_length=1,
        max_length=REQUESTS_MAX,
        description="As for single jobs, but of low priority unless they say otherwise. A custom_id is kept, and leads "
        "to its job whenever it is sent again.",
    )


class BatchListing(BaseModel):
    """How many batches at a time, newest first."""

    model_config = ConfigDict(frozen=True)

    page_size: int = Field(default=20, ge=1, le=PAGE_MAX)
    page_token: str | None = Field(default=None, max_length=TOKEN_CHARS_MAX)


def submit_batch(asked: Asked[Nothing, BatchRequest]) -> Answer:
    """202 when jobs were made, 200 when all were there before. Cut off, it is sent again: what is missing is made."""
    batches, trace = Batches(asked.client), traceparent(asked.http.headers.get("traceparent"))
    plan = batches.plan(asked.body.name, asked.body.requests, may_say=may_say)
    wanted = [each.request for each in plan.missing]
    with may_queue(asked.caller, wanted) if wanted else nullcontext():
        batch = batches.begin(plan, inflight_max=asked.body.inflight_max)
        made = list(batches.make(plan, trace=trace))
        batches.close(batch)
    items = [*(each for each in plan.items if not isinstance(each, Wanted)), *made]
    status = HTTPStatus.ACCEPTED if any(isinstance(each, Taken) and each.new for each in made) else HTTPStatus.OK
    answer = MadeBatch.counted(batch, batches.counts(batch), **by_index(items))
    return Answer(answer, status, {"Location": answer.links.self})


def list_batches(asked: Asked[BatchListing, Nothing]) -> Answer:
    """The caller's batches; how far one is, it says itself."""
    wanted = asked.query
    with from_a_page():
        found = Batches(asked.client).find(limit=wanted.page_size + 1, after=wanted.page_token)
    page = found[: wanted.page_size]
    more = page[-1].id if len(found) > wanted.page_size else None
    return Answer(BatchPage(batches=[BatchRow.of(batch) for batch in page], next_page_token=more))


def get_batch(asked: Asked[Nothing, Nothing]) -> Answer:
    """How far a batch is."""
    batch = batch_of(asked)
    return Answer(BatchAnswer.counted(batch, Batches(asked.client).counts(batch)))


def cancel_batch(asked: Asked[Nothing, Nothing]) -> Answer:
    """Ask for the end of its jobs, a thousand at a time: while some are queued, ask again."""
    batches, batch = Batches(asked.client), batch_of(asked)
    with audit_of(asked).entry("batch.cancel", ids=(batch.id,)) as counts:
        counts["canceled"] = batches.cancel(batch)
    return Answer(BatchAnswer.counted(batch, batches.counts(batch)), HTTPStatus.ACCEPTED)


def batch_of(asked: Asked[Nothing, Nothing]) -> Batch:
    """That in the path, if it is the caller's; somebody else's is as if it were not there. Raises: RecordMissing."""
    batch = Batches(asked.client).get(asked.path["batch_id"])
    if batch.owner != asked.caller.owner and Scope.OPS not in asked.caller.scopes:
        raise RecordMissing(BATCHES, batch.id)
    return batch


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/batches",
        submit_batch,
        "Submit a batch of jobs",
        scope=Scope.SUBMIT,
        body=BatchRequest,
        answers={202: MadeBatch, 200: MadeBatch},
        reasons=(Reason.QUOTA_EXCEEDED, Reason.OVERLOADED),
        costs="submit",
    ),
    Endpoint(
        "GET",
        "/v1/batches",
        list_batches,
        "List batches",
        scope=Scope.READ,
        query=BatchListing,
        answers={200: BatchPage},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "GET",
        "/v1/batches/<batch_id>",
        get_batch,
        "Get a batch",
        scope=Scope.READ,
        answers={200: BatchAnswer},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "POST",
        "/v1/batches/<batch_id>/cancel",
        cancel_batch,
        "Cancel a batch",
        scope=Scope.SUBMIT,
        answers={202: BatchAnswer},
        reasons=(Reason.NOT_FOUND,),
        costs="submit",
    ),
)
