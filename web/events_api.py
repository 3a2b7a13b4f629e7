"""A job's events over HTTP: as a stream, or all that there is to tell now as one page."""

from collections.abc import Callable
from typing import Any

from flask import Response
from pydantic import BaseModel

from jobs.errors import Overloaded, Reason
from jobs.job import Job
from jobs.keys import Scope
from web.answers import JobAnswer
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.jobs_api import job_of
from web.seats import Seat
from web.streams import JobEvent, Seen, Stream, news

STREAM = "text/event-stream"
PAGE = "application/json"
AGAIN_S = 5  # a job takes a minute: until then somebody else's may be over
AS_IT_COMES = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx and Cloud Run's front heed the second


class EventPage(BaseModel):
    """What there is to tell now."""

    events: list[JobEvent]


def get_events(asked: Asked[Nothing, Nothing]) -> Answer | Response:
    """A job's changes as they happen, until it is done. `Last-Event-ID` resumes; `Accept: application/json` polls.

    `job` is the document, `image` and `preview` are files that can be had early, `done` is the end.
    """
    job, seen = job_of(asked), Seen.of(asked.http.headers.get("Last-Event-ID", ""))
    if asked.http.accept_mimetypes.best_match((STREAM, PAGE)) == PAGE:
        return Answer(EventPage(events=list(news(job, seen, teller(asked)))))
    seat = asked.house.seats.take(asked.house.settings.event_streams_max)
    if seat is None:
        raise Overloaded("All event streams of this server are in use: poll the job.", retry_after_s=AGAIN_S)
    return streamed(asked, job, seen, seat)


def streamed(asked: Asked[Any, Any], job: Job, seen: Seen, seat: Seat) -> Response:
    """The seat is left when the response is closed, which the server does whether or not all of it was sent."""
    client, clock = asked.client, asked.house.platform.clock
    stream = Stream(lambda: client.get(job.id), teller(asked), clock, lambda: asked.house.seats.closed)
    response = Response(stream.texts(seen), content_type=STREAM, headers=AS_IT_COMES)
    response.call_on_close(seat.leave)
    return response


def teller(asked: Asked[Any, Any]) -> Callable[[Job], JobAnswer]:
    """How a job is told of in the caller's name."""
    client = asked.client
    return lambda job: JobAnswer.of(job, position=client.position(job))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/jobs/<job_id>/events",
        get_events,
        "Follow a job",
        scope=Scope.READ,
        answers={200: STREAM},
        reasons=(Reason.NOT_FOUND, Reason.OVERLOADED),
    ),
)
