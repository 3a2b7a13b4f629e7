"""`lumen make`: the whole house for one concept, in a folder that is gone afterwards."""

import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from cli.context import Context
from cli.convert import converted, formats
from cli.options import as_json, request_from, wishes
from cli.render import EXIT_BY_STATUS, as_data, follow, job_text, print_json, say

if TYPE_CHECKING:
    from jobs.job import Job
    from jobs.request import JobRequest
    from worker.main import Worker


@click.command("make")
@wishes
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True)
@formats
@as_json
@click.pass_obj
def make_command(
    context: Context,
    /,
    words: tuple[str, ...],
    picture: IO[bytes] | None,
    out: Path,
    wanted: tuple[str, ...],
    json_: bool,
    **asked: object,
) -> int:
    """Make WORDS, or what a picture shows, here and now, and put the files into a folder. Nothing else is kept.

    The same documents, queue, worker and child process as anywhere, in a temporary folder.
    """
    from worker.main import assemble

    with tempfile.TemporaryDirectory(prefix="lumen-") as data:
        worker = assemble(context.settings.model_copy(update={"data": Path(data), "progress_s": 0.1}))
        try:
            job = _made(worker, request_from(worker.platform.client(), words, picture=picture, **asked))
            paths = converted(worker.platform.client().result(job.id, out), wanted) if job.output else []
        finally:
            worker.close()
        now = worker.platform.store.now()
    if json_:
        print_json(as_data(job))
    else:
        say(job_text(job, now=now))
        for path in paths:
            click.echo(path)
    return EXIT_BY_STATUS[job.status]


def _made(worker: "Worker", request: "JobRequest") -> "Job":
    """Submit it, serve it beside us, follow it to its end."""
    client = worker.platform.client()
    job = client.submit(request)
    worker.host.start()
    worker.door.warm.set()  # nobody else is waiting: the first stage may as well wait for the models
    threading.Thread(target=worker.pull().run, name="pull", daemon=True).start()
    return follow(client.watch(job.id))
