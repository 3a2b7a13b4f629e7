"""`lumen trace`: one job's life, as a picture in the terminal."""

import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from cli.bars import TENTHS_UP_TO_S, seconds_text, span_text
from cli.context import Context
from cli.options import as_json
from cli.render import age, columns, print_json, state, visible, words

if TYPE_CHECKING:
    from datetime import datetime

    from jobs.job import Job
    from jobs.spans import Span

TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


@click.command("trace")
@click.argument("job_id", metavar="ID")
@as_json
@click.pass_obj
def trace_command(context: Context, job_id: str, json_: bool) -> None:
    """Draw the life of job ID: what it waited for, each attempt, each stage.

    From its document alone. Of attempts before the last one the stages are not kept. LUMEN_TRACE_URL makes a link of
    the trace's id, for a tracing system that has more.
    """
    from cli.waterfall import waterfall
    from jobs.spans import spans_of

    job, now = context.client.get(job_id), context.platform.store.now()
    spans = spans_of(job, now)
    trace_id = trace_id_of(job.trace)
    url = context.settings.trace_url.replace("{trace_id}", trace_id) if trace_id else ""
    if json_:
        told = [span.model_dump(mode="json") for span in spans]
        print_json({"job_id": job.id, "trace_id": trace_id, "url": url, "spans": told})
        return
    for line in (*_head(job, now), "", *waterfall(spans, shutil.get_terminal_size().columns), *_attempts(spans)):
        click.echo(line)
    for line in _end(job, spans):
        click.echo(line)
    if trace_id:
        click.echo(f"\ntrace {trace_id}" + (f"\n{url}" if url else ""))


def trace_id_of(traceparent: str) -> str:
    """The trace's id in a W3C traceparent; "" where there is none."""
    found = TRACEPARENT.fullmatch(traceparent)
    return found[1] if found else ""


def _head(job: "Job", now: "datetime") -> Iterator[str]:
    yield f"{job.id}  {visible(words(job))}  {state(job)}  ({job.input.quality.value}, seed {job.input.seed})"
    total = (job.completed_at or now) - job.created_at
    made = f"made {job.created_at:%Y-%m-%d %H:%M:%S} UTC, {age(job.created_at, now)} ago"
    yield f"{made}; {'took' if job.done else 'so far'} {_took(total.total_seconds())}"


def _took(seconds: float) -> str:
    return span_text(seconds) if seconds >= TENTHS_UP_TO_S else f"{seconds_text(seconds)} s"


def _attempts(spans: "tuple[Span, ...]") -> Iterator[str]:
    """Who worked on it, and how that ended."""
    rows = [
        tuple(
            " ".join(visible(text).split())
            for text in (span.name, span.worker or "", span.outcome or "goes on", span.message)
        )
        for span in spans
        if span.kind == "attempt"
    ]
    if rows:
        yield from ("", *columns(rows))


def _end(job: "Job", spans: "tuple[Span, ...]") -> Iterator[str]:
    """What came of it, and what came after."""
    if job.error:
        at = "/".join(filter(None, (job.error.route, job.error.stage))) or "no stage"
        yield f"\n{job.error.reason.value} at {visible(at)}: {visible(job.error.message)}"
    for span in spans:
        if span.kind == "point":
            yield f"{span.name} {span.start:%Y-%m-%d %H:%M:%S} UTC  {visible(span.message)}".rstrip()
