"""`lumen pause` and `resume`: no worker takes another job, until somebody says go on."""

from typing import TYPE_CHECKING

import click

from cli.context import Context
from cli.options import as_json
from cli.render import print_json, say
from cli.who import audit_of, who

if TYPE_CHECKING:
    from jobs.pause import Pause
    from jobs.status import JobStatus


@click.command("pause")
@click.option("--reason", required=True, metavar="TEXT", help="Why, for whoever looks at it later.")
@as_json
@click.pass_obj
def pause_command(context: Context, reason: str, json_: bool) -> None:
    """Let no worker take another job.

    Everywhere, from the next claim on. What runs goes on to its end, and jobs can be submitted.
    """
    from jobs.pause import Pauses
    from jobs.status import JobStatus

    with audit_of(context).entry("claims.pause", why=reason, ids=()) as counts:
        said = Pauses(context.platform.records).begin(by=who(context), reason=reason)
        running = counts["running"] = _count(context, JobStatus.RUNNING)
    _tell(said, f"Paused. What runs goes on to its end: {running}.  Take jobs again: lumen resume", json_)


@click.command("resume")
@click.option("--reason", default="", metavar="TEXT", help="Why, for whoever looks at it later.")
@as_json
@click.pass_obj
def resume_command(context: Context, reason: str, json_: bool) -> None:
    """Let workers take jobs again.

    Nobody has to wake them: wake-ups come back, and sweep sends others for jobs that have waited for a minute.
    """
    from jobs.pause import Pauses
    from jobs.status import JobStatus

    with audit_of(context).entry("claims.resume", why=reason, ids=()) as counts:
        said = Pauses(context.platform.records).end(by=who(context), reason=reason)
        queued = counts["queued"] = _count(context, JobStatus.QUEUED)
    _tell(said, f"Going on. {queued} queued.", json_)


def _count(context: Context, status: "JobStatus") -> int:
    from jobs.job_store import JobQuery
    from jobs.stats import COUNT_MAX

    return context.platform.store.count(JobQuery(status), limit=COUNT_MAX)


def _tell(said: "Pause", sentence: str, json_: bool) -> None:
    say(sentence)
    if json_:
        print_json(said.model_dump(mode="json"))
