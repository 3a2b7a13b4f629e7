"""Many failed jobs tried again over HTTP.

A run of thousands at two a second outlives any request. So it is put on record, answered at once, and gone on with in
a thread of this process. If the process ends first, the run stays on record, and any process can go on with it.
"""

import logging
import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from jobs.audit import Action
from jobs.errors import RateLimited, Reason
from jobs.keys import Scope
from jobs.logs import in_context
from jobs.replay import RPS, RUN_MAX, Plan, Replays, Run
from web.endpoint import Answer, Asked, Endpoint, Nothing
from web.which import Which
from web.who import GivenWhy, audit_of, who

log = logging.getLogger(__name__)

IDS_SHOWN_MAX = 100  # of a plan over thousands
RPS_MIN, RPS_MAX = 0.01, 100.0  # one in 100 s; more than one SQLite file takes from one thread
RUNS_MAX = 8  # of one process at a time: each holds a thread, the slowest for hours
THREAD = "replay "  # begins the name of a thread that goes on with a run; behind it comes the run's id
LOOK_AGAIN_S = 10  # a run notes how far it is that often, at the usual pace


class ReplayRequest(Which):
    """Which failed jobs to try again, and how fast."""

    limit: int | None = Field(default=None, ge=1, le=RUN_MAX, description="No more than these, the last to fail first.")
    rps: float = Field(default=RPS, ge=RPS_MIN, le=RPS_MAX, description="How many a second.")
    dry_run: bool = Field(default=False, description="Say what would be done, and do nothing.")
    reason: GivenWhy


class PlanAnswer(BaseModel):
    """What a run would do. Nothing was done."""

    total: int = Field(description="How many jobs it would try again.")
    more: bool = Field(description="Whether there are more than one run takes.")
    seconds: float = Field(description="About how long it would take.")
    by_reason: dict[str, int]
    hopeless: int = Field(description="For how many of them trying again changes nothing.")
    job_ids: list[str] = Field(description=f"The first {IDS_SHOWN_MAX} of them.")

    @classmethod
    def of(cls, plan: Plan, rps: float) -> "PlanAnswer":
        errors = [job.error for job in plan.jobs if job.error]
        return cls(
            total=len(plan.jobs),
            more=plan.more,
            seconds=len(plan.jobs) / rps,
            by_reason=dict(Counter(error.reason.value for error in errors).most_common()),
            hopeless=sum(not error.retryable for error in errors),
            job_ids=[job.id for job in plan.jobs[:IDS_SHOWN_MAX]],
        )


class RunAnswer(BaseModel):
    """A run as it is on record."""

    id: str
    filter: tuple[str, ...]
    reason: str
    who: str
    rps: float
    total: int
    replayed: int = Field(description="So far; noted every few seconds.")
    left: int = Field(description="Not the run's to try any more: somebody else did, or removed them.")
    begun_at: datetime
    done_at: datetime | None = Field(
        description="Null while it goes on, and when the process that did it ended: then POST .../resume goes on."
    )

    @classmethod
    def of(cls, run: Run) -> "RunAnswer":
        said = run.model_dump(include={"id", "filter", "who", "rps", "begun_at", "done_at"})
        return cls(
            **said,
            reason=run.why,
            total=len(run.ids),
            replayed=run.counts.get("replayed", 0),
            left=run.counts.get("left", 0),
        )


def replay_many(asked: Asked[Nothing, ReplayRequest]) -> Answer:
    """202 and the run, which then goes on by itself; 200 and the plan of a dry run."""
    replays, body = replays_of(asked), asked.body
    plan = replays.plan(body.wanted(replays.store), limit=body.limit)
    if body.dry_run:
        return Answer(PlanAnswer.of(plan, body.rps))
    require_room()
    run = replays.begin(plan, why=body.reason, who=who(asked), rps=body.rps)
    return going_on(asked, run, "dlq.replay")


def get_replay(asked: Asked[Nothing, Nothing]) -> Answer:
    """How far a run is."""
    run = replays_of(asked).get(asked.path["run_id"])
    return Answer(RunAnswer.of(run), headers={} if run.done_at else {"Retry-After": str(LOOK_AGAIN_S)})


def resume_replay(asked: Asked[Nothing, Nothing]) -> Answer:
    """Go on with a run whose process ended; no job is tried twice. 200 when there is nothing left to do."""
    run = replays_of(asked).get(asked.path["run_id"])
    if run.done_at:
        return Answer(RunAnswer.of(run))
    if THREAD + run.id not in at_work():
        require_room()
    return going_on(asked, run, "dlq.resume")


def replays_of(asked: Asked[Any, Any]) -> Replays:
    """In the caller's name: it stands in every job that is tried again."""
    return replace(asked.house.platform.replays(), client=asked.client)


def at_work() -> set[str]:
    """The threads that go on with runs, by name."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith(THREAD)}


def require_room() -> None:
    """Raises: RateLimited when this process goes on with as many runs as it may."""
    if len(at_work()) >= RUNS_MAX:
        raise RateLimited(f"{RUNS_MAX} runs go on here already; wait for one of them.", retry_after_s=LOOK_AGAIN_S)


def going_on(asked: Asked[Any, Any], run: Run, action: Action) -> Answer:
    """202 and the run; a thread goes on with it, unless one of this process does already."""
    name = THREAD + run.id
    if name not in at_work():
        work = in_context(lambda: go(asked, run, action))  # it logs for the request that began it
        threading.Thread(target=work, name=name, daemon=True).start()
    head = {"Location": f"/v1/replays/{run.id}", "Retry-After": str(LOOK_AGAIN_S)}
    return Answer(RunAnswer.of(run), HTTPStatus.ACCEPTED, head)


def go(asked: Asked[Any, Any], run: Run, action: Action) -> None:
    """The run to its end, or as far as it comes. Never raises: nobody would hear it."""
    entry = audit_of(asked).entry(action, why=run.why, run=run.id, filter_=run.filter, ids=run.ids)
    try:
        with entry as counts:
            for tried in replays_of(asked).go(run):
                counts[tried.outcome] += 1
    except Exception:
        log.exception("run %s stopped; no job is tried twice when somebody goes on with it", run.id)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/dead-letters/replay",
        replay_many,
        "Try many failed jobs again",
        scope=Scope.OPS,
        body=ReplayRequest,
        answers={202: RunAnswer, 200: PlanAnswer},
        costs="ops",
    ),
    Endpoint(
        "GET",
        "/v1/replays/<run_id>",
        get_replay,
        "How far a run of replays is",
        scope=Scope.OPS,
        answers={200: RunAnswer},
        reasons=(Reason.NOT_FOUND,),
    ),
    Endpoint(
        "POST",
        "/v1/replays/<run_id>/resume",
        resume_replay,
        "Go on with a run of replays",
        scope=Scope.OPS,
        answers={202: RunAnswer, 200: RunAnswer},
        reasons=(Reason.NOT_FOUND,),
        costs="ops",
    ),
)
