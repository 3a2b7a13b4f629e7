"""`lumen batch status`, `list` and `cancel`."""

from typing import TYPE_CHECKING, Any

import click

from cli.batch.jobs import batches_of, named
from cli.batch.wait import ENDS, OPEN, words_of
from cli.batch.words import listed, many, one_line
from cli.context import Context
from cli.options import as_json
from cli.render import age, columns, print_json, say
from cli.who import audit_of

if TYPE_CHECKING:
    from jobs.batch import Batch

HEADING = ("NAME", "AGE", "JOBS", "SUCCEEDED", "FAILED", "CANCELED", "TO DO", "ID")
BAR_CHARS = 40
FAILED_SHOWN_MAX = 5


@click.command("status")
@click.argument("name")
@as_json
@click.pass_obj
def status_command(context: Context, name: str, json_: bool) -> None:
    """Say how far batch NAME is. NAME may be its id, too."""
    batch = named(context, name)
    counts = words_of(batches_of(context).counts(batch))
    if json_:
        print_json(data_of(batch, counts))
        return
    now, there = context.platform.store.now(), sum(counts.values())
    click.echo(f"{one_line(batch.name)}  {batch.id}  {age(batch.created_at, now)} old")
    click.echo(f"  {_bar(counts)}  {there - _open(counts):,}/{batch.total:,}")
    click.echo(f"  {listed((count, status) for status, count in counts.items())}")
    if there < batch.total:
        gone = many(batch.total - there, "job")
        say(f"  {gone} of {batch.total:,} not there: its submit was cut off, or they were removed since.")
    if counts["failed"]:
        _say_failed(context, batch)


@click.command("list")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@click.option("--after", metavar="ID", help="Go on behind this batch.")
@as_json
@click.pass_obj
def list_command(context: Context, limit: int, after: str | None, json_: bool) -> None:
    """List your batches, newest first. With --json: one a line."""
    batches = batches_of(context)
    found = [(batch, words_of(batches.counts(batch))) for batch in batches.find(limit=limit, after=after)]
    if json_:
        for batch, counts in found:
            print_json(data_of(batch, counts))
        return
    if not found:
        say("No batches. Begin one: lumen batch submit concepts.txt --name NAME")
        return
    now = context.platform.store.now()
    rows = [
        (one_line(batch.name), age(batch.created_at, now), f"{batch.total:,}", *_cells(counts), batch.id)
        for batch, counts in found
    ]
    for line in columns([HEADING, *rows]):
        click.echo(line)
    if len(found) == limit:
        say(f"More: lumen batch list --after {found[-1][0].id}")


@click.command("cancel")
@click.argument("name")
@click.option("--reason", "why", default="", metavar="TEXT", help="Why, for whoever looks at it later.")
@as_json
@click.pass_obj
def cancel_command(context: Context, name: str, why: str, json_: bool) -> None:
    """Ask for the end of all jobs of batch NAME: at once while queued, within seconds while running."""
    batch, batches = named(context, name), batches_of(context)
    with audit_of(context).entry("batch.cancel", why=why, ids=(batch.id,)) as counts:
        while asked := batches.cancel(batch):  # a thousand at a time, until there is nobody left to ask
            counts["canceled"] += asked
    if json_:
        print_json({**data_of(batch, words_of(batches.counts(batch))), "asked": counts["canceled"]})
    else:
        click.echo(f"{one_line(batch.name)}: {many(counts['canceled'], 'job')} asked to end")


def data_of(batch: "Batch", counts: dict[str, int]) -> dict[str, Any]:
    """As the API has it."""
    request_counts = {"total": sum(counts.values()), **counts}
    return {**batch.model_dump(mode="json"), "request_counts": request_counts, "done": not _open(counts)}


def _cells(counts: dict[str, int]) -> tuple[str, ...]:
    return (*(f"{counts[status]:,}" for status in ENDS), f"{_open(counts):,}")


def _open(counts: dict[str, int]) -> int:
    return sum(counts[status] for status in OPEN)


def _bar(counts: dict[str, int]) -> str:
    """Green for what succeeded, red for what did not, and the rest to do."""
    total = max(sum(counts.values()), 1)
    good = counts["succeeded"] * BAR_CHARS // total
    bad = -(-(counts["failed"] + counts["canceled"]) * BAR_CHARS // total)
    bad = min(bad, BAR_CHARS - good)
    parts = [("━" * good, "green"), ("━" * bad, "red"), ("─" * (BAR_CHARS - good - bad), "bright_black")]
    return "".join(click.style(text, fg=color) for text, color in parts)


def _say_failed(context: Context, batch: "Batch") -> None:
    from jobs.job_store import JobQuery
    from jobs.status import JobStatus

    wanted = JobQuery(JobStatus.FAILED, batch.owner, batch.id)
    for job in context.client.find(wanted, limit=FAILED_SHOWN_MAX):
        if job.error:
            say(f"  {job.id}  {job.error.reason.value}  {one_line(job.error.message)}")
    say(f"All that failed: lumen dlq list --filter batch={batch.id}")
