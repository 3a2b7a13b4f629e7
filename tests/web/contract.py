"""A job in each status, as a worker writes it: for the tests that hold all readers of a job document together."""

from datetime import timedelta

from jobs.fields import Bounds, Checkpoint, LastWrite, Report, Stage, StageDone
from jobs.job import Job
from jobs.request import parse_request
from tests.builders import (
    LEASE_FOR,
    SOME_METRICS,
    a_failure,
    a_job,
    a_request,
    an_output,
    claimed,
    failed,
    lease_of,
)
from tests.fakes import START

LATER = START + timedelta(seconds=7)
REPORT = Report(
    progress=40,
    stage=Stage(name="shape", label="Shaping", index=1, total=4, progress=10, message="octree", started_at=START),
    stages=(StageDone(name="plan", started_at=START, ended_at=LATER, seconds=7, hit=True),),
    checkpoints={"plan": Checkpoint(key="0123", seconds=7, hit=True)},
    eta_at=LATER,
)
FROM_A_DOOR = {
    "trace": "00-1-2-01",
    "request_id": "q_1",
    "idempotency_key": "k",
    "turn": 3,
    "batch_inflight_max": 4,
    "start_by": LATER,
    "last_write": LastWrite(holder="x", n=1),
}
WORDS = a_request("flying bird", seed=7, tags=["birds"], batch_id="nightly", custom_id="1", priority="low")


def _running(job_id: str) -> Job:
    job = claimed(a_job(job_id, request=WORDS))
    return job.beat(lease_of(job), REPORT, now=LATER, lease_for=LEASE_FOR)


def _succeeded() -> Job:
    job = _running("succeeded")
    output = an_output("object.glb", "preview.png").model_copy(
        update={
            "bounds": Bounds(low=(-0.5, 0, -0.5), high=(0.5, 1, 0.5)),
            "refusals": ("partcrafter: no parts",),
            "remedies": ("image: out of memory, 256 px",),
            "models": ("sdxl-turbo@0123",),
            "licences": ("openrail",),
        }
    )
    return job.finish(lease_of(job), output, SOME_METRICS, REPORT, now=LATER)


def _tried_again() -> Job:
    return failed(_running("tried_again"), now=LATER).again(
        attempts=5, by="olga", reason="a new model", now=LATER, run="r_1"
    )


def _waiting_again() -> Job:
    job = _running("waiting_again")
    return job.retry(lease_of(job), a_failure(), not_before=LATER, now=LATER, refused=True)


JOBS = {
    "queued": a_job("queued", request=WORDS, **FROM_A_DOOR),
    "picture": a_job("picture", request=parse_request({"input": {"image": "0123", "verb": "flying"}})),
    "running": _running("running"),
    "waiting_again": _waiting_again(),
    "succeeded": _succeeded(),
    "failed": failed(_running("failed"), now=LATER),
    "canceled": a_job("canceled").request_cancel(now=LATER),
    "tried_again": _tried_again(),
}
