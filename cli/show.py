"""`lumen get`, `list` and `result`: look at jobs, take what they made."""

from datetime import timedelta
from pathlib import Path

import click

from cli.context import Context
from cli.convert import converted, formats
from cli.options import as_json
from cli.render import as_data, job_text, print_json, say, table

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Span(click.ParamType[timedelta]):
    """A span of time: 90s, 10m, 24h, 7d."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        text = str(value)
        if text[-1:] not in UNITS or not text[:-1].isdigit():
            self.fail(f"{text!r} is not a span like 90s, 10m, 24h or 7d", param, ctx)
        return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


@click.command("get")
@click.argument("job_id", metavar="ID")
@as_json
@click.pass_obj
def get_command(context: Context, job_id: str, json_: bool) -> None:
    """Show job ID: where it is, what it took, what came of it."""
    job = context.client.get(job_id)
    if json_:
        print_json(as_data(job))
        return
    click.echo(job_text(job, position=context.client.position(job), now=context.platform.store.now()))


@click.command("list")
@click.option("--status", type=click.Choice(["queued", "running", "succeeded", "failed", "canceled"]))
@click.option("--batch", "batch_id", help="Only jobs of this batch.")
@click.option("--tag", help="Only jobs with this tag.")
@click.option("--since", type=Span(), help="Only jobs created since: 90s, 10m, 24h, 7d.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--after", metavar="ID", help="Go on behind this job.")
@as_json
@click.pass_obj
def list_command(
    context: Context,
    status: str | None,
    batch_id: str | None,
    tag: str | None,
    since: timedelta | None,
    limit: int,
    after: str | None,
    json_: bool,
) -> None:
    """List jobs, newest first. With --json: one job a line."""
    from jobs.job_store import JobQuery
    from jobs.status import JobStatus

    now = context.platform.store.now()
    wanted = JobQuery(
        status=JobStatus(status) if status else None,
        batch_id=batch_id,
        tag=tag,
        created_since=now - since if since else None,
    )
    jobs = context.client.find(wanted, limit=limit, after=after)
    if json_:
        for job in jobs:
            print_json(as_data(job))
        return
    for line in table(jobs, now):
        click.echo(line)
    if len(jobs) == limit:
        say(f"More: lumen list --after {jobs[-1].id}")


@click.command("result")
@click.argument("job_id", metavar="ID")
@click.option("--download", "folder", type=click.Path(path_type=Path), help="Folder; without: one named after the job.")
@formats
@click.option("--links", is_flag=True, help="Download nothing: print an address for each file, good for an hour.")
@as_json
@click.pass_obj
def result_command(
    context: Context, job_id: str, folder: Path | None, wanted: tuple[str, ...], links: bool, json_: bool
) -> None:
    """Download the files of job ID."""
    if links:
        addresses = context.client.links(job_id)
        if json_:
            print_json(addresses)
        else:
            click.echo("\n".join(addresses.values()))
        return
    paths = converted(context.client.result(job_id, folder or Path(job_id)), wanted)
    if json_:
        print_json([str(path) for path in paths])
        return
    for path in paths:
        click.echo(path)
