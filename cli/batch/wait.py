"""Waiting for a batch: one bar, and one line at the end."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cli.batch.board import board
from cli.batch.jobs import batches_of
from cli.batch.speed import Speed
from cli.batch.words import listed, many, one_line, span
from cli.context import Context
from cli.render import say

if TYPE_CHECKING:
    from jobs.batch import Batch
    from jobs.status import JobStatus

LOOK_EVERY_S = 1.0  # five counts a look, each the price of a read and of one more per thousand jobs
FAILED, CANCELED, PARTLY = 3, 4, 8  # exit codes: interface of cli/main.py
OPEN = ("queued", "running")
ENDS = ("succeeded", "failed", "canceled")


def wait_for(context: Context, batch: "Batch", *, timeout_s: float | None) -> dict[str, int]:
    """Its jobs by status, once none waits or runs. Raises: StillRunning after `timeout_s`; BackendDown."""
    from jobs.errors import StillRunning

    clock, batches = context.platform.clock, batches_of(context)
    begun, speed = clock.monotonic(), Speed(clock)
    try:
        with board(batch.name, clock) as show:
            while True:
                counts = words_of(batches.counts(batch))
                done = sum(counts[status] for status in ENDS)
                left = sum(counts[status] for status in OPEN)
                speed.saw(done)
                show(done, done + left, progress(counts, speed.left_s(left)))
                if not left:
                    break
                if timeout_s is not None and clock.monotonic() - begun >= timeout_s:
                    raise StillRunning(f"{batch.name}: {many(left, 'job')} still to do; it goes on without us.")
                clock.sleep(LOOK_EVERY_S)
    except KeyboardInterrupt:
        say(f"{one_line(batch.name)} goes on. Look: lumen batch status   Stop it: lumen batch cancel")
        raise
    say(summary(batch.name, counts, clock.monotonic() - begun))
    return counts


def words_of(counts: "Mapping[JobStatus, int]") -> dict[str, int]:
    return {status.value: count for status, count in counts.items()}


def progress(counts: Mapping[str, int], left_s: float | None) -> str:
    """What a bar cannot say."""
    said = [(counts["failed"], "failed"), (counts["canceled"], "canceled"), (counts["running"], "running")]
    eta = f"{span(left_s)} left" if left_s else ""
    return ", ".join(filter(None, (listed(said, or_else=""), eta)))


def summary(name: str, counts: Mapping[str, int], seconds: float) -> str:
    """The one notification, for whoever has waited."""
    ends = listed((counts[status], status) for status in ENDS)
    return f"{one_line(name)} is over: {ends} of {many(sum(counts.values()), 'job')}, after {span(seconds)}."


def exit_code(counts: Mapping[str, int] | None, *, bad_rows: bool) -> int:
    """0 when every row has its object; 3 or 4 when none has and the jobs all failed, or were all canceled; else 8.

    `counts` is None where nobody waited.
    """
    if counts is None:
        return PARTLY if bad_rows else 0
    missed = counts["failed"] + counts["canceled"]
    if missed and not counts["succeeded"] and not bad_rows and missed in {counts["failed"], counts["canceled"]}:
        return FAILED if counts["failed"] else CANCELED
    return PARTLY if missed or bad_rows else 0
