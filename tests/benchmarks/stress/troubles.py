"""Stages that hang, crash, eat memory, fail in passing or give what cannot be used: what the documents say of them."""

import json
import time
from collections.abc import Callable

from jobs.job import Job
from tests.benchmarks.stress.deaths import told
from tests.benchmarks.stress.stages import AGAIN, BUDGET_S, FIRST
from tests.benchmarks.stress.strikes import Run, Strike, short, times
from tests.benchmarks.stress.submits import SUCCEEDED, Special
from tests.waiting import gone, until

LONG_S = 60.0  # only a run that goes wrong waits that long
FREED_S = 5.0  # the grace of 2 s, and what a busy machine takes to see and to reap

Check = Callable[[Job], bool]


def trouble(name: str, fault: str, check: Check, *, quality: str = "draft") -> Callable[[Run], Strike]:
    """A job that has this trouble, and what its document has to say of it."""

    def act(run: Run) -> Strike:
        special, at = run.struck(name, quality=quality), run.scene.at()
        done = run.versions.ended(special.id)
        return Strike(fault, f"{at}: {_where(run, special)}", _said(done), check(done))

    act.__name__ = fault.replace(" ", "_")
    return act


def a_stage_hangs(run: Run) -> Strike:
    special, at = run.struck("hangs"), run.scene.at()
    said = json.loads(run.mark(special).read_text())
    until(lambda: gone(int(said["pid"])), "its process is gone", within_s=LONG_S)
    late_s = time.monotonic() - float(said["at"]) - BUDGET_S
    done = run.versions.ended(special.id)
    return Strike(
        "a stage hangs",
        f"{at}: {_where(run, special)}, the interpreter's lock in its hand",
        f"killed {late_s:.1f} s after its deadline of {BUDGET_S:g} s; {_said(done)}",
        late_s < FREED_S and _fell_back(done, "took longer than it may"),
    )


def _where(run: Run, special: Special) -> str:
    marks = list(run.scene.marks.glob(f"{special.seed}-*"))
    return f"{short(special.id)} at shape, struck {times(len(marks))}"


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


# What breaks the first route stands apart: three in a row on one worker, and it is passed over.
LANE = (
    trouble("segfaults", "a stage crashes its process", lambda job: _fell_back(job, "SIGSEGV")),
    trouble("gpu fault", "a passing fault of the GPU", lambda job: _remedied(job, 2, "tried again")),
    trouble(
        "gpu full",
        "the GPU is out of memory",
        lambda job: _remedied(job, 1, "made with quality draft"),
        quality="standard",
    ),
    trouble(
        "crashes",
        "every route crashes in an attempt",
        lambda job: [each.event for each in job.attempts] == ["retry", "finish"] and job.status == SUCCEEDED,
    ),
    trouble("refused", "a mesh is refused", lambda job: _fell_back(job, "missing parts")),
    trouble(
        "hoards",
        "a stage exhausts the memory",
        lambda job: _remedied(job, 1, "made with quality draft"),
        quality="standard",
    ),
    a_stage_hangs,
)
