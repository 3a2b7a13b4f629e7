"""Processes that are killed, told to end or frozen in the middle of a job, and jobs that are canceled there."""

import json
import os
import signal
import time
from dataclasses import dataclass

from jobs.job import Job
from tests.benchmarks.stress.scene import send
from tests.benchmarks.stress.stages import AGAIN
from tests.benchmarks.stress.strikes import Run, Strike, short, times
from tests.benchmarks.stress.submits import CANCELED, SUCCEEDED
from tests.house import Running
from tests.waiting import gone, status_of, until

LONG_S = 60.0  # only a run that goes wrong waits that long


@dataclass(frozen=True, slots=True)
class Standing:
    """A job that stands still in the middle of its shaping, who has it, and the pid of the model process."""

    id: str
    seed: int
    worker: Running
    child: int

    @property
    def where(self) -> str:
        return f"{short(self.id)} at shape, worker {self.worker.pid}"


def standing(run: Run, number: int, *, expected: str = SUCCEEDED) -> Standing:
    special = run.struck(f"stands {number}", expected=expected)
    job = run.versions.becomes(special.id, "running")
    child = int(json.loads(run.mark(special).read_text())["pid"])
    return Standing(special.id, special.seed, run.scene.worker_of(job), child)


def release(run: Run, held: Standing) -> None:
    (run.scene.marks / f"release-{held.seed}").touch()


def events(job: Job) -> list[str | None]:
    return [attempt.event for attempt in job.attempts]


def told(job: Job) -> str:
    """Its attempts, in short."""
    return f"{job.status}: {', '.join(str(event) for event in events(job))}; claimed {times(job.claims)}"


# --- faults -------------------------------------------------------------------------------------------


def a_worker_is_killed(run: Run) -> Strike:
    held = standing(run, 0)
    family, at, since = held.worker.family(), run.scene.at(), time.monotonic()
    for pid in family:
        send(pid, signal.SIGKILL)
    run.versions.until(lambda: run.versions.claims(held.id) == 2, "another worker has it")
    back_s = time.monotonic() - since
    run.scene.replace(held.worker)
    done = run.versions.ended(held.id)
    return Strike(
        "a worker is killed in a stage",
        f"{at}: SIGKILL to its {len(family)} processes, {held.where}",
        f"{told(done)}; another had it after {back_s:.1f} s",
        events(done) == ["lapse", "finish"],
    )


def a_worker_is_told_to_end(run: Run) -> Strike:
    held = standing(run, 1)
    left, at, since = run.versions.job(held.id).attempts_left, run.scene.at(), time.monotonic()
    held.worker.send(signal.SIGTERM)
    run.versions.until(lambda: "hand_back" in events(run.versions.job(held.id)), "it is given back")
    back_s = time.monotonic() - since
    run.scene.replace(held.worker)
    done = run.versions.ended(held.id)
    return Strike(
        "a worker is told to end in a job",
        f"{at}: SIGTERM, {held.where}",
        f"{told(done)}; handed back after {back_s:.1f} s, attempts spent: {done.attempt}",
        events(done) == ["hand_back", "finish"] and done.attempt == 1 and done.attempts_left == left,
    )


def a_worker_sleeps_through_its_lease(run: Run) -> Strike:
    held = standing(run, 2)
    at, family = run.scene.at(), held.worker.family()
    _freeze(family)
    done = run.versions.ended(held.id)
    versions = len(_versions(run, held.id))
    release(run, held)
    for pid in family:
        send(pid, signal.SIGCONT)
    until(lambda: f"{held.id}: lost" in held.worker.said(), "the sleeper sees what happened", within_s=LONG_S)
    theirs = [blob.name for blob in run.scene.house.platform.bucket.find(f"jobs/{held.id}/")]
    foreign = [name for name in theirs if not name.startswith(f"jobs/{held.id}/{done.claims}/")]
    wrote = len(_versions(run, held.id)) - versions
    return Strike(
        "a worker sleeps through its lease and wakes up",
        f"{at}: SIGSTOP, SIGCONT after the job's end, {held.where}",
        f"{told(done)}; the sleeper saw `lost` and wrote {wrote} times, kept {len(foreign)} files",
        events(done) == ["lapse", "finish"] and wrote == 0 and not foreign,
    )


def the_model_process_is_killed(run: Run) -> Strike:
    held, at = standing(run, 3), run.scene.at()
    send(held.child, signal.SIGKILL)
    done = run.versions.ended(held.id)
    why = done.output.refusals if done.output else ()
    return Strike(
        "the model process is killed",
        f"{at}: SIGKILL to {held.child}, {held.where}",
        f"{told(done)}; {'; '.join(why)}",
        any("SIGKILL" in each for each in why) and done.output is not None and done.output.route == AGAIN,
    )


def a_running_job_is_canceled(run: Run) -> Strike:
    held, at, since = standing(run, 4, expected=CANCELED), run.scene.at(), time.monotonic()
    status, _ = run.submits.ask("POST", f"/v1/jobs/{held.id}/cancel", owner="ada")
    done = run.versions.ended(held.id)
    return Strike(
        "a running job is canceled",
        f"{at}: POST cancel (answer {status}), {held.where}",
        f"{told(done)} after {time.monotonic() - since:.1f} s",
        status == 202 and done.status == CANCELED and events(done) == ["cancel"],
    )


def a_worker_dies_of_a_cancel(run: Run) -> Strike:
    held, at = standing(run, 5, expected=CANCELED), run.scene.at()
    family = held.worker.family()
    _freeze(family)
    status, _ = run.submits.ask("POST", f"/v1/jobs/{held.id}/cancel", owner="ada")
    for pid in family:
        send(pid, signal.SIGKILL)
    run.scene.replace(held.worker)
    done = run.versions.ended(held.id)
    return Strike(
        "somebody cancels, and the worker dies of it",
        f"{at}: SIGSTOP, POST cancel (answer {status}), SIGKILL, {held.where}",
        told(done),
        status == 202 and done.status == CANCELED,
    )


def _freeze(family: list[int]) -> None:
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    until(lambda: all(status_of(pid) == "T" or gone(pid) for pid in family), "they stand still")


def _versions(run: Run, job_id: str) -> list[object]:
    return [each for each in run.versions.written if each.key == job_id]


LANE = (
    a_worker_is_killed,
    a_worker_is_told_to_end,
    a_worker_sleeps_through_its_lease,
    the_model_process_is_killed,
    a_running_job_is_canceled,
    a_worker_dies_of_a_cancel,
)
