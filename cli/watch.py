"""`lumen watch`: follow jobs until they are done."""

import click

from cli.context import Context
from cli.options import as_json
from cli.render import EXIT_BY_STATUS, as_data, job_text, print_json
from cli.submit import wait_for


@click.command("watch")
@click.argument("job_ids", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--timeout", "timeout_s", type=float, help="Seconds to wait for each; the job goes on afterwards (exit 5)."
)
@as_json
@click.pass_obj
def watch_command(context: Context, job_ids: tuple[str, ...], timeout_s: float | None, json_: bool) -> int:
    """Follow the jobs ID..., one after the other. With --json: a line for each change.

    The exit code is the worst of them: 0 succeeded, 3 failed, 4 canceled, 5 still running.
    """
    code = 0
    for job_id in job_ids:
        if json_:
            for job in context.client.watch(job_id, timeout_s=timeout_s):
                print_json(as_data(job))
            last = context.client.get(job_id)
        else:
            last = wait_for(context.client, context.client.get(job_id), timeout_s)
            click.echo(job_text(last, now=context.platform.store.now()))
        code = max(code, EXIT_BY_STATUS[last.status])
    return code
