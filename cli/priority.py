"""`lumen priority`: another place in the queue for a job that waits."""

import click

from cli.context import Context
from cli.options import as_json
from cli.render import as_data, print_json, say
from cli.who import audit_of


@click.command("priority")
@click.argument("job_id", metavar="ID")
@click.argument("priority", type=click.Choice(["high", "normal", "low"]))
@click.option("--reason", "why", default="", metavar="TEXT", help="Why, for whoever looks at it later.")
@as_json
@click.pass_obj
def priority_command(context: Context, job_id: str, priority: str, why: str, json_: bool) -> None:
    """Give job ID another priority while it waits.

    It stands behind its owner's other jobs of that priority; the next worker that is free sees it there.
    """
    from jobs.request import Priority

    wanted = Priority[priority.upper()]
    before = context.client.get(job_id)
    before.reprioritize(wanted, turn=before.turn)  # raises before anything is on record
    with audit_of(context).entry("jobs.priority", why=why, ids=(job_id,)) as counts:
        job = context.client.prioritize(job_id, wanted)
        counts[f"to {priority}"] = 1
    ahead = context.client.position(job)
    if json_:
        print_json(as_data(job) | {"ahead": ahead})
        return
    click.echo(f"{job.id}  {before.priority.name.lower()} -> {priority}")
    if ahead is not None:
        say(f"{ahead:,} ahead of it.")
