"""How it goes, over HTTP: the queue, the numbers, the pause."""

from datetime import datetime

from flask import current_app
from pydantic import BaseModel, ConfigDict, Field

from jobs.grammar import parse_moment
from jobs.job_store import JobQuery
from jobs.keys import Scope
from jobs.pause import Pause, Pauses
from jobs.stats import COUNT_MAX, QueueState, Stats, queue_state, stats
from jobs.status import JobStatus
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.lately import Lately
from web.which import Moment
from web.who import Reasoned, Why, audit_of, who

FRESH_S = 1.0  # how old the queue's numbers may be: a page asks every second, and there may be many pages


class QueueAnswer(QueueState):
    """The queue as it is now, or was a second ago."""

    paused: bool = Field(description="Whether no worker takes another job until somebody says go on.")
    eta_seconds: float | None = Field(
        description="About how long a job submitted now takes to its end, all jobs being alike; null when nothing was "
        "measured yet, and during a pause."
    )


class Since(BaseModel):
    model_config = ConfigDict(frozen=True)

    since: Moment = Field(default="24h", description="Jobs made since then: an age, or an ISO time.")


class GoOn(BaseModel):
    model_config = ConfigDict(frozen=True)

    reason: Why = ""


def get_queue(asked: Asked[Nothing, Nothing]) -> Answer:
    """How many wait and run, for how long the first has waited, and how long a job takes."""
    fresh: Lately[QueueAnswer] = current_app.extensions.setdefault(
        "lumen.queue", Lately(asked.house.platform.clock, FRESH_S)
    )
    return Answer(fresh.get(lambda: queue_now(asked)))


def queue_now(asked: Asked[Nothing, Nothing]) -> QueueAnswer:
    """Raises: BackendDown."""
    platform = asked.house.platform
    now, paused = queue_state(platform.store), Pauses(platform.records).get().paused
    eta_s = None if paused else now.eta_s(now.queued)
    return QueueAnswer(**dict(now), paused=paused, eta_seconds=eta_s)


def get_stats(asked: Asked[Since, Nothing]) -> Answer:
    """What became of the newest jobs, and how long they waited and ran. `of` says how many were looked at."""
    store = asked.house.platform.store
    since: datetime = parse_moment("since", asked.query.since, store.now())
    return Answer(stats(store, since=since))


def get_pause(asked: Asked[Nothing, Nothing]) -> Answer:
    """Whether claims are paused, by whom, why and since when."""
    return Answer(Pauses(asked.house.platform.records).get())


def pause(asked: Asked[Nothing, Reasoned]) -> Answer:
    """No worker takes another job; what runs goes on, and jobs can be submitted."""
    with audit_of(asked).entry("claims.pause", why=asked.body.reason, ids=()) as counts:
        said = Pauses(asked.house.platform.records).begin(by=who(asked), reason=asked.body.reason)
        counts["running"] = counted(asked, JobStatus.RUNNING)
    return Answer(said)


def resume(asked: Asked[Nothing, GoOn]) -> Answer:
    """Workers take jobs again."""
    with audit_of(asked).entry("claims.resume", why=asked.body.reason, ids=()) as counts:
        said = Pauses(asked.house.platform.records).end(by=who(asked), reason=asked.body.reason)
        counts["queued"] = counted(asked, JobStatus.QUEUED)
    return Answer(said)


def counted(asked: Asked[Nothing, Reasoned] | Asked[Nothing, GoOn], status: JobStatus) -> int:
    return asked.house.platform.store.count(JobQuery(status), limit=COUNT_MAX)


ENDPOINTS = (
    Endpoint("GET", "/v1/queue", get_queue, "How long the queue is", scope=Scope.READ, answers={200: QueueAnswer}),
    Endpoint("GET", "/v1/stats", get_stats, "What became of jobs", scope=Scope.OPS, query=Since, answers={200: Stats}),
    Endpoint("GET", "/v1/pause", get_pause, "Whether claims are paused", scope=Scope.OPS, answers={200: Pause}),
    Endpoint(
        "POST", "/v1/pause", pause, "Pause claims", scope=Scope.OPS, body=Reasoned, answers={200: Pause}, costs="ops"
    ),
    Endpoint(
        "POST",
        "/v1/resume",
        resume,
        "Go on after a pause",
        scope=Scope.OPS,
        body=GoOn,
        answers={200: Pause},
        costs="ops",
    ),
)
