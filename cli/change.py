"""`lumen cancel` and `delete`."""

import click

from cli.context import Context
from cli.options import as_json
from cli.render import as_data, print_json, say, state


@click.command("cancel")
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True)
@as_json
@click.pass_obj
def cancel_command(context: Context, job_ids: tuple[str, ...], json_: bool) -> None:
    """Ask for the end of the jobs ID...: at once while queued, within seconds while running."""
    for job_id in job_ids:
        job = context.client.cancel(job_id)
        if json_:
            print_json(as_data(job))
        else:
            click.echo(f"{job.id}  {state(job)}")


@click.command("delete")
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def delete_command(context: Context, job_ids: tuple[str, ...], yes: bool, json_: bool) -> None:
    """Remove the jobs ID... and their files. A running job has to be canceled first."""
    if not yes:
        click.confirm(f"Remove {len(job_ids)} jobs and their files for good?", abort=True, err=True)
    for job_id in job_ids:
        context.client.delete(job_id)
        if not json_:
            say(f"removed {job_id}")
    if json_:
        print_json({"removed": list(job_ids)})
