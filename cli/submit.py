"""`lumen submit`: write the job, wake somebody, and follow it if asked."""

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json, request_from, wishes
from cli.render import EXIT_BY_STATUS, as_data, follow, job_text, print_json, say, words

if TYPE_CHECKING:
    from jobs.client import JobClient
    from jobs.job import Job


@click.command("submit")
@wishes
@click.option("--priority", default="normal", help="high, normal or low.", show_default=True)
@click.option("--tag", "tags", multiple=True, help="May be given up to ten times.")
@click.option("--start-by", metavar="TIME", help="Give up if not started by then: an ISO time with its zone.")
@click.option("--key", help="Idempotency key: the same key always means the same job.")
@click.option("--wait", is_flag=True, help="Follow it to its end; the exit code tells which.")
@click.option("--timeout", "timeout_s", type=float, help="Seconds to wait; the job goes on afterwards (exit 5).")
@click.option("--download", type=click.Path(path_type=Path), help="With --wait: put the files into this folder.")
@as_json
@click.pass_obj
def submit_command(
    context: Context,
    /,
    words: tuple[str, ...],
    picture: IO[bytes] | None,
    key: str | None,
    wait: bool,
    timeout_s: float | None,
    download: Path | None,
    json_: bool,
    **wanted: object,
) -> int:
    """Submit a job for WORDS, or for a picture; without --wait its id is printed and that is all."""
    job = context.client.submit(request_from(context.client, words, picture=picture, **wanted), key=key)
    say(f"Submitted {job.id}  ({job.input.quality.value}, seed {job.input.seed})")
    if not wait:
        print_json(as_data(job)) if json_ else click.echo(job.id)
        return 0
    job = wait_for(context.client, job, timeout_s)
    if download and job.output:
        say("\n".join(str(path) for path in context.client.result(job.id, download)))
    print_json(as_data(job)) if json_ else click.echo(job_text(job, now=context.platform.store.now()))
    return EXIT_BY_STATUS[job.status]


def wait_for(client: "JobClient", job: "Job", timeout_s: float | None) -> "Job":
    """Follow to the end. Ctrl-C ends the waiting, not the work, and says how to go on."""
    try:
        return follow(client.watch(job.id, timeout_s=timeout_s))
    except KeyboardInterrupt:
        say(f"{words(job)} goes on. Resume: lumen watch {job.id}   Stop it: lumen cancel {job.id}")
        raise click.Abort from None
