"""Stages that hang, crash, eat memory, fail in passing or give what cannot be used: what the documents say of them."""

import json
import time
from collections.abc import Callable

from jobs.job import Job
from tests.benchmarks.stress.deaths import told
from tests.benchmarks.stress.stages import AGAIN, BUDGET_S, FIRST, SEEDS, TROUBLES
from tests.benchmarks.stress.strikes import Run, Strike, short, times
from tests.benchmarks.stress.submits import SUCCEEDED
from tests.waiting import gone, until

LONG_S = 60.0  # only a run that goes wrong waits that long
FREED_S = 5.0  # the grace of 2 s, and what a busy machine takes to see and to reap

Check = Callable[[Job], bool]


def trouble(name: str, fault: str, check: Check, *, quality: str = "draft") -> Callable[[Run], Strike]:
    """A job that has this trouble, and what its document has to say of it."""

    def act(run: Run) -> Strike:
        job_id, at = run.submits.special(name, quality=quality), run.scene.at()
        done = run.versions.ended(job_id)
        return Strike(fault, f"{at}: {short(job_id)} at shape, {_struck(run, name)}", _said(done), check(done))

    act.__name__ = fault.replace(" ", "_")
    return act


def a_stage_hangs(run: Run) -> Strike:
    job_id, at = run.submits.special("hangs"), run.scene.at()
    mark = run.scene.marks / f"{SEEDS['hangs']}-{FIRST}-0"
    until(mark.exists, "it hangs", within_s=LONG_S)
    said = json.loads(mark.read_text())
    until(lambda: gone(int(said["pid"])), "its process is gone", within_s=LONG_S)
    late_s = time.monotonic() - float(said["at"]) - BUDGET_S
    done = run.versions.ended(job_id)
    return Strike(
        "a stage hangs",
        f"{at}: {short(job_id)} at shape, {_struck(run, 'hangs')}, the interpreter's lock in its hand",
        f"killed {late_s:.1f} s after its deadline of {BUDGET_S:g} s; {_said(done)}",
        late_s < FREED_S and _fell_back(done, "took longer than it may"),
    )


def _struck(run: Run, name: str) -> str:
    marks = [sum(1 for _ in run.scene.marks.glob(f"{SEEDS[name]}-{route}-*")) for route in TROUBLES[name].tries]
    return f"struck {times(sum(marks))}"


def _said(done: Job) -> str:
    if done.output is None:
        return told(done)
    return "; ".join([f"{told(done)}; by {done.output.route}", *done.output.refusals, *done.output.remedies])


def _fell_back(job: Job, why: str) -> bool:
    output = job.output
    return output is not None and output.route == AGAIN and any(why in each for each in output.refusals)


def _remedied(job: Job, times: int, how: str) -> bool:
    output = job.output
    remedies = [each for each in output.remedies if how in each] if output else []
    return output is not None and output.route == FIRST and len(remedies) == times


LANE = (
    trouble("segfaults", "a stage crashes its process", lambda job: _fell_back(job, "SIGSEGV")),
    trouble(
        "crashes",
        "every route crashes in an attempt",
        lambda job: [each.event for each in job.attempts] == ["retry", "finish"] and job.status == SUCCEEDED,
    ),
    trouble(
        "hoards",
        "a stage exhausts the memory",
        lambda job: _remedied(job, 1, "made with quality draft"),
        quality="standard",
    ),
    trouble("gpu fault", "a passing fault of the GPU", lambda job: _remedied(job, 2, "tried again")),
    trouble(
        "gpu full",
        "the GPU is out of memory",
        lambda job: _remedied(job, 1, "made with quality draft"),
        quality="standard",
    ),
    trouble("refused", "a mesh is refused", lambda job: _fell_back(job, "missing parts")),
    a_stage_hangs,
)
