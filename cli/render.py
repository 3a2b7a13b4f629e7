"""How jobs look in a terminal: a bar where somebody watches, plain lines where nobody does."""

import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from jobs.job import Job

EXIT_BY_STATUS = {"succeeded": 0, "failed": 3, "canceled": 4}
COLORS = {"succeeded": "green", "failed": "red", "canceled": "yellow", "running": "cyan"}
GAP = 2  # between two columns
HEX_BYTES = 24  # in a line
LAST_MIN = 8  # of the last column, however narrow the terminal


def say(text: str) -> None:
    """Talk: to stderr."""
    click.echo(text, err=True)


@contextmanager
def stopped(sentence: str) -> Iterator[None]:
    """Whatever stops what is done inside, Ctrl-C too: whoever sees it is told how to go on."""
    try:
        yield
    except BaseException:
        say(sentence)
        raise


def print_json(value: Any) -> None:
    """Data: one JSON value on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None))


def as_data(job: "Job") -> dict[str, Any]:
    """The job document, as `lumen schema job` describes it."""
    return job.model_dump(mode="json")


def state(job: "Job") -> str:
    """The status in a word; what runs although its end was asked for reads as canceling."""
    word = "canceling" if job.cancel_requested and not job.done else job.status.value
    return click.style(word, fg=COLORS.get(word))


def words(job: "Job") -> str:
    return job.input.words


def job_text(job: "Job", *, position: int | None = None, now: datetime) -> str:
    """Everything worth knowing about one job, in a few lines."""
    lines = [f"{job.id}  {words(job)}  {state(job)}  ({job.input.quality.value}, seed {job.input.seed})"]
    if position is not None:
        lines.append(f"  {position} ahead of it")
    wide = max([9, *(len(stage.name) + 1 for stage in job.stages)])
    if job.stage:
        lines.append(f"  {job.stage.label.lower()}  {job.progress} %")
    lines += [
        f"  {stage.name:<{wide}}{stage.seconds:7.2f} s{'  from the shelf' if stage.hit else ''}" for stage in job.stages
    ]
    if job.output:
        lines.append(f"  {job.output.template}, by route {job.output.route}")
        lines += [f"  not by {refusal}" for refusal in job.output.refusals]
        lines += [f"  overcome: {remedy}" for remedy in job.output.remedies]
        lines += [f"  licences: {', '.join(job.output.licences)}"] if job.output.licences else []
        lines += [
            f"  {part.name:<14}{part.faces:>8,} faces {part.points:>6,} points  {part.color}"
            for part in job.output.parts
        ]
    if job.error:
        lines.append(f"  {job.error.reason.value} in {job.error.stage or 'no stage'}: {job.error.message}")
    lines += [f"  on worker {visible(job.lease.holder)}"] if job.lease else []
    lines.append(f"  created {age(job.created_at, now)} ago, attempt {job.attempt}, {job.attempts_left} left")
    return "\n".join(lines)


def table(jobs: Iterable["Job"], now: datetime) -> Iterator[str]:
    """A line a job, under a heading."""
    yield f"{'ID':<28}{'PROMPT':<26}{'STATUS':<11}{'STAGE':<9}{'TRY':<5}AGE"
    for job in jobs:
        stage = job.stage.name if job.stage else (job.error.stage if job.error else None) or ""
        status = state(job) + " " * (11 - len(click.unstyle(state(job))))
        tries = f"{job.attempt}/{job.attempt + job.attempts_left}"
        yield f"{job.id:<28}{words(job)[:24]:<26}{status}{stage:<9}{tries:<5}{age(job.created_at, now)}"


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows with each column as wide as its widest cell; on a terminal the last one ends where the line does."""
    from rich.cells import cell_len, set_cell_size

    widths = [max(map(cell_len, cells)) for cells in list(zip(*rows, strict=True))[:-1]]
    left = shutil.get_terminal_size().columns - sum(widths) - GAP * len(widths) if sys.stdout.isatty() else None
    for *cells, last in rows:
        if left is not None and cell_len(last) > max(left, LAST_MIN):
            last = set_cell_size(last, max(left, LAST_MIN) - 1).rstrip() + "…"  # noqa: PLW2901 (the same cell, shorter)
        aligned = (set_cell_size(cell, width + GAP) for cell, width in zip(cells, widths, strict=True))
        yield ("".join(aligned) + last).rstrip()


def visible(text: str) -> str:
    """Without what a terminal would obey: a stranger's words may hold its control sequences."""
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def hex_of(data: bytes) -> str:
    """As many lines as it takes."""
    return "\n".join(data[start : start + HEX_BYTES].hex(" ") for start in range(0, len(data), HEX_BYTES))


def age(then: datetime, now: datetime) -> str:
    """How long ago, in its largest unit."""
    seconds = max(int((now - then).total_seconds()), 0)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def follow(changes: Iterable["Job"]) -> "Job":
    """Show a job's progress on stderr until it is done; the job as it was last seen."""
    with _display() as show:
        last = None
        for last in changes:
            show(last)
    assert last is not None  # a watch gives the job at least once
    return last


@contextmanager
def _display() -> Iterator[Any]:
    if not sys.stderr.isatty():
        yield Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("queued", total=100)

        def show(job: "Job") -> None:
            label = job.stage.label if job.stage else job.status.value
            progress.update(task, completed=job.progress, description=label)

        yield show


class Lines:
    """For logs and pipes: a line whenever a stage is done or the status changes, and nothing twice."""

    def __init__(self) -> None:
        self._said: set[tuple[int, str]] = set()

    def __call__(self, job: "Job") -> None:
        for stage in job.stages:
            self._once(job, f"  {stage.name:<9} done {stage.seconds:7.2f} s{'  from the shelf' if stage.hit else ''}")
        if job.stage and job.stage.progress:
            self._once(job, f"  {job.stage.name:<9} {job.progress:3d} %  {job.stage.message}")
        elif not job.done:
            self._once(job, f"  {job.status.value}")

    def _once(self, job: "Job", line: str) -> None:
        if (job.claims, line) not in self._said:
            self._said.add((job.claims, line))
            say(line)
