"""How `lumen stats` looks: the queue, who is at work, how jobs ended, why they failed, how long they took."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cli.bars import bar, seconds_text, span_text
from cli.render import COLORS, age, columns, visible

if TYPE_CHECKING:
    from jobs.drain import Mark
    from jobs.pause import Pause
    from jobs.stats import AtWork, Percentiles, QueueState, Stats

BAR_CELLS, SHARE_CELLS = 30, 20
WIDE_MAX = 80
WORKERS_SHOWN_MAX = 10  # a line each; --json has all
ROUTELESS = "(none)"  # failed before any route was tried
ENDED = ("succeeded", "failed", "canceled")


def screen(
    found: "Stats",
    queue: "QueueState",
    busy: "Sequence[AtWork]",
    pause: "Pause",
    marks: "Sequence[Mark]",
    now: datetime,
) -> Iterator[str]:
    """The lines, 80 columns wide unless a name is longer."""
    yield from _queue(queue, pause, now)
    yield from _drained(marks, busy, now)
    yield from _at_work(busy, now)
    yield ""
    yield from _jobs(found, now)
    if found.failures:
        yield from ("", *_failures(found))
    if found.run_seconds:
        yield from ("", *_seconds(found))


def _queue(queue: "QueueState", pause: "Pause", now: datetime) -> Iterator[str]:
    oldest = queue.oldest_queued_seconds
    due = f"the first due for {span_text(oldest)}" if oldest is not None else "none due"
    yield f"{_head('Queue')}  {queue.queued:,} waiting{f', {due}' if queue.queued else ''}; {queue.running:,} running"
    if pause.paused:
        since = f" for {age(pause.paused_at, now)}" if pause.paused_at else ""
        held = f"paused{since} by {pause.by}: {pause.reason}  (lumen resume)"
        yield _note(click.style(" ".join(visible(held).split()), fg="yellow"))
    elif (eta := queue.eta_s(queue.queued)) is not None:
        yield _note(f"a job submitted now would be done in about {span_text(eta)}")


def _drained(marks: "Sequence[Mark]", busy: "Sequence[AtWork]", now: datetime) -> Iterator[str]:
    for mark in marks[:WORKERS_SHOWN_MAX]:
        running = sum(mark.means(each.worker) for each in busy)
        text = f"{mark.worker} is drained for {age(mark.drained_at, now)}, {running} at work: {mark.reason}"
        yield _note(click.style(" ".join(visible(text).split()), fg="yellow"))
    if len(marks) > WORKERS_SHOWN_MAX:
        yield _note(f"and {len(marks) - WORKERS_SHOWN_MAX} more are drained: lumen drain --list")


def _at_work(busy: "Sequence[AtWork]", now: datetime) -> Iterator[str]:
    if not busy:
        return
    rows = [
        (
            visible(each.worker),
            each.job_id,
            "silent" if each.lapsed else f"{each.stage or ''} {each.progress} %".strip(),
            age(each.since, now),
        )
        for each in busy[:WORKERS_SHOWN_MAX]
    ]
    workers = len({each.worker for each in busy})
    yield from ("", f"{_head('At work')}  {workers} worker{'s' * (workers != 1)}")
    yield from (f"  {line}" for line in columns(rows))
    if len(busy) > WORKERS_SHOWN_MAX:
        yield f"  and {len(busy) - WORKERS_SHOWN_MAX} more"


def _jobs(found: "Stats", now: datetime) -> Iterator[str]:
    since = f"made in the last {span_text((now - found.since).total_seconds())}" if found.since else "made"
    if not found.of:
        yield f"{_head('Jobs')}  none {since}"
        return
    newest = "the newest " if found.more else ""
    more = "; there are more" if found.more else ""
    odd = f"; {found.unreadable} cannot be read" if found.unreadable else ""
    yield f"{_head('Jobs')}  {newest}{found.of:,} {since}{more}{odd}"
    readable = sum(found.by_status.values())
    for status in (*ENDED, "running", "queued"):
        count = found.by_status.get(status, 0)
        if count or status in ENDED:
            cells = click.style(f"{bar(count, readable, BAR_CELLS):<{BAR_CELLS}}", fg=COLORS.get(status))
            yield f"  {status:<10}{count:>7,}  {cells}{_percent(count, readable):>8}"


def _failures(found: "Stats") -> Iterator[str]:
    """A reason a line and a route a column; where there are too many routes, each pair a line."""
    routes = sorted({each.route or ROUTELESS for each in found.failures})
    counts = {(each.reason, each.route or ROUTELESS): each.count for each in found.failures}
    longest = max([20, *map(len, found.by_reason)])
    wide = [max(len(route), 6) + 2 for route in routes]
    if 2 + longest + sum(wide) + 8 > WIDE_MAX:
        yield _head("Errors")
        yield from (f"  {each.reason:<{longest}}  {each.route or ROUTELESS}  {each.count:,}" for each in found.failures)
        return
    heads = "".join(f"{route:>{cells}}" for route, cells in zip(routes, wide, strict=True))
    yield f"{_head('Errors', longest + 2)}{heads}{'all':>8}"
    for reason, total in found.by_reason.items():
        told = [counts.get((reason, route), 0) for route in routes]
        line = "".join(f"{count or '·':>{cells}}" for count, cells in zip(told, wide, strict=True))
        yield f"  {reason:<{longest}}{line}{total:>8,}"


def _seconds(found: "Stats") -> Iterator[str]:
    """Stages in the order of a job's life, with a bar for the median so that the slow one is seen at once."""
    run = found.run_seconds
    named: list[tuple[str, Percentiles | None]] = [("in the queue", found.wait_seconds), ("run", run)]
    named += [(f"  {stage}", each) for stage, each in found.stage_seconds.items()]
    longest = max([12, *(len(name) for name, _ in named)])
    yield f"{_head('Seconds', longest + 2)}{'p50':>9}{'p95':>9}{'p99':>9}{'jobs':>8}"
    for name, each in named:
        if each:
            told = "".join(f"{seconds_text(value):>9}" for value in (each.p50, each.p95, each.p99))
            share = bar(each.p50, run.p50, SHARE_CELLS) if run and name.startswith("  ") else ""
            yield f"  {name:<{longest}}{told}{each.of:>8,}" + (f"  {click.style(share, fg='cyan')}" if share else "")


def _head(text: str, wide: int = 7) -> str:
    return click.style(f"{text:<{wide}}", bold=True)


def _note(text: str) -> str:
    return f"{'':<9}{text}"


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %" if count else "–"
